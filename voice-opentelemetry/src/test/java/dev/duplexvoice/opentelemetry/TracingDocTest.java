package dev.duplexvoice.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.AttributeKey;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What docs/tracing.md shows is what the build compiles, and names every attribute. */
class TracingDocTest {
    private static String doc() throws IOException {
        return Files.readString(Path.of("../docs/tracing.md"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"set-up", "grpc"})
    void shouldShowTheCompiledSnippet(String name) throws IOException {
        String source = Files.readString(Path.of("src/test/java/dev/duplexvoice/opentelemetry/Snippets.java"));
        String begin = "// begin " + name + "\n";
        int from = source.indexOf(begin) + begin.length();
        String body = source.substring(from, source.indexOf("        // end", from))
                .stripTrailing()
                .stripIndent();

        assertThat(doc()).contains("```java\n" + body + "\n```");
    }

    @Test
    void shouldNameEveryAttribute() throws Exception {
        for (Field field : VoiceAttributes.class.getFields()) {
            String name = ((AttributeKey<?>) field.get(null)).getKey();
            assertThat(doc()).contains("`" + name + "`");
        }
    }
}
