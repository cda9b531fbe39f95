package dev.duplexvoice.examples.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The OpenTelemetry collector's file. That a collector takes it needs one; that it hangs together does not. */
class CollectorFilesTest {
    private static final Path FILE = Program.OPS.resolve("otel-collector/config.yaml");

    @Test
    void shouldDefineWhatItUsesAndUseWhatItDefines() {
        Map<String, Object> config = Rules.map(Rules.load(FILE));
        Map<String, Object> service = Rules.map(config.get("service"));
        for (String kind : List.of("receivers", "processors", "exporters")) {
            TreeSet<Object> used = new TreeSet<>();
            Rules.map(service.get("pipelines"))
                    .values()
                    .forEach(pipeline ->
                            used.addAll((List<?>) Rules.map(pipeline).get(kind)));
            assertThat(used).as(kind).isEqualTo(Rules.map(config.get(kind)).keySet());
        }
        assertThat(new TreeSet<>((List<?>) service.get("extensions")))
                .isEqualTo(Rules.map(config.get("extensions")).keySet());
    }

    @Test
    void shouldLimitMemoryFirstAndBatchLastWhenSpansCome() {
        Map<String, Object> config = Rules.map(Rules.load(FILE));
        Map<String, Object> traces = Rules.map(
                Rules.map(Rules.map(config.get("service")).get("pipelines")).get("traces"));
        List<?> processors = (List<?>) traces.get("processors");
        assertThat(processors.get(0)).isEqualTo("memory_limiter");
        assertThat(processors.get(processors.size() - 1)).isEqualTo("batch");
        assertThat(Rules.map(Rules.map(Rules.map(config.get("receivers")).get("otlp"))
                        .get("protocols")))
                .containsOnlyKeys("grpc");
    }

    @Test
    void shouldSayWhatTheyAreWhenItNamesVariables() throws Exception {
        String text = Files.readString(FILE);
        TreeSet<String> explained = new TreeSet<>();
        for (Matcher name = Pattern.compile("(?m)^# +(VOICE_[A-Z_]+) ").matcher(text); name.find(); ) {
            explained.add(name.group(1));
        }
        TreeSet<String> used = new TreeSet<>();
        for (Matcher name = Pattern.compile("\\$\\{env:([A-Z_]+)").matcher(text); name.find(); ) {
            used.add(name.group(1));
        }
        assertThat(used).isNotEmpty().isEqualTo(explained);
    }
}
