package dev.duplexvoice.examples.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.examples.conversation.EventJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every scenario of the folder {@code scenarios}, to the millisecond: NAME.json is what {@code ./voice simulate} is given, NAME.jsonl
 * what it prints. The caller's first turn is 0.5 to 1.5 and ends at 2.0, the reply's first audio is at 2.3 and its last at 4.3 unless
 * the scenario changes that.
 */
class ScenarioTableTest {

    static Stream<String> scenarios() throws IOException, URISyntaxException {
        try (Stream<Path> files = Files.list(folder())) {
            return files
                    .map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".json"))
                    .map(name -> name.substring(0, name.length() - ".json".length()))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    private static Path folder() throws URISyntaxException {
        return Path.of(Objects.requireNonNull(ScenarioTableTest.class.getResource("scenarios"))
                .toURI());
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void shouldHappenAsWritten(String name) throws URISyntaxException {
        Path file = folder().resolve(name + ".json");
        List<String> lines = new ArrayList<>();
        Simulation.run(Scenario.read(file), event -> lines.add(EventJson.line(event)));

        assertThat(String.join("\n", lines)).isEqualTo(String.join("\n", expected(name)));
    }

    private static List<String> expected(String name) throws URISyntaxException {
        try {
            return Files.readAllLines(folder().resolve(name + ".jsonl"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
