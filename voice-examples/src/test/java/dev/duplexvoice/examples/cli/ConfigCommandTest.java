package dev.duplexvoice.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigCommandTest {
    @TempDir
    private Path folder;

    private Path file(String name, String yaml) throws IOException {
        return Files.writeString(folder.resolve(name), yaml);
    }

    @Test
    void shouldSayThatAFileCanBeUsed() throws IOException {
        Cli result = Cli.run("config", "check", file("good.yaml", "server.port: 9000\nlog.level: debug\n"));

        assertThat(result.code).as(result.err).isZero();
        assertThat(result.out).matches("can be used; \\d+ keys are set, the others have their defaults\\n");
        assertThat(result.err).isEmpty();
    }

    @Test
    void shouldTellEverythingThatIsWrongALineEach() throws IOException {
        Path file =
                file("bad.yaml", "server:\n  port: eighty\n  hots: x\nvad.threshold: 2\nsecurity.tokens.a: geheim\n");

        Cli result = Cli.run("config", "check", file);

        assertThat(result.code).isEqualTo(2);
        assertThat(result.err.lines())
                .containsExactly(
                        "voice: " + file + ":2: server.port=eighty: must be a whole number from 0 to 65535",
                        "voice: " + file + ":3: server.hots=x: there is no such key; did you mean server.host?",
                        "voice: " + file + ":4: vad.threshold=2.0: must be 0.01 to 0.99",
                        "voice: " + file
                                + ":5: security.tokens.a: there is no such key; voice config docs lists them all");
        assertThat(result.out).isEmpty();
    }

    @Test
    void shouldReadTheFilesThatSettingsName() throws IOException {
        Cli result =
                Cli.run("config", "check", file("tls.yaml", "security.tls: {certificate: /none/c, key: /none/k}\n"));

        assertThat(result.code).isEqualTo(2);
        assertThat(result.err.lines())
                .containsExactly(
                        "voice: security.tls: tls.certificate=/none/c: there is no such file; give a PEM file");
    }

    @Test
    void shouldLookAtTheLogsFolderAndLeaveItAsItIs() throws IOException {
        for (String unwritable : new String[] {"/dev/null/logs", "/proc/logs"}) {
            Cli result = Cli.run("config", "check", file("log.yaml", "log.folder: " + unwritable + "\n"));

            assertThat(result.code).as(unwritable).isEqualTo(2);
            assertThat(result.err.lines())
                    .containsExactly("voice: log.folder=" + unwritable
                            + ": cannot be written to; let this user write there, or choose another");
        }
        Path later = folder.resolve("not/yet");
        Cli result = Cli.run("config", "check", file("log.yaml", "log.folder: '" + later + "'\n"));
        assertThat(result.code).as(result.err).isZero();
        assertThat(result.out).startsWith("can be used; 1 key is set");
        assertThat(later.getParent()).doesNotExist();
    }

    @Test
    void shouldPrintWhatCountsSoThatItIsReadAgain() throws IOException {
        Path file = file(
                "one.yaml",
                "server.port: 9000\nrouting.redis: 'redis://me:geheim@host'\nlimits.turns: 7\nlog.levels.io.grpc: error\n");

        Cli first = Cli.run("config", "print", file);
        assertThat(first.code).as(first.err).isZero();
        Cli second = Cli.run("config", "print", file("two.yaml", first.out));

        assertThat(first.out)
                .contains("server.port: 9000  # " + file + ":1\n", "limits.turns: 7  # " + file + ":3\n")
                .contains("# routing.redis: (not shown: it may hold a password)  # " + file + ":2\n")
                .contains("server.host: 127.0.0.1  # default\n")
                .doesNotContain("geheim");
        assertThat(values(second.out)).isEqualTo(values(first.out).replaceAll("(?m)^# routing.*\n", ""));
    }

    private static String values(String yaml) {
        return yaml.replaceAll("(?m)  # .*$", "");
    }

    @Test
    void shouldPrintThePageOfAllKeys() throws IOException {
        Cli result = Cli.run("config", "docs");

        assertThat(result.code).isZero();
        assertThat(Files.readString(Path.of("../docs/configuration.md"))).endsWith(result.out);
        assertThat(result.out).startsWith("## server\n");
    }

    @Test
    void shouldSayWhatIsMissingOrUnknown() {
        Cli none = Cli.run("config");
        assertThat(none.code).isEqualTo(2);
        assertThat(none.err).contains("which of check, print and docs?");
        Cli unknown = Cli.run("config", "cheque");
        assertThat(unknown.code).isEqualTo(2);
        assertThat(unknown.err.lines()).hasSize(1);
        assertThat(unknown.err).contains("cheque");
        Cli gone = Cli.run("config", "print", folder.resolve("none.yaml"));
        assertThat(gone.code).isEqualTo(2);
        assertThat(gone.err.lines())
                .containsExactly("voice: " + folder.resolve("none.yaml") + ": there is no such file");
    }
}
