package dev.duplexvoice.micrometer.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.telemetry.ServiceEvent;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OperatorEndpointTest {
    private final HttpClient client = HttpClient.newHttpClient();
    private final Map<String, Finding> findings = new LinkedHashMap<>();
    private final Map<String, Boolean> models = new LinkedHashMap<>();
    private boolean draining;
    private ObservedProcess observed;
    private OperatorEndpoint endpoint;

    private final HealthSource health = new HealthSource() {
        @Override
        public CompletionStage<Map<String, Finding>> check() {
            return findings.containsKey("broken")
                    ? CompletableFuture.failedFuture(new IllegalStateException("no checks"))
                    : CompletableFuture.completedStage(findings);
        }

        @Override
        public boolean isDraining() {
            return draining;
        }

        @Override
        public Map<String, Boolean> models() {
            return models;
        }
    };

    @BeforeEach
    void start() throws IOException {
        observed = ObservedProcess.builder("tts-a@0").version("1.2.3").build();
        endpoint = OperatorEndpoint.start(loopback(0), observed.pages(health), null);
    }

    @AfterEach
    void stop() {
        endpoint.close();
        observed.close();
    }

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private HttpResponse<String> ask(String method, String path, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + endpoint.port() + path))
                .method(method, HttpRequest.BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private String get(String path) throws IOException, InterruptedException {
        HttpResponse<String> answer = ask("GET", path);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    @Test
    void shouldShowPrometheusTheCatalogueAndTheMachine() throws Exception {
        HttpResponse<String> answer = ask("GET", "/metrics");

        assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/plain; version=0.0.4; charset=utf-8");
        assertThat(answer.body())
                .contains("worker_audio_frames_emitted_total{worker=\"tts-a@0\"} 0.0\n")
                .contains("orchestrator_session_errors_total{error_type=\"overloaded\"} 0.0\n")
                .contains("jvm_memory_used_bytes{", "process_files_open_files ", "disk_free_bytes{");
    }

    @Test
    void shouldShowNoFigureWhereNothingHappened() throws Exception {
        assertThat(get("/api/v1/metrics"))
                .contains("\"worker\":\"tts-a@0\",\"version\":\"1.2.3\"")
                .contains(
                        "\"objective\":\"availability\",\"threshold\":null,\"target\":0.995,\"total\":0,\"actual\":null,"
                                + "\"met\":null,\"budget_left\":null,\"burn_rates\":{\"5m\":null,")
                .contains("\"time_window_minutes\":5.0,\"processing_times\":{\"count\":0,\"p50_ms\":null");
    }

    @Test
    void shouldShowHowPromisesAreKeptWhenOneIsBroken() throws Exception {
        observed.metrics().on(refused("full"));
        assertThat(get("/api/v1/metrics"))
                .contains(
                        "\"objective\":\"availability\",\"threshold\":null,\"target\":0.995,\"total\":1,\"actual\":0.0,"
                                + "\"met\":false,\"budget_left\":-199.0,\"burn_rates\":{\"5m\":200.0,");
    }

    private static ServiceEvent refused(String message) {
        return new ServiceEvent.OpenRefused(
                0, VoiceException.Code.OVERLOADED, new VoiceException(VoiceException.Code.OVERLOADED, message));
    }

    @Test
    void shouldShowErrorsAsJsonWhateverIsInThem() throws Exception {
        observed.telemetry().on(refused("a \"quoted\"\n\u0007\\ voil\u00e0 \ud83d\ude00 \ud83d"));
        assertThat(get("/api/v1/errors/recent"))
                .contains("\"error_type\":\"overloaded\"")
                .contains("\"error_message\":\"a \\\"quoted\\\"\\n\\u0007\\\\ voil\u00e0 \\ud83d\\ude00 \\ud83d\"")
                .contains("\"session_id\":null");
        assertThat(get("/api/v1/errors/summary"))
                .contains("\"last_5m\":1,\"last_1h\":1,\"total\":1,"
                        + "\"by_type\":{\"overloaded\":{\"last_5m\":1,\"last_1h\":1,\"total\":1}}");
    }

    @Test
    void shouldShowWhatTheProcessHolds() throws Exception {
        assertThat(get("/api/v1/memory")).containsPattern("\"heap_used_bytes\":[1-9]\\d{5,},");
        MemoryFigures memory = MemoryFigures.read();
        assertThat(memory.heapCommitted()).isBetween(memory.heapUsed(), memory.heapMax());
        assertThat(memory.resident()).isBetween(memory.heapUsed() / 2, memory.available());
        assertThat(memory.virtual()).isGreaterThan(memory.resident());
        assertThat(memory.threads()).isPositive();
    }

    @ParameterizedTest
    @CsvSource({
        "true,  true,  false, 200, healthy",
        "true,  false, false, 200, degraded",
        "false, true,  false, 503, unhealthy",
        "true,  true,  true,  503, draining",
        "false, true,  true,  503, unhealthy"
    })
    void shouldTellByTheStatusWhetherTheProcessIsOfUse(
            boolean needed, boolean other, boolean ending, int code, String status) throws Exception {
        findings.put("voice", new Finding(needed, true, needed ? null : "gone"));
        findings.put("redis", new Finding(other, false, other ? null : "away"));
        draining = ending;
        for (String path : new String[] {"/health", "/api/v1/health"}) {
            HttpResponse<String> answer = ask("GET", path);
            assertThat(answer.statusCode()).isEqualTo(code);
            assertThat(answer.body())
                    .contains("\"status\":\"" + status + "\"")
                    .contains("\"redis\":{\"ok\":" + other + ",\"needed\":false,\"error\":"
                            + (other ? "null" : "\"away\"") + "}");
        }
    }

    @Test
    void shouldBeUnhealthyWhenTheChecksThemselvesFail() throws Exception {
        findings.put("broken", new Finding(true, true, null));
        HttpResponse<String> answer = ask("GET", "/health");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("no checks");
    }

    @ParameterizedTest
    @CsvSource({"true,false,200,ready", "false,false,503,not_ready", "true,true,503,draining"})
    void shouldBeReadyOnlyIfSomebodyNewWouldBeServed(boolean voice, boolean draining, int code, String status)
            throws Exception {
        findings.put("voice", new Finding(voice, true, voice ? null : "is loading"));
        findings.put("redis", new Finding(false, false, "away"));
        this.draining = draining;
        HttpResponse<String> answer = ask("GET", "/readiness");
        assertThat(answer.statusCode()).isEqualTo(code);
        assertThat(answer.body())
                .contains("\"status\":\"" + status + "\"", voice ? "\"missing\":[]" : "\"missing\":[\"voice\"]");
    }

    @Test
    void shouldLiveEvenIfNothingItNeedsIsThere() throws Exception {
        findings.put("voice", new Finding(false, true, "gone"));
        assertThat(get("/liveness")).contains("\"status\":\"alive\"");
    }

    @Test
    void shouldTellTheOlderHealthWhichModelsAreThere() throws Exception {
        models.put("rms", true);
        models.put("slt", false);
        assertThat(get("/api/v1/health"))
                .contains(
                        "\"models_loaded\":{\"rms\":true,\"slt\":false}",
                        "\"requests_total\":0",
                        "\"success_rate\":null",
                        "\"redis\":null");
        findings.put("redis", new Finding(true, false, null));
        assertThat(get("/health")).contains("\"redis\":true").doesNotContain("models_loaded");
    }

    @Test
    void shouldTellNobodyWithoutTheTokenMoreThanTheStatus() throws Exception {
        findings.put("redis", new Finding(false, false, "redis-1.internal is away"));
        try (OperatorEndpoint guarded =
                OperatorEndpoint.start(loopback(0), observed.pages(health), "right-token"::equals)) {
            endpoint.close();
            endpoint = guarded;
            for (String path : OperatorPages.PATHS) {
                for (String shown : new String[] {"Bearer wrong-token", "Basic right-token", "right-token", ""}) {
                    HttpResponse<String> answer =
                            shown.isEmpty() ? ask("GET", path) : ask("GET", path, "Authorization", shown);
                    assertThat(answer.body()).doesNotContain("redis-1", "tts-a@0", "right-token", "wrong-token");
                    assertThat(answer.statusCode()).as(path).isEqualTo(path.matches(".*(health|ness)") ? 200 : 401);
                }
                assertThat(ask("GET", path, "Authorization", "bearer right-token")
                                .body())
                        .contains("tts-a@0");
            }
            assertThat(ask("GET", "/metrics").headers().firstValue("WWW-Authenticate"))
                    .hasValue("Bearer");
        }
    }

    @Test
    void shouldSayWhatThereIsWhenAPageIsNot() throws Exception {
        HttpResponse<String> answer =
                ask("GET", "/api/v2/<script>".replace("<", "%3C").replace(">", "%3E"));
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json; charset=utf-8");
        assertThat(answer.body()).contains("there is no such page; use one of /metrics, /health");
    }

    @ParameterizedTest
    @CsvSource({"POST", "PUT", "DELETE", "OPTIONS"})
    void shouldOnlyBeRead(String method) throws Exception {
        HttpResponse<String> answer = ask(method, "/metrics");
        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("Allow")).hasValue("GET, HEAD");
    }

    @Test
    void shouldHaveNoBodyWhenOnlyTheHeadIsAskedFor() throws Exception {
        HttpResponse<String> answer = ask("HEAD", "/metrics");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
    }

    @Test
    void shouldSaySoWhenThePortIsTaken() {
        assertThatThrownBy(() -> OperatorEndpoint.start(loopback(endpoint.port()), observed.pages(health), null))
                .isInstanceOf(BindException.class);
    }
}
