package dev.duplexvoice.server.internal.console;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.duplexvoice.LoopStats;
import dev.duplexvoice.logging.LogTail;
import dev.duplexvoice.logging.LoggingOptions;
import dev.duplexvoice.logging.VoiceLogging;
import dev.duplexvoice.micrometer.operator.Finding;
import dev.duplexvoice.micrometer.operator.ObservedProcess;
import dev.duplexvoice.server.Principal;
import dev.duplexvoice.server.Scope;
import dev.duplexvoice.server.http.Access;
import dev.duplexvoice.server.http.HttpBasics;
import dev.duplexvoice.spi.GpuSource;
import dev.duplexvoice.telemetry.ConversationEvent;
import dev.duplexvoice.telemetry.LatencySnapshot;
import dev.duplexvoice.telemetry.SessionInfo;
import dev.duplexvoice.telemetry.TelemetryEvent;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import io.javalin.Javalin;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;

@Timeout(value = 1, unit = TimeUnit.MINUTES)
class ConsoleRoutesTest {
    private final HttpClient client = HttpClient.newHttpClient();
    private final LoggerContext context = new LoggerContext();
    private final VoiceLogging logging = VoiceLogging.configure(
            LoggingOptions.server("test").console(LoggingOptions.Console.NONE).build(), context);
    private final Logger log = context.getLogger("dev.duplexvoice.server.Test");
    private final LogTail tail = logging.tail(LogTail.LINES);
    private final ObservedProcess process =
            ObservedProcess.builder("test").version("9.9").build();
    private final Activity activity = new Activity();
    private volatile Set<Scope> scopes = Set.of(Scope.OBSERVE);
    private final ConsoleRoutes console = ConsoleRoutes.builder(
                    process.metrics(),
                    process.pages(() -> CompletableFuture.completedFuture(Map.of(
                            "voice", new Finding(true, true, null), "redis", new Finding(false, false, "refused")))))
            .activity(activity)
            .loops(() -> List.of(new LoopStats(3, 0.25, LatencySnapshot.EMPTY)))
            .gpus(() -> List.of(new GpuSource.Gpu("0", 1e9, 4e9, 50, 61, Double.NaN)))
            .logs(tail)
            .build();
    private Javalin server;

    @BeforeEach
    void start() {
        server = Javalin.create(config -> {
                    config.startup.showJavalinBanner = false;
                    HttpBasics.builder().build().apply(config);
                    config.routes.before(ctx -> Access.principal(ctx, new Principal("someone", scopes)));
                    console.routes(config.routes);
                })
                .start("127.0.0.1", 0);
    }

    @AfterEach
    void stop() {
        console.close();
        server.stop();
        process.close();
        logging.close();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(request(path).build(), HttpResponse.BodyHandlers.ofString());
    }

    private JsonNode json(String path) throws IOException, InterruptedException {
        HttpResponse<String> response = get(path);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return new ObjectMapper().readTree(response.body());
    }

    @Test
    void shouldServeThePageUnderAPolicyThatForbidsScriptsInIt() throws Exception {
        HttpResponse<String> page = get("/");
        assertThat(page.body()).contains("<title>Duplex Voice</title>");
        assertThat(page.headers().firstValue("Content-Type"))
                .hasValueSatisfying(
                        type -> assertThat(type).startsWith("text/html").containsIgnoringCase("utf-8"));
        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("script-src 'self'", "default-src 'none'")
                .doesNotContain("unsafe");
    }

