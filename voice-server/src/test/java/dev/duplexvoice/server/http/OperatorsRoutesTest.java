package dev.duplexvoice.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import com.fasterxml.jackson.databind.JsonNode;
import dev.duplexvoice.VoiceException;
import dev.duplexvoice.logging.AuditLog;
import dev.duplexvoice.logging.LogCategory;
import dev.duplexvoice.logging.LogLevel;
import dev.duplexvoice.logging.LoggingOptions;
import dev.duplexvoice.logging.SecurityLog;
import dev.duplexvoice.logging.VoiceLogging;
import dev.duplexvoice.micrometer.operator.Finding;
import dev.duplexvoice.micrometer.operator.HealthSource;
import dev.duplexvoice.micrometer.operator.ObservedProcess;
import dev.duplexvoice.micrometer.operator.OperatorPages;
import dev.duplexvoice.server.Principal;
import dev.duplexvoice.server.Scope;
import dev.duplexvoice.server.security.SessionTokens;
import dev.duplexvoice.server.security.TokenRoutes;
import dev.duplexvoice.server.sessions.SessionDirectory;
import dev.duplexvoice.server.support.LiveServer;
import dev.duplexvoice.server.support.LogLines;
import dev.duplexvoice.telemetry.ServiceEvent;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OperatorsRoutesTest {
    private final Map<String, Finding> findings = new LinkedHashMap<>();
    private final LoggerContext logs = new LoggerContext();
    private final SessionTokens tokens = SessionTokens.builder()
            .key("k", "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII))
            .build();
    private boolean draining;
    private Set<Scope> scopes = Set.of(Scope.OBSERVE, Scope.ADMIN, Scope.TALK);
    private ObservedProcess observed;
    private VoiceLogging logging;
    private LiveServer server;

    @BeforeEach
    void start() {
        observed = ObservedProcess.builder("server-1")
                .version("1.2.3")
                .window(Duration.ofHours(1))
                .build();
        logging = VoiceLogging.configure(LoggingOptions.commandLine().build(), logs);
        OperatorPages pages = observed.pages(new HealthSource() {
            @Override
            public CompletionStage<Map<String, Finding>> check() {
                return CompletableFuture.completedStage(findings);
            }

            @Override
            public boolean isDraining() {
                return draining;
            }

            @Override
            public Map<String, Boolean> models() {
                return Map.of("rms", true);
            }
        });
        server = LiveServer.start(config -> {
            config.routes.before(ctx -> Access.principal(ctx, new Principal("me", scopes)));
            new OperatorRoutes(pages).routes(config.routes);
            new SessionRoutes(SessionDirectory.inMemory(), AuditLog.create()).routes(config.routes);
            new LogLevelRoutes(logging.levels(), AuditLog.create()).routes(config.routes);
            new TokenRoutes(tokens, Duration.ofHours(1), SecurityLog.create()).routes(config.routes);
        });
    }

    @AfterEach
    void stop() {
        server.close();
        logging.close();
        observed.close();
    }

    // ------------------------------------------------------------------------------------------ health

    @ParameterizedTest
    @CsvSource({
        "true,true,false,/health,200,healthy",
        "true,false,false,/health,200,degraded",
        "false,true,false,/health,503,unhealthy",
        "true,true,true,/health,503,draining",
        "true,false,false,/readiness,200,ready",
        "false,true,false,/readiness,503,not_ready",
        "true,true,true,/readiness,503,draining",
        "false,false,true,/liveness,200,alive",
    })
    void shouldTellHowItDoes(boolean voice, boolean redis, boolean ending, String path, int status, String word)
            throws Exception {
        findings.put("voice", new Finding(voice, true, voice ? null : "is loading"));
        findings.put("redis", new Finding(redis, false, redis ? null : "redis-1.internal is away"));
        draining = ending;
        HttpResponse<String> answer = server.ask("GET", path);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(LiveServer.json(answer).path("status").asText()).isEqualTo(word);
        HttpResponse<String> head = server.ask("HEAD", path);
        assertThat(head.statusCode()).isEqualTo(status);
        assertThat(head.body()).isEmpty();
        scopes = Set.of();
        HttpResponse<String> stranger = server.ask("GET", path);
        assertThat(stranger.statusCode()).isEqualTo(status);
        assertThat(LiveServer.json(stranger)).hasToString("{\"status\":\"" + word + "\"}");
    }

    @Test
    void shouldShowWhoMayObserveEverythingThatWasChecked() throws Exception {
        findings.put("redis", new Finding(false, false, "away"));
        JsonNode health = LiveServer.json(server.ask("GET", "/health"));
        assertThat(health.path("redis").asBoolean(true)).isFalse();
        assertThat(health.path("uptime_seconds").asDouble()).isPositive();
        assertThat(health.path("checks").path("redis").path("error").asText()).isEqualTo("away");
        JsonNode older = LiveServer.json(server.ask("GET", "/api/v1/health"));
        assertThat(older.path("models_loaded").path("rms").asBoolean()).isTrue();
        assertThat(older.path("version").asText()).isEqualTo("1.2.3");
        assertThat(older.path("metrics").path("requests_total").isIntegralNumber())
                .isTrue();
        assertThat(older.path("system_info").path("memory").path("rss_mb").asDouble())
                .isPositive();
    }

    @Test
    void shouldShowFigures() throws Exception {
        assertThat(server.ask("GET", "/metrics").body()).contains("# TYPE orchestrator_session_errors_total counter");
        assertThat(server.ask("GET", "/metrics").headers().firstValue("Content-Type"))
                .get()
                .asString()
                .startsWith("text/plain");
        JsonNode metrics = LiveServer.json(server.ask("GET", "/api/v1/metrics"));
        assertThat(metrics.path("performance").path("time_window_minutes").asDouble())
                .isEqualTo(60);
        assertThat(metrics.path("system").path("cpu_percent").isNumber()).isTrue();
        observed.telemetry()
                .on(new ServiceEvent.OpenRefused(
                        0, VoiceException.Code.OVERLOADED, new VoiceException(VoiceException.Code.OVERLOADED, "full")));
        assertThat(LiveServer.json(server.ask("GET", "/api/v1/errors/recent"))
                        .path("errors")
                        .path(0)
                        .path("error_message")
                        .asText())
                .isEqualTo("full");
        assertThat(LiveServer.json(server.ask("GET", "/api/v1/errors/summary"))
                        .path("by_type")
                        .path("overloaded")
                        .path("total")
                        .asInt())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /metrics",
                "GET /api/v1/health",
                "GET /api/v1/metrics",
                "GET /api/v1/memory",
                "GET /api/v1/errors/recent",
                "GET /api/v1/errors/summary",
                "GET /api/v1/loglevel",
                "PUT /api/v1/loglevel",
                "GET /api/v1/sessions",
                "GET /api/v1/sessions/x",
                "DELETE /api/v1/sessions/x",
                "GET /api/v1/users/x",
                "POST /api/v1/tokens"
            })
    void shouldBeForThoseWhoMay(String route) throws Exception {
        scopes = Set.of(Scope.TALK, Scope.SPEAK);
        String[] parts = route.split(" ");
        assertThat(server.ask(parts[0], parts[1]).statusCode()).isEqualTo(403);
        scopes = Set.of(Scope.OBSERVE);
        assertThat(server.ask(parts[0], parts[1]).statusCode() == 403).isEqualTo(!parts[0].equals("GET"));
    }

    // ------------------------------------------------------------------------------------------ levels

    @Test
    void shouldChangeLevelsAtOnceAndWriteDownWhoDid() throws Exception {
        try (LogLines lines = LogLines.of(LogCategory.AUDIT.logger())) {
            HttpResponse<String> answer = server.send(
                    "PUT", "/api/v1/loglevel", "{\"logger\":\"dev.x\",\"level\":\"debug\"}", "X-Request-Id", "r-1");
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(logging.levels().get("dev.x.y")).isEqualTo(LogLevel.DEBUG);
            assertThat(LiveServer.json(answer).path("loggers").path("dev.x").asText())
                    .isEqualTo("DEBUG");
            assertThat(server.send("PUT", "/api/v1/loglevel", "{\"level\":\"ERROR\"}")
                            .statusCode())
                    .isEqualTo(200);
            JsonNode shown = LiveServer.json(server.ask("GET", "/api/v1/loglevel"));
            assertThat(shown.path("level").asText()).isEqualTo("ERROR");
            assertThat(lines.texts()).hasSize(2);
            assertThat(lines.texts().get(0)).contains("log.level", "actor=\"me\"", "dev.x", "request_id=\"r-1\"");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | level: is missing",
                "{\"level\":\"LOUD\"} | level=LOUD",
                "{\"level\":\"DEBUG\",\"logger\":\"a b\"} | logger=a b: must be names",
                "{\"level\":\"DEBUG\",\"name\":\"x\"} | name: there is no such field; use logger, level",
                "{\"level\":7} | level=7: must be a text",
            })
    void shouldSayWhatIsWrongWithALevel(String body, String detail) throws Exception {
        HttpResponse<String> answer = server.send("PUT", "/api/v1/loglevel", body);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(LiveServer.json(answer).path("detail").asText()).startsWith(detail);
    }

    // ------------------------------------------------------------------------------------------ sessions

    @Test
    void shouldSayThatASessionOrUserIsNotKnown() throws Exception {
        assertThat(server.ask("GET", "/api/v1/sessions").body()).contains("\"live\":[]", "\"ended\":[]");
        for (String path : new String[] {"/api/v1/sessions/s1", "/api/v1/users/u1"}) {
            HttpResponse<String> answer = server.ask("GET", path);
            assertThat(answer.statusCode()).isEqualTo(404);
            assertThat(LiveServer.json(answer).path("detail").asText()).contains("1: is not known here");
        }
        assertThat(server.ask("DELETE", "/api/v1/sessions/s1").statusCode()).isEqualTo(404);
    }

    // ------------------------------------------------------------------------------------------ tokens

    @Test
    void shouldGiveAwayATokenForAShortTime() throws Exception {
        try (LogLines lines = LogLines.of(LogCategory.SECURITY.logger())) {
            HttpResponse<String> answer = server.send("POST", "/api/v1/tokens", "{\"subject\":\"user-7\"}");
            assertThat(answer.statusCode()).isEqualTo(201);
            JsonNode made = LiveServer.json(answer);
            assertThat(tokens.verify(made.path("token").asText()))
                    .isEqualTo(new Principal("user-7", Set.of(Scope.TALK)));
            assertThat(made.path("expires_in_s").asInt()).isEqualTo(300);
            assertThat(Instant.parse(made.path("expires_at").asText())).isAfter(Instant.now());
            assertThat(lines.texts())
                    .singleElement()
                    .asString()
                    .contains("token_issued", "user-7")
                    .doesNotContain(made.path("token").asText());
        }
        JsonNode more = LiveServer.json(server.send(
                "POST",
                "/api/v1/tokens",
                "{\"subject\":\"u\",\"scopes\":[\"talk\",\"observe\"],\"expires_in_s\":3600}"));
        assertThat(tokens.verify(more.path("token").asText()).scopes())
                .containsExactlyInAnyOrder(Scope.TALK, Scope.OBSERVE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | 400 | subject: is missing",
                "{\"subject\":\" \"} | 400 | subject: must have 1 to 256",
                "{\"subject\":\"anonymous\"} | 400 | subject: must have",
                "{\"subject\":\"u\",\"scopes\":[]} | 400 | scopes: must be a list",
                "{\"subject\":\"u\",\"scopes\":\"talk\"} | 400 | scopes: must be a list",
                "{\"subject\":\"u\",\"scopes\":[\"fly\"]} | 400 | scopes=fly: there is no such scope",
                "{\"subject\":\"u\",\"scopes\":[\"admin\"]} | 403 | scopes=admin: cannot be given away by 'me'",
                "{\"subject\":\"u\",\"scopes\":[\"speak\"]} | 403 | scopes=speak: cannot be given away by 'me'",
                "{\"subject\":\"u\",\"expires_in_s\":3601} | 400 | expires_in_s=3601: must be 1 to 3600",
                "{\"subject\":\"u\",\"expires_in_s\":0} | 400 | expires_in_s=0",
            })
    void shouldNotGiveAwayMoreThanThereIs(String body, int status, String detail) throws Exception {
        HttpResponse<String> answer = server.send("POST", "/api/v1/tokens", body);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(LiveServer.json(answer).path("detail").asText()).startsWith(detail);
    }
}
