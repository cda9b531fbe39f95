package dev.duplexvoice.examples.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import dev.duplexvoice.examples.cli.VoiceCommand;
import dev.duplexvoice.server.config.ServerConfig;
import dev.duplexvoice.server.config.ServerKeys;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The unit of systemd, and of the container file what can be looked at without building an image, which scripts/container-test.sh does. */
class ServiceFilesTest {
    private static final Path UNIT = Program.OPS.resolve("systemd/duplex-voice.service");
    private static final Path CONTAINER = Program.OPS.resolve("container/Containerfile");

    @TempDir
    private Path folder;

    @Test
    void shouldBeAUnitThatSystemdTakesAndFindsConfined() throws IOException {
        // A machine without systemd needs no unit either.
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/systemd-analyze")), "there is no systemd here");
        Program analyze = Program.of("systemd-analyze", "systemd");
        // It looks whether the program is there.
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Path unit = Files.writeString(
                folder.resolve("duplex-voice.service"), Files.readString(UNIT).replace("/usr/bin/java", java));

        assertThat(analyze.run(folder, "verify", unit.toString())).isEmpty();
        // Of 100, where a service that says nothing of itself has 96; what is beyond fails.
        analyze.run(folder, "security", "--offline=true", "--no-pager", "--threshold=20", unit.toString());
    }

    @Test
    void shouldWaitAsLongAsConversationsMayGoOnWhenTheServiceIsStopped() throws IOException {
        Matcher stop = Pattern.compile("(?m)^TimeoutStopSec=(\\d+)$").matcher(Files.readString(UNIT));

        assertThat(stop.find()).isTrue();
        assertThat(Long.parseLong(stop.group(1)))
                .isGreaterThanOrEqualTo(
                        ServerConfig.defaults().get(ServerKeys.DRAIN).toSeconds() + 10);
    }

    @Test
    void shouldBeAnImageWhoseProcessIsNobodyAndHoldsNoSecret() throws IOException {
        List<String> lines = Files.readAllLines(CONTAINER);

        assertThat(lines).filteredOn(line -> line.startsWith("USER ")).containsExactly("USER 10001:10001");
        // Nothing is done as root after that.
        assertThat(lines.subList(lines.indexOf("USER 10001:10001"), lines.size()))
                .noneMatch(line -> line.startsWith("RUN ") || line.startsWith("COPY ") || line.startsWith("ADD "));
        assertThat(lines).noneMatch(line -> line.matches("(?i)(ENV|ARG) .*(token|secret|passw|_key).*"));
        assertThat(lines).noneMatch(line -> line.startsWith("ADD "));
        assertThat(Files.readString(CONTAINER).replace("\\\n", " "))
                .contains("\"" + VoiceCommand.class.getName() + "\", \"serve\"]")
                .contains("COPY voice.jar /opt/duplex-voice/voice.jar\n");
    }

    /** What is in the image unless another file is mounted there: open to others, and so refused. */
    @Test
    void shouldNotBeOpenToEverybodyWhenNobodyHasConfiguredIt() throws IOException {
        Matcher written = Pattern.compile("printf '(.*)\\\\n' > /etc/duplex-voice/voice.yaml")
                .matcher(Files.readString(CONTAINER));
        assertThat(written.find()).isTrue();
        Path file = Files.writeString(folder.resolve("voice.yaml"), written.group(1) + "\n");

        ServerConfig config = ServerConfig.load(file, Map.of());

        assertThat(config.get(ServerKeys.HOST_NAME)).isEqualTo("0.0.0.0");
        assertThat(config.tokens()).isEmpty();
        assertThat(config.get(ServerKeys.ALLOW_ANONYMOUS)).isFalse();
    }

    @Test
    void shouldBeHealthyWhenItIsReadyOnly() throws Exception {
        Matcher check = Pattern.compile("CMD \\[\"bash\", \"-c\", \"(.*)\"]").matcher(Files.readString(CONTAINER));
        assertThat(check.find()).isTrue();
        Program bash = Program.of("bash", "bash");
        AtomicInteger status = new AtomicInteger(200);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/readiness", exchange -> {
            exchange.sendResponseHeaders(status.get(), -1);
            exchange.close();
        });
        server.start();
        try {
            String script = check.group(1)
                    .replace("\\\\", "\\")
                    .replace("/8080", "/" + server.getAddress().getPort());
            assertThat(exit(bash, script)).isZero();
            status.set(503);
            assertThat(exit(bash, script)).isNotZero();
        } finally {
            server.stop(0);
        }
        assertThat(exit(bash, check.group(1).replace("/8080", "/1"))).isNotZero();
    }

    private static int exit(Program bash, String script) throws Exception {
        return new ProcessBuilder(bash.path(), "-c", script)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }
}
