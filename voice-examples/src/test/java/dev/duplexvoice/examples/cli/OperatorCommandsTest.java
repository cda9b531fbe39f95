package dev.duplexvoice.examples.cli;

import static dev.duplexvoice.grpc.support.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.duplexvoice.examples.worker.ObservedWorker;
import dev.duplexvoice.grpc.support.RedisServer;
import io.grpc.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code voice slo} and {@code voice debug} against a {@code voice worker} that has spoken, talked and refused somebody. */
@Timeout(180)
class OperatorCommandsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String WORKER = "{worker=\"tts-a@0\"}";
    private static final String MODEL = "{model_id=\"slt\",worker=\"tts-a@0\"}";

    private static ObservedWorker worker;
    private static long frames;

    @TempDir
    private Path own;

    @BeforeAll
    static void work(@TempDir Path folder) throws Exception {
        worker = ObservedWorker.start(folder, """
                voice: slt
                operator.worker: tts-a@0
                sessions.max: 2
                """);
        frames = worker.speak("Good morning.");
        frames += worker.speak("One two three.");
        // Two conversations, and a third that there is no room for.
        assertThat(worker.converse(
                        "Hello.",
                        () -> worker.converse("Hello.", () -> {
                            assertThat(worker.converse("Hello.", () -> 0)).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
                            return 0;
                        })))
                .isEqualTo(Status.Code.OK);
        // Telemetry has a thread of its own.
        eventually(
                "all is counted",
                () -> worker.scraped("worker_synthesis_requests_total" + MODEL) == 4
                        && worker.scraped("orchestrator_session_errors_total{error_type=\"overloaded\"}") == 1
                        && worker.scraped("conversations_total{status=\"completed\"}") == 2);
    }

    @AfterAll
    static void stop() {
        if (worker != null) {
            worker.close();
        }
    }

    private static Cli ask(Object... command) {
        Object[] arguments = new Object[command.length + 2];
        System.arraycopy(command, 0, arguments, 0, command.length);
        arguments[command.length] = "--url";
        arguments[command.length + 1] = worker.url();
        Cli result = Cli.run(arguments);
        assertThat(result.code).as(result.err).isZero();
        assertThat(result.err).isEmpty();
        return result;
    }

    private static JsonNode json(Object... command) throws IOException {
        String out = ask(command).out;
        assertThat(out.lines()).hasSize(1);
        return JSON.readTree(out);
    }

    @Test
    void shouldTellPrometheusWhatTheWorkerDid() {
        // What a session puts out is counted as it is put out, and what a client is sent as it is sent.
        double emitted = worker.scraped("worker_audio_frames_emitted_total" + WORKER);
        double played = worker.scraped("worker_audio_frame_jitter_ms_count" + WORKER);
        assertThat(played).isPositive();
        assertThat(emitted).isEqualTo(frames + played);
        assertThat(worker.scraped("worker_synthesis_duration_ms_count" + MODEL)).isEqualTo(4);
        assertThat(worker.scraped("worker_inference_latency_ms_count" + MODEL)).isEqualTo(4);
        assertThat(worker.scraped("worker_inference_rtf_count" + MODEL)).isEqualTo(4);
        assertThat(worker.scraped("worker_inference_rtf_sum" + MODEL)).isPositive();
        assertThat(worker.scraped("worker_inference_queue_depth" + WORKER)).isZero();
        assertThat(worker.scraped("worker_model_manager_resident_count" + WORKER))
                .isEqualTo(1);
        assertThat(worker.scraped("worker_model_manager_loads_total" + MODEL)).isEqualTo(1);
    }

    @Test
    void shouldShowEachServiceLevelAsItIsKept() throws Exception {
        JsonNode levels = json("slo", "--json").path("service_levels");
        assertThat(levels).hasSize(7);
        JsonNode factor = level(levels, "real_time_factor");
        assertThat(factor.path("total").asInt()).isEqualTo(4);
        assertThat(factor.path("threshold").asDouble()).isEqualTo(0.3);
        JsonNode availability = level(levels, "availability");
        assertThat(availability.path("total").asInt()).isEqualTo(3);
        assertThat(availability.path("actual").asDouble()).isEqualTo(0.666667);
        // One of three failed, and one of two hundred may.
        assertThat(availability.path("budget_left").asDouble()).isEqualTo(-65.666667);
        assertThat(availability.path("burn_rates").path("1h").asDouble()).isEqualTo(66.666667);
        assertThat(availability.path("met").asBoolean(true)).isFalse();
        assertThat(level(levels, "barge_in").path("actual").isNull()).isTrue();

        String out = ask("slo").out;
        assertThat(out).startsWith("worker tts-a@0, up ");
        assertThat(out.lines())
                .anyMatch(line -> line.matches("service level +promise +events +target +actual +budget left +burn.*"))
                .anyMatch(
                        line -> line.matches(
                                "availability +no failure +3 +99\\.5 % +66\\.66 % +-6566\\.67 % +66\\.7 +66\\.7 +66\\.7 +66\\.7 +BROKEN"))
                .anyMatch(line -> line.matches("barge_in +<= 50 ms +0 +95 %( +-){6} +no events"))
                .anyMatch(line -> line.matches("first_audio +<= 500 ms +2 +95 % .*"));
    }

    private static JsonNode level(JsonNode levels, String objective) {
        for (JsonNode level : levels) {
            if (level.path("objective").asText().equals(objective)) {
                return level;
            }
        }
        throw new AssertionError(objective + " is not in " + levels);
    }

    @Test
    void shouldShowMetricsThatAgreeWithWhatWasDone() throws Exception {
        JsonNode page = json("debug", "metrics", "--json");
        assertThat(page.path("totals").path("worker_synthesis_requests_total").asInt())
                .isEqualTo(4);
        JsonNode took = page.path("latencies").path("worker_synthesis_duration_ms");
        assertThat(took.path("count").asInt()).isEqualTo(4);
        assertThat(took.path("p50").asDouble())
                .isPositive()
                .isLessThanOrEqualTo(took.path("p95").asDouble());
        assertThat(page.path("performance")
                        .path("processing_times")
                        .path("count")
                        .asInt())
                .isEqualTo(4);

        String out = ask("debug", "metrics").out;
        assertThat(out).contains("last 5 min ").doesNotContain("retries_total");
        assertThat(out.lines())
                .anyMatch(line -> line.matches("worker_inference_latency_ms +4( +[0-9.,]+){4}"))
                .anyMatch(line -> line.matches("worker_model_manager_resident_count +1"))
                .anyMatch(line -> line.matches("worker_synthesis_requests_total +4"));
        assertThat(ask("debug", "metrics", "--all").out.lines()).anyMatch(line -> line.matches("retries_total +0"));
    }

    @Test
    void shouldShowWhatTheProcessHolds() throws Exception {
        JsonNode memory = json("debug", "memory", "--json").path("memory");
        assertThat(memory.path("heap_max_bytes").asLong()).isBetween(150L << 20, 192L << 20); // -Xmx192m
        assertThat(memory.path("heap_used_bytes").asLong())
                .isBetween(1L << 20, memory.path("heap_max_bytes").asLong());
        assertThat(memory.path("resident_bytes").asLong())
                .isBetween(20L << 20, memory.path("available_bytes").asLong());
        assertThat(ask("debug", "memory").out.lines())
                .anyMatch(line -> line.matches("resident +[0-9,.]+ MB +[0-9,.]+ MB +[0-9.]+ %"))
                .anyMatch(line -> line.matches("\\d+ threads; \\d+ garbage collections, [0-9,]+ ms in all"));
    }

    @Test
    void shouldShowErrorsByTypeAndTheLastOnes() throws Exception {
        JsonNode page = json("debug", "errors", "--json");
        assertThat(page.path("by_type").path("overloaded").path("total").asInt())
                .isEqualTo(1);
        assertThat(page.path("errors")).hasSize(1);
        assertThat(page.path("errors").path(0).path("error_message").asText()).contains("sessions");

        String out = ask("debug", "errors").out;
        assertThat(out.lines())
                .anyMatch(line -> line.matches("overloaded +1 +1 +1"))
                .anyMatch(line -> line.matches("\\d{4}-\\d\\d-\\d\\dT\\S+Z  overloaded  .*sessions.*"));
        assertThat(ask("debug", "errors", "--last", 0).out).doesNotContain("sessions");
    }

    @Test
    void shouldBeHealthyWhenItsVoiceCanBeBorrowed() throws Exception {
        assertThat(worker.ask("/health").statusCode()).isEqualTo(200);
        JsonNode health = JSON.readTree(worker.ask("/api/v1/health").body());
        assertThat(health.path("status").asText()).isEqualTo("healthy");
        assertThat(health.path("checks").path("voice").path("ok").asBoolean()).isTrue();
        assertThat(health.path("system_info").path("memory").path("percent").asDouble())
                .isPositive();
    }

    @Test
    void shouldBeDegradedAndSpeakWhenItsRedisIsAway() throws Exception {
        try (RedisServer redis = RedisServer.start();
                ObservedWorker registered =
                        ObservedWorker.start(own, "redis: {uri: '" + redis.uri() + "', name: tts-b}\n")) {
            eventually("it is connected", () -> registered.scraped("redis_connections_active") >= 1);
            assertThat(registered.ask("/health").body()).contains("\"worker\":\"tts-b\"", "\"status\":\"healthy\"");
            redis.kill();
            HttpResponse<String> health = registered.ask("/health");
            assertThat(health.statusCode()).isEqualTo(200);
            assertThat(health.body())
                    .contains("\"status\":\"degraded\"")
                    .contains("\"redis\":{\"ok\":false,\"needed\":false,\"error\":\"");
            assertThat(registered.speak("One.")).isPositive();
        }
    }

    // ------------------------------------------------------------------------------------------ what goes wrong

    private static void assertFails(int code, String message, Object... command) {
        Cli result = Cli.run(command);
        assertThat(result.code).as(result.err).isEqualTo(code);
        assertThat(result.err.lines()).as(result.err).hasSize(1);
        assertThat(result.err).contains(message);
        assertThat(result.out).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"slo", "debug metrics", "debug memory", "debug errors"})
    void shouldSayThatNothingListensWhenNothingDoes(String command) throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        assertFails(1, "127.0.0.1:" + port + ": nothing listens there; start voice worker", words(command, port));
    }

    private static Object[] words(String command, int port) {
        return (command + " --url http://127.0.0.1:" + port).split(" ");
    }

    @Test
    void shouldSayThatTheAddressIsOfAnotherKindWhenItIsTheWorkersOwn() {
        assertFails(
                1,
                "is no operator's endpoint of Duplex Voice: it does not speak HTTP, as a gRPC port does not; voice worker"
                        + " and voice serve print its address",
                "slo",
                "--url",
                "http://" + worker.target());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            404 | gone              | HTTP status 404
            302 | elsewhere         | HTTP status 302
            200 | <html>hello       | what it answers is no JSON
            200 | {"service": "db"} | what it answers is no page of ours
            200 | []                | what it answers is no page of ours
            """)
    void shouldSayThatItIsNotOursWhenAnotherAnswers(int status, String body, String message) throws IOException {
        HttpServer other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        other.createContext("/", exchange -> {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Location", worker.url());
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        other.start();
        try {
            for (String command : new String[] {"slo", "debug metrics", "debug memory", "debug errors"}) {
                assertFails(
                        1,
                        "is no operator's endpoint of Duplex Voice: " + message,
                        words(command, other.getAddress().getPort()));
            }
        } finally {
            other.stop(0);
        }
    }

    @Test
    void shouldSayThatThereIsNoAnswerWhenNoneComes() throws IOException {
        // Connections are taken by the system, and nobody reads them.
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            assertFails(
                    1,
                    ": no answer within 1 s; is it stuck? --timeout waits longer",
                    words("slo --timeout 1", silent.getLocalPort()));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            slo --url ftp://h              | --url=ftp://h: must be http://host:port
            slo --url localhost:9464       | --url=localhost:9464: must be http://host:port
            slo --url http://u:p@localhost | must be http://host:port
            slo --timeout 0                | --timeout=0: must be 1 to 600 seconds
            slo --token-file /none/here    | tokenFile=/none/here: cannot be read
            debug errors --last 101        | --last=101: must be 0 to 100
            debug                          | a command is missing; use one of metrics, memory, errors
            debug heap                     | heap
            """)
    void shouldBeWrongUsageWhenAnOptionIsWrong(String command, String message) {
        assertFails(2, message, (Object[]) command.split(" "));
    }

    @Test
    void shouldAskForTheTokenWhenTheWorkerWantsOne() throws Exception {
        Path right = Files.writeString(own.resolve("right"), "0123456789abcdef-right\n");
        Path wrong = Files.writeString(own.resolve("wrong"), "0123456789abcdef-wrong\n");
        try (ObservedWorker guarded = ObservedWorker.start(own, "operator.token.file: " + right + "\n")) {
            assertFails(1, guarded.url() + ": wants a token; give --token-file", "slo", "--url", guarded.url());
            assertFails(
                    1,
                    guarded.url() + ": this is not its token",
                    "debug",
                    "memory",
                    "--url",
                    guarded.url(),
                    "--token-file",
                    wrong);
            Cli let = Cli.run("slo", "--url", guarded.url() + "/", "--token-file", right);
            assertThat(let.code).as(let.err).isZero();
            assertThat(let.out).contains("worker local, up ");
            assertThat(guarded.ask("/metrics").statusCode()).isEqualTo(401);
            assertThat(guarded.ask("/health").body()).isEqualTo("{\"status\":\"healthy\"}\n");
        }
    }

    @Test
    void shouldSayWhatToDoWhenACertificateIsNotTrusted() throws Exception {
        Path store = own.resolve("server.p12");
        Process keytool = new ProcessBuilder((Path.of(System.getProperty("java.home"), "bin", "keytool")
                                + " -genkeypair -alias a -keyalg EC"
                                + " -dname CN=localhost -storetype PKCS12 -storepass changeit -keystore " + store)
                        .split(" "))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(keytool.waitFor()).isZero();
        KeyStore keys = KeyStore.getInstance(store.toFile(), "changeit".toCharArray());
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, "changeit".toCharArray());
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(managers.getKeyManagers(), null, null);
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        server.start();
        try {
            Cli result = Cli.run(
                    "slo", "--url", "https://localhost:" + server.getAddress().getPort());

            assertThat(result.code).isEqualTo(1);
            assertThat(result.err.lines()).hasSize(1);
            assertThat(result.err).contains("its TLS is not trusted here: ", "-Djavax.net.ssl.trustStore=F.p12");
        } finally {
            server.stop(0);
        }
    }
}