    @Test
    void shouldServeFilesOfThePageAndNothingElse() throws Exception {
        HttpResponse<String> script = get("/console/audio/jitter-buffer.js");
        assertThat(script.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/javascript"));
        assertThat(script.body()).contains("export class JitterBuffer");
        for (String path : List.of(
                "/console/none.js", "/console/..%2fconsole/main.js", "/console/main.class", "/console/a/../main.js")) {
            assertThat(get(path).statusCode()).as(path).isBetween(400, 404);
        }
    }

    @Test
    void shouldAnswerThatAFileIsTheSame() throws Exception {
        String tag = get("/console/main.js").headers().firstValue("ETag").orElseThrow();
        HttpResponse<String> again = client.send(
                request("/console/main.js").header("If-None-Match", tag).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
    }

    @Test
    void shouldShowFiguresAndLogsOnlyToWhoMaySeeThem() throws Exception {
        scopes = Set.of(Scope.TALK);
        for (String path : List.of(
                "/api/v1/overview",
                "/api/v1/performance",
                "/api/v1/logs",
                "/api/v1/logs/stream",
                "/api/v1/logs/download")) {
            assertThat(get(path).statusCode()).as(path).isEqualTo(403);
        }
        assertThat(get("/").statusCode()).isEqualTo(200);
    }

    @Test
    void shouldTellHowTheServerDoes() throws Exception {
        SessionInfo session = new SessionInfo("s", "websocket", "flite", "flite", false, Map.of());
        VoiceTelemetry both = VoiceTelemetry.of(process.telemetry(), activity);
        both.on(new ConversationEvent.Opened(0, session));
        both.on(new ConversationEvent.TurnEnded(0, session, "t", 0, 0, 0, 0, 5));
        both.on(new ConversationEvent.FirstAudio(900_000_000, session, "t", 1, 0, 800_000_000, 300_000_000));

        JsonNode overview = json("/api/v1/overview");
        assertThat(overview.path("version").asText()).isEqualTo("9.9");
        assertThat(overview.path("status").asText()).isEqualTo("degraded");
        assertThat(overview.path("active_sessions").asInt()).isEqualTo(1);
        assertThat(overview.path("sessions_total").asInt()).isEqualTo(1);
        assertThat(overview.path("turns_last_hour").asInt()).isEqualTo(1);
        assertThat(overview.path("average_first_audio_ms").asDouble()).isEqualTo(100);
        assertThat(overview.path("average_response_ms").asDouble()).isEqualTo(600);
        assertThat(overview.path("memory").path("heap_used").asLong()).isPositive();
        assertThat(overview.path("checks").path("voice").path("ok").asBoolean()).isTrue();
        assertThat(overview.path("checks").path("redis").path("error").asText()).isEqualTo("refused");
    }

    @Test
    void shouldHaveNoAverageOfNothing() throws Exception {
        JsonNode overview = json("/api/v1/overview");
        assertThat(overview.path("average_first_audio_ms").isNull()).isTrue();
        JsonNode performance = json("/api/v1/performance");
        assertThat(performance.path("latencies").get(0).path("p95").isNull()).isTrue();
        assertThat(performance.path("slos").get(0).path("actual").isNull()).isTrue();
    }

    @Test
    void shouldCountValuesUpToEachBound() throws Exception {
        SessionInfo session = new SessionInfo("s", "websocket", "flite", "flite", false, Map.of());
        for (long millis : new long[] {40, 60, 700, 5_000}) {
            process.metrics()
                    .on(new ConversationEvent.FirstAudio(
                            millis * 1_000_000, session, "t", 1, 0, 0, TelemetryEvent.NEVER));
        }
        JsonNode first = json("/api/v1/performance").path("latencies").get(0);
        assertThat(first.path("name").asText()).isEqualTo("first_audio");
        assertThat(first.path("slo").asDouble()).isEqualTo(500);
        assertThat(first.path("count").asInt()).isEqualTo(4);
        JsonNode buckets = first.path("buckets");
        assertThat(buckets).hasSize(41);
        assertThat(buckets.get(0).path("le").asDouble()).isEqualTo(25);
        assertThat(buckets.get(0).path("count").asInt()).isZero();
        assertThat(buckets.get(1).path("count").asInt()).isEqualTo(1);
        assertThat(buckets.get(19).path("count").asInt()).isEqualTo(2);
        assertThat(buckets.get(39).path("count").asInt()).isEqualTo(3);
        assertThat(buckets.get(40).path("le").isNull()).isTrue();
        assertThat(buckets.get(40).path("count").asInt()).isEqualTo(4);
    }

    @Test
    void shouldTellWhatIsBusy() throws Exception {
        JsonNode gauges = json("/api/v1/performance").path("gauges");
        assertThat(gauges.path("loop_load").get(0).asDouble()).isEqualTo(0.25);
        assertThat(gauges.path("gpu").get(0).path("utilization").asDouble()).isEqualTo(50);
        assertThat(gauges.path("gpu").get(0).path("power").isNull()).isTrue();
        assertThat(gauges.path("memory").path("heap_used").asLong()).isPositive();
    }

    @Test
    void shouldFindLinesByLevelTextAndSession() throws Exception {
        log.atInfo().addKeyValue("session_id", "s-1").log("One begins");
        log.atWarn().addKeyValue("session_id", "s-2").log("Two is slow");
        log.atError().log("Three fails for jo@example.com");

        assertThat(messages("/api/v1/logs")).containsExactly("One begins", "Two is slow", "Three fails for [EMAIL]");
        assertThat(messages("/api/v1/logs?level=warning")).hasSize(2);
        assertThat(messages("/api/v1/logs?text=two+IS")).containsExactly("Two is slow");
        assertThat(messages("/api/v1/logs?session=s-1")).containsExactly("One begins");
        assertThat(messages("/api/v1/logs?limit=1")).containsExactly("Three fails for [EMAIL]");
        HttpResponse<String> file = get("/api/v1/logs/download?level=error");
        assertThat(file.body().lines()).singleElement().asString().contains("Three fails");
        assertThat(file.headers().firstValue("Content-Disposition").orElseThrow())
                .contains("voice-log.ndjson");
    }

    private List<String> messages(String path) throws IOException, InterruptedException {
        return json(path).path("lines").findValuesAsText("message");
    }

    @Test
    void shouldRefuseAFilterThatIsNone() throws Exception {
        HttpResponse<String> level = get("/api/v1/logs?level=loud");
        assertThat(level.statusCode()).isEqualTo(400);
        assertThat(level.body()).contains("level=loud: must be DEBUG, INFO, WARNING, ERROR or CRITICAL");
        assertThat(get("/api/v1/logs?limit=0").statusCode()).isEqualTo(400);
        assertThat(get("/api/v1/logs?limit=9999").body()).contains("limit=9999: must be 1 to 5000");
        assertThat(get("/api/v1/logs?text=" + "x".repeat(201)).statusCode()).isEqualTo(400);
    }

    @Test
    void shouldSendLinesAsTheyCome() throws Exception {
        HttpResponse<java.io.InputStream> stream = client.send(
                request("/api/v1/logs/stream?level=warning").build(), HttpResponse.BodyHandlers.ofInputStream());
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
            assertThat(lines.readLine()).isEqualTo(": following");
            log.info("not this one");
            log.warn("this one");
            String line = lines.readLine();
            while (!line.startsWith("data: ")) {
                line = lines.readLine();
            }
            assertThat(new ObjectMapper()
                            .readTree(line.substring(6))
                            .path("message")
                            .asText())
                    .isEqualTo("this one");
        }
    }

    @Test
    void shouldEndStreamsWhenItCloses() throws Exception {
        HttpResponse<java.io.InputStream> stream =
                client.send(request("/api/v1/logs/stream").build(), HttpResponse.BodyHandlers.ofInputStream());
        console.close();
        assertThat(new String(stream.body().readAllBytes(), StandardCharsets.UTF_8))
                .contains(": following");
    }
}
