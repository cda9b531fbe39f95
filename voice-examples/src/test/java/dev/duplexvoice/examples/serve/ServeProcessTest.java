package dev.duplexvoice.examples.serve;

import static dev.duplexvoice.grpc.support.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.duplexvoice.examples.cli.VoiceCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code voice serve} as it is run: under load to its end, and with a file that changes. */
@Timeout(240)
class ServeProcessTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int CALLERS = 20;
    private static final String LONG_TEXT = "one two three four five six seven eight nine ten ".repeat(15);
    private static final String TOKEN = "operator-token-of-24-chars";

    @TempDir
    private Path folder;

    private Path config(String yaml) throws IOException {
        return Files.writeString(folder.resolve("voice.yaml"), yaml);
    }

    // ------------------------------------------------------------------------------------------ SIGTERM

    @Test
    void shouldTellEverybodyAndEndInTimeWhenItIsTerminatedUnderLoad() throws Exception {
        Path logs = folder.resolve("logs");
        Path file = config("server.drain: 2s\nlimits.connectionsPerAddress: 100\nlog.folder: '" + logs + "'\n");
        List<TestCaller> callers = new ArrayList<>();
        List<Socket> deaf = new ArrayList<>();
        try (ServedVoice server = ServedVoice.start(folder, file)) {
            eventually("it is ready", () -> server.ask("/readiness").statusCode() == 200);
            for (int i = 0; i < CALLERS; i++) {
                TestCaller caller = new TestCaller(server.socket(), "");
                callers.add(caller);
                caller.send("{'type':'session_start','user_id':'u" + i + "'}");
                caller.await("session_start");
                caller.send("{'type':'text','text':'" + LONG_TEXT + "','is_final':true}");
            }
            deaf.add(deaf(server.port(), "{\"type\":\"session_start\"}"));
            deaf.add(deaf(server.port(), "{\"type\":\"session_start\",\"vad\":true}"));
            SlowReader slow = new SlowReader();
            CompletableFuture<HttpResponse<Boolean>> spoken = speak(server, slow);
            eventually("all of them hear something", () -> callers.stream().allMatch(c -> c.frames.get() > 10));
            eventually(
                    "the deaf talk, too",
                    () -> server.ask("/api/v1/overview").body().contains("\"active_sessions\":" + (CALLERS + 2)));

            server.process.destroy(); // SIGTERM

            for (TestCaller caller : callers) {
                assertThat(caller.await("warning").get("code").asText()).isEqualTo("DRAINING");
            }
            assertThat(server.ask("/readiness").statusCode()).isEqualTo(503);
            TestCaller late = new TestCaller(server.socket(), "");
            assertThat(late.closed.get(60, TimeUnit.SECONDS)).isEqualTo(1001);
            for (TestCaller caller : callers) {
                assertThat(caller.await("session_end").get("reason").asText()).isEqualTo("drained");
                assertThat(caller.closed.get(60, TimeUnit.SECONDS)).isEqualTo(1001);
            }
            assertThat(server.process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(server.process.exitValue()).isZero();
            slow.hurry = true;
            // Half a text is not taken for the whole.
            assertThatThrownBy(() -> spoken.get(60, TimeUnit.SECONDS)).hasRootCauseInstanceOf(IOException.class);

            assertThat(server.log()).doesNotContain("\"level\":\"ERROR\"", "Exception");
            assertThat(endings(logs)).hasSize(CALLERS + 2).allMatch(reason -> reason.equals("drained"));
        } finally {
            callers.forEach(TestCaller::close);
            for (Socket socket : deaf) {
                socket.close();
            }
        }
    }

    /** A client that begins a conversation, has much said, and reads nothing. */
    private static Socket deaf(int port, String start) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4_096);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        socket.getOutputStream()
                .write(("GET /v1/voice HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
                                + "Sec-WebSocket-Protocol: duplexvoice.v1\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        frame(socket, start);
        frame(socket, "{\"type\":\"text\",\"text\":\"" + LONG_TEXT + "\",\"is_final\":true}");
        return socket;
    }

    private static void frame(Socket socket, String json) throws IOException {
        byte[] text = json.getBytes(StandardCharsets.UTF_8);
        byte[] frame = new byte[8 + text.length];
        frame[0] = (byte) 0x81;
        // Masked with zeros; with a length of two bytes, which a short text may have on the wire only if it must.
        if (text.length < 126) {
            frame = new byte[6 + text.length];
            frame[0] = (byte) 0x81;
            frame[1] = (byte) (0x80 | text.length);
            System.arraycopy(text, 0, frame, 6, text.length);
        } else {
            frame[1] = (byte) (0x80 | 126);
            frame[2] = (byte) (text.length >> 8);
            frame[3] = (byte) text.length;
            System.arraycopy(text, 0, frame, 8, text.length);
        }
        socket.getOutputStream().write(frame);
        socket.getOutputStream().flush();
    }

    /** A long text over HTTP, which is read as slowly as it is not to be over before the server is. */
    private static CompletableFuture<HttpResponse<Boolean>> speak(ServedVoice server, SlowReader slow) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.url + "/api/v1/tts"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"text\":\"" + "All of this is spoken. ".repeat(400) + "\"}"))
                .build();
        return HttpClient.newHttpClient()
                .sendAsync(request, info -> HttpResponse.BodySubscribers.fromSubscriber(slow, reader -> true));
    }

    /** The reasons of all conversations; each line of each file is looked at. */
    private static List<String> endings(Path logs) throws IOException {
        List<String> reasons = new ArrayList<>();
        try (Stream<Path> files = Files.walk(logs)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String text = Files.readString(file);
                assertThat(text).as("%s", file).matches("(?s)|.*\n");
                if (file.getParent().endsWith("access")) {
                    assertThat(text.lines()).allMatch(line -> line.matches("\\S+ - \\S+ \\[.*] \".*\" \\d{3} .*"));
                    continue;
                }
                for (String line : text.lines().toList()) {
                    JsonNode read = JSON.readTree(line);
                    assertThat(read.isObject()).as(line).isTrue();
                    if (read.path("message").asText().equals("A conversation ended")) {
                        reasons.add(read.findPath("reason").asText());
                    }
                }
            }
        }
        return reasons;
    }

    // ------------------------------------------------------------------------------------------ a file that changes

    @Test
    void shouldTakeOverWhatChangesInItsFileAndNothingThatCannotBeUsed() throws Exception {
        Path secret = Files.writeString(folder.resolve("token"), TOKEN + "\n");
        String token = "security.tokens.ops: {file: '" + secret + "', scopes: [talk, observe]}\n";
        Path file = config(token + "log.level: warning\n");
        try (ServedVoice server = ServedVoice.start(folder, file);
                TestCaller before = new TestCaller(server.socket(), TOKEN)) {
            before.send("{'type':'session_start'}");
            before.await("session_start");
            assertThat(level(server)).isEqualTo("WARNING");

            config(
                    token
                            + "log: {level: info, levels.dev.duplexvoice.server: debug}\nlimits.idle: 1s\nspeech.concurrent: 3\n");
            eventually("the level has changed", () -> level(server).equals("INFO"));
            eventually(
                    "what needs a restart is told",
                    () -> server.log().contains("counts only after a restart")
                            && server.log().contains("The configuration has changed"));
            assertThat(server.log()).contains("speech.concurrent");
            assertThat(untilIdle(server)).isEqualTo("idle_limit");

            config(token + "log.level: debug\nlimits.idle: never\n");
            eventually("it is told", () -> server.log().contains("cannot be used, so the old one stays"));
            assertThat(server.log()).contains("limits.idle=never: not a duration");
            assertThat(level(server)).isEqualTo("INFO");
            assertThat(untilIdle(server)).isEqualTo("idle_limit");
            // That of before has what it began with.
            assertThat(before.closed).isNotDone();
            before.send("{'type':'ping','id':'p'}");
            before.await("pong");

            operatorsCommandsTellOf(server, secret);
            assertThat(server.log()).doesNotContain(TOKEN);
        }
    }

    private static String level(ServedVoice server) {
        try {
            return JSON.readTree(server.ask("/api/v1/loglevel", "Authorization", "Bearer " + TOKEN)
                            .body())
                    .path("level")
                    .asText();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String untilIdle(ServedVoice server) throws InterruptedException {
        try (TestCaller caller = new TestCaller(server.socket(), TOKEN)) {
            caller.send("{'type':'session_start'}");
            return caller.await("session_end").get("reason").asText();
        }
    }

    private static void operatorsCommandsTellOf(ServedVoice server, Path secret) throws IOException {
        assertThat(voice(1, "slo", "--url", server.url)).contains("wants a token");
        for (String[] command :
                new String[][] {{"slo"}, {"debug", "metrics"}, {"debug", "memory"}, {"debug", "errors"}}) {
            List<String> all = new ArrayList<>(List.of(command));
            all.addAll(List.of("--url", server.url, "--token-file", secret.toString(), "--json"));
            assertThat(JSON.readTree(voice(0, all.toArray(String[]::new)))
                            .path("worker")
                            .asText())
                    .as("%s", all)
                    .isEqualTo("voice-server@0");
        }
    }

    private static String voice(int code, String... arguments) {
        StringWriter out = new StringWriter();
        assertThat(VoiceCommand.execute(out, new PrintWriter(out, true), arguments))
                .as("%s: %s", List.of(arguments), out)
                .isEqualTo(code);
        return out.toString();
    }

    // ------------------------------------------------------------------------------------------ it does not start

    @Test
    void shouldSayInOneLineThatThePortIsTakenAndEnd() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Path errors = folder.resolve("err.txt");
            Process process = ServedVoice.begin(errors, "--port", String.valueOf(taken.getLocalPort()));
            try {
                assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
                assertThat(process.exitValue()).isEqualTo(2);
                assertThat(Files.readString(errors).lines())
                        .singleElement()
                        .asString()
                        .startsWith("voice: server.host=127.0.0.1, server.port=" + taken.getLocalPort()
                                + ": cannot be listened at");
            } finally {
                process.destroyForcibly();
            }
        }
    }
}
