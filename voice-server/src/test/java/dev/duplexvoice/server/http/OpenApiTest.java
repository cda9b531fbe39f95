package dev.duplexvoice.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.logging.AuditLog;
import dev.duplexvoice.logging.LoggingOptions;
import dev.duplexvoice.logging.SecurityLog;
import dev.duplexvoice.logging.VoiceLogging;
import dev.duplexvoice.micrometer.operator.Finding;
import dev.duplexvoice.micrometer.operator.ObservedProcess;
import dev.duplexvoice.micrometer.operator.OperatorPages;
import dev.duplexvoice.server.Principal;
import dev.duplexvoice.server.Scope;
import dev.duplexvoice.server.internal.console.ConsoleRoutes;
import dev.duplexvoice.server.security.SessionTokens;
import dev.duplexvoice.server.security.TokenRoutes;
import dev.duplexvoice.server.sessions.SessionDirectory;
import dev.duplexvoice.server.support.LiveServer;
import io.javalin.router.ParsedEndpoint;
import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.ParseOptions;
import io.swagger.v3.parser.core.models.SwaggerParseResult;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OpenApiTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ObservedProcess observed = ObservedProcess.builder("server-1").build();
    private final VoiceLogging logging =
            VoiceLogging.configure(LoggingOptions.commandLine().build(), new LoggerContext());
    private final VoiceEngine engine = VoiceEngine.create();
    private Set<Scope> scopes = EnumSet.allOf(Scope.class);
    private LiveServer server;

    @BeforeEach
    void start() {
        OperatorPages pages =
                observed.pages(() -> CompletableFuture.completedStage(Map.of("voice", new Finding(true, true, null))));
        SessionTokens tokens = SessionTokens.builder().key("k", new byte[32]).build();
        server = LiveServer.start(config -> {
            config.routes.before(ctx -> Access.principal(ctx, new Principal("me", scopes)));
            new OperatorRoutes(pages).routes(config.routes);
            new SessionRoutes(SessionDirectory.inMemory(), AuditLog.create()).routes(config.routes);
            new LogLevelRoutes(logging.levels(), AuditLog.create()).routes(config.routes);
            new TokenRoutes(tokens, Duration.ofHours(1), SecurityLog.create()).routes(config.routes);
            SpeechRoutes.builder(engine).build().routes(config.routes);
            new OpenApiRoutes("1.2.3-\"x").routes(config.routes);
            ConsoleRoutes.builder(observed.metrics(), pages)
                    .logs(logging.tail(10))
                    .build()
                    .apis(config.routes);
        });
    }

    @AfterEach
    void stop() {
        server.close();
        engine.close();
        logging.close();
        observed.close();
    }

    private JsonNode document() throws Exception {
        return JSON.readTree(server.ask("GET", "/openapi.json").body());
    }

    @Test
    void shouldDescribeTheRoutesThatThereAreAndNoOthers() throws Exception {
        Set<String> registered = new TreeSet<>();
        for (ParsedEndpoint each : server.javalin().unsafe.internalRouter.allHttpHandlers()) {
            if (each.endpoint.method.isHttpMethod()) {
                registered.add(each.endpoint.method + " " + each.endpoint.path);
            }
        }
        Set<String> described = new TreeSet<>();
        document()
                .path("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .fieldNames()
                        .forEachRemaining(
                                method -> described.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey())));
        assertThat(described).isEqualTo(registered).hasSizeGreaterThan(20);
    }

    @Test
    void shouldBeOpenApi() throws Exception {
        ParseOptions strictly = new ParseOptions();
        strictly.setResolve(true);
        SwaggerParseResult result = new OpenAPIV3Parser()
                .readContents(server.ask("GET", "/openapi.json").body(), null, strictly);
        assertThat(result.getMessages()).isEmpty();
        assertThat(result.getOpenAPI().getInfo().getVersion()).isEqualTo("1.2.3-_x");
        assertThat(result.getOpenAPI()
                        .getPaths()
                        .get("/api/v1/tts")
                        .getPost()
                        .getRequestBody()
                        .getRequired())
                .isTrue();
    }

    @Test
    void shouldNameTheScopesThatAreAskedFor() throws Exception {
        scopes = Set.of();
        JsonNode paths = document().path("paths");
        for (Map.Entry<String, JsonNode> path : paths.properties()) {
            for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
                asksForItsScope(path.getKey(), operation.getKey().toUpperCase(Locale.ROOT), operation.getValue());
            }
        }
    }

    private void asksForItsScope(String path, String method, JsonNode operation) throws Exception {
        String uri = path.replace("{id}", "x");
        String route = method + " " + path;
        JsonNode security = operation.path("security");
        scopes = Set.of();
        int stranger = server.ask(method, uri).statusCode();
        if (security.isEmpty()) {
            assertThat(stranger).as(route).isEqualTo(200);
            return;
        }
        assertThat(stranger).as(route).isEqualTo(403);
        String scope = security.path(0).path("bearer").path(0).asText();
        scopes = Set.of(Scope.valueOf(scope.toUpperCase(Locale.ROOT)));
        if (!uri.endsWith("/stream")) {
            assertThat(server.ask(method, uri).statusCode()).as(route).isNotEqualTo(403);
        }
    }

    @Test
    void shouldAnswerInTheShapesThatItDescribes() throws Exception {
        JsonNode schemas = document().path("components").path("schemas");
        hasOnly(
                schemas.path("Error"),
                JSON.readTree(server.ask("GET", "/nowhere").body()));
        hasOnly(
                schemas.path("Health"),
                JSON.readTree(server.ask("GET", "/api/v1/health").body()));
        hasOnly(
                schemas.path("LogLevels"),
                JSON.readTree(server.ask("GET", "/api/v1/loglevel").body()));
        hasOnly(
                schemas.path("Token"),
                JSON.readTree(server.send("POST", "/api/v1/tokens", "{\"subject\":\"u\"}")
                        .body()));
    }

    private static void hasOnly(JsonNode schema, JsonNode value) {
        Set<String> known = new TreeSet<>();
        schema.path("properties").fieldNames().forEachRemaining(known::add);
        Set<String> shown = new TreeSet<>();
        value.fieldNames().forEachRemaining(shown::add);
        assertThat(known).containsAll(shown);
        schema.path("required").forEach(field -> assertThat(shown).contains(field.asText()));
    }
}
