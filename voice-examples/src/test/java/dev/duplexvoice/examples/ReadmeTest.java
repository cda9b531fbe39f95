package dev.duplexvoice.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.server.config.ServerConfig;
import dev.duplexvoice.server.config.ServerKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the README shows is what the build compiles. */
class ReadmeTest {
    private static final Path ROOT = Path.of("..");

    @Test
    void shouldShowTheCompiledProgramWhenAReaderCopiesIt() throws IOException {
        String readme = Files.readString(ROOT.resolve("README.md"));
        String source = Files.readString(Path.of("src/main/java/dev/duplexvoice/examples/HelloVoice.java"));
        String body = source.substring(source.indexOf("    public static void main"), source.lastIndexOf('}'))
                .stripTrailing()
                .stripIndent();
        assertThat(readme).contains("```java\n" + body + "\n```");
    }

    @Test
    void shouldShowTheCompiledHostWhenAReaderCopiesIt() throws IOException {
        String readme = Files.readString(ROOT.resolve("README.md"));
        String source = Files.readString(Path.of("src/main/java/dev/duplexvoice/examples/hosting/EmbeddedVoice.java"));
        String body = source.substring(
                        source.indexOf("    public static Javalin server"), source.indexOf("    /** Serves at port"))
                .stripTrailing()
                .stripIndent();
        assertThat(readme).contains("```java\n" + body + "\n```");
    }

    @Test
    void shouldShowSettingsThatCanBeUsed(@TempDir Path folder) throws IOException {
        String readme = Files.readString(ROOT.resolve("README.md"));
        int from = readme.indexOf("```yaml\nserver:") + "```yaml\n".length();
        Path file =
                Files.writeString(folder.resolve("voice.yaml"), readme.substring(from, readme.indexOf("```", from)));

        ServerConfig config = ServerConfig.load(file, Map.of());

        assertThat(config.tokens()).hasSize(2);
        assertThat(config.get(ServerKeys.TLS_KEY)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpu", "http", "tracing"})
    void shouldShowTheCompiledSnippetWhenAReaderCopiesIt(String name) throws IOException {
        assertShown("Snippets.java", name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"read", "poll", "push", "listen", "flow", "repeat"})
    void shouldShowTheCompiledWaysToConnectASession(String name) throws IOException {
        assertShown("HostSnippets.java", name);
    }

    private static void assertShown(String file, String name) throws IOException {
        String readme = Files.readString(ROOT.resolve("README.md"));
        String source = Files.readString(Path.of("src/test/java/dev/duplexvoice/examples", file));
        String begin = "// begin " + name + "\n";
        int from = source.indexOf(begin) + begin.length();
        String body = source.substring(from, source.indexOf("        // end", from))
                .stripTrailing()
                .stripIndent();
        assertThat(readme).contains("```java\n" + body + "\n```");
    }

    @Test
    void shouldNameEveryModuleWhenAReaderLooksForOne() throws IOException {
        String readme = Files.readString(ROOT.resolve("README.md"));
        String pom = Files.readString(ROOT.resolve("pom.xml"));
        pom.lines()
                .filter(line -> line.contains("<module>"))
                .map(line -> line.replaceAll("</?module>", "").strip())
                .forEach(module -> assertThat(readme).contains("`" + module + "`"));
    }
}
