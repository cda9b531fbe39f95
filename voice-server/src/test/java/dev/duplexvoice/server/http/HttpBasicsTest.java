package dev.duplexvoice.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.duplexvoice.VoiceException;
import dev.duplexvoice.logging.LogCategory;
import dev.duplexvoice.server.Scope;
import dev.duplexvoice.server.internal.http.Json;
import dev.duplexvoice.server.support.LiveServer;
import dev.duplexvoice.server.support.LogLines;
import io.javalin.websocket.WsConfig;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class HttpBasicsTest {
    private static final Logger LOG = LoggerFactory.getLogger(HttpBasicsTest.class);

    private LiveServer server;

    @BeforeEach
    void start() {
        server = LiveServer.start(config -> {
            config.routes.get("/there", ctx -> {
                LOG.info("within");
                ctx.result("yes");
            });
            config.routes.post(
                    "/echo", ctx -> Json.answer(ctx, 200, Map.of("got", Json.body(ctx, true, List.of("a")))));
            config.routes.get("/bug", ctx -> {
                throw new IllegalStateException("/secret/path");
            });
            config.routes.get("/error", ctx -> {
                throw new AssertionError("/secret/path");
            });
            config.routes.get("/voice/{code}", ctx -> {
                throw new VoiceException(VoiceException.Code.valueOf(ctx.pathParam("code")), "why");
            });
            config.routes.get("/observers", Access.to(Scope.OBSERVE, ctx -> ctx.result("seen")));
            config.routes.ws("/socket", WsConfig::hashCode);
        });
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static void isError(JsonNode body, String code) {
        assertThat(body.path("success").isBoolean()).isTrue();
        assertThat(body.path("success").asBoolean()).isFalse();
        assertThat(body.path("error").asText()).isNotBlank();
        assertThat(body.path("detail").asText()).isNotBlank();
        assertThat(body.path("error_code").asText()).isEqualTo(code);
        assertThat(Instant.parse(body.path("timestamp").asText())).isNotNull();
        assertThat(body.path("request_id").asText()).isNotBlank();
        assertThat(body.size()).isEqualTo(6);
    }

    private static JsonNode body(String raw) throws IOException {
        return new ObjectMapper().readTree(raw.substring(raw.indexOf("\r\n\r\n") + 4));
    }

    @ParameterizedTest
    @CsvSource({
        "GET,/nowhere,404,NOT_FOUND",
        "GET,/there/deeper,404,NOT_FOUND",
        "DELETE,/there,405,METHOD_NOT_ALLOWED",
        "GET,/echo,405,METHOD_NOT_ALLOWED",
        "GET,/bug,500,INTERNAL_ERROR",
        "GET,/error,500,INTERNAL_ERROR",
        "GET,/observers,401,UNAUTHENTICATED",
        "GET,/voice/INVALID_ARGUMENT,400,INVALID_ARGUMENT",
        "GET,/voice/NOT_FOUND,404,NOT_FOUND",
        "GET,/voice/OVERLOADED,503,OVERLOADED",
        "GET,/voice/DRAINING,503,DRAINING",
        "GET,/voice/SYNTHESIS,500,SYNTHESIS",
    })
    void shouldAnswerErrorsInOneForm(String method, String path, int status, String code) throws Exception {
        HttpResponse<String> answer = server.ask(method, path, "X-Request-Id", "my-id.7");
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
        isError(LiveServer.json(answer), code);
        assertThat(LiveServer.json(answer).path("request_id").asText()).isEqualTo("my-id.7");
        assertThat(answer.headers().firstValue("X-Request-Id")).hasValue("my-id.7");
        assertThat(answer.body()).doesNotContain("secret");
    }

    @Test
    void shouldSayWhichMethodsThereAre() throws Exception {
        assertThat(server.ask("DELETE", "/there").headers().firstValue("Allow")).hasValue("GET");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"b\":1} | 400 | b: there is no such field; use a",
                "{\"a\":1,\"a\":2} | 400 | body: is no JSON: Duplicate",
                "{\"a\":1} {} | 400 | body: is no JSON",
                "[1] | 400 | body: must be a JSON object with a",
                "nonsense | 400 | body: is no JSON",
            })
    void shouldReadBodiesStrictly(String sent, int status, String detail) throws Exception {
        HttpResponse<String> answer = server.send("POST", "/echo", sent);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(LiveServer.json(answer).path("detail").asText()).startsWith(detail);
    }

    @Test
    void shouldRefuseOtherTypesAndBodiesThatAreTooLarge() throws Exception {
        HttpResponse<String> type = server.ask("POST", "/echo", "Content-Type", "text/plain");
        assertThat(type.statusCode()).isEqualTo(415);
        isError(LiveServer.json(type), "UNSUPPORTED_MEDIA_TYPE");
        HttpResponse<String> large = server.send("POST", "/echo", "\"" + "x".repeat(HttpBasics.MAX_BODY) + "\"");
        assertThat(large.statusCode()).isEqualTo(413);
        isError(LiveServer.json(large), "CONTENT_TOO_LARGE");
        assertThat(LiveServer.json(large).path("detail").asText())
                .isEqualTo("the body is too large: at most " + HttpBasics.MAX_BODY + " bytes");
        assertThat(server.send("POST", "/echo", "{\"a\":1}").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"with space", "a/b", "<script>", "{}"})
    void shouldMakeAnIdOfItsOwnIfTheClientsCannotBeOne(String sent) throws Exception {
        assertThat(server.ask("GET", "/there", "X-Request-Id", sent).headers().firstValue("X-Request-Id"))
                .get()
                .asString()
                .matches("[0-9a-f-]{36}");
        assertThat(server.ask("GET", "/there", "X-Request-Id", "x".repeat(65))
                        .headers()
                        .firstValue("X-Request-Id"))
                .get()
                .asString()
                .matches("[0-9a-f-]{36}");
    }

    @Test
    void shouldWriteTheIdIntoEveryLineOfARequestAndNoOther() throws Exception {
        try (LogLines lines = LogLines.of(HttpBasicsTest.class.getName())) {
            server.ask("GET", "/there", "X-Request-Id", "id-1");
            server.ask("GET", "/there", "X-Request-Id", "id-2");
            LOG.info("without");
            assertThat(lines.all())
                    .extracting(line -> line.getMDCPropertyMap().get("request_id"))
                    .containsExactly("id-1", "id-2", null);
        }
    }

    @Test
    void shouldLogWhatWasAnsweredWithoutTokens() throws Exception {
        try (LogLines lines = LogLines.of(LogCategory.ACCESS.logger())) {
            server.ask("GET", "/there?token=abc.def&x=1&Access_Token=ghi", "X-Request-Id", "id-1", "User-Agent", "me");
            server.ask("GET", "/nowhere");
            server.raw("GARBAGE\r\n\r\n");
            await(() -> lines.all().size() == 3);
            assertThat(lines.texts().get(0))
                    .contains("/there?token=***&x=1&Access_Token=***", "status_code=\"200\"", "request_id=\"id-1\"")
                    .contains("client_ip=\"127.0.0.1\"", "response_size_bytes=\"3\"", "user_agent=\"me\"")
                    .doesNotContain("abc.def", "ghi");
            assertThat(lines.texts().get(1)).contains("status_code=\"404\"");
            assertThat(lines.texts().get(2)).contains("status_code=\"400\"");
        }
    }

    private static void await(java.util.function.BooleanSupplier condition) throws InterruptedException {
        // Jetty logs behind the answer's last byte.
        for (int i = 0; i < 3_000 && !condition.getAsBoolean(); i++) {
            Thread.sleep(10);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/..%2f..%2fetc/passwd",
                "/there/%2e%2e/%2e%2e/etc/passwd",
                "/../../etc/passwd",
                "/there/..;/x",
                "/%252e%252e/",
                "/there%00",
                "//there",
                "/there/./x",
                "/th%65re/../there%2f",
                "/\\..\\..\\x",
            })
    void shouldServeNothingUnderPathsThatAreAmbiguous(String path) throws Exception {
        String answer = server.raw("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        assertThat(answer).matches("(?s)HTTP/1.1 (400|404) .*").doesNotContain("root:");
        assertThat(body(answer).path("success").asBoolean(true)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/there%2f..", "/there/%2e%2e/x", "/there/..;/x", "/there;x=1/%2e"})
    void shouldNotEvenLookForPathsThatAreReadInTwoWays(String path) throws Exception {
        assertThat(server.raw("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GARBAGE\r\n\r\n",
                "GET\r\n\r\n",
                "GET /there HTTP/9.9\r\nHost: x\r\n\r\n",
                "GET /there HTTP/1.1\r\n\r\n",
                "GET /there HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
                "GET /there HTTP/1.1\r\nHost: x\r\nBad Header: y\r\n\r\n",
                "GET /there HTTP/1.1\r\nHost: x\r\nA : y\r\n\r\n",
                "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
                "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
                "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: +3\r\n\r\nabc",
                "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
                "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
                "GET /there HTTP/1.1\r\nHost: x\r\n folded: y\r\n\r\n",
            })
    void shouldRefuseWhatASecondServerMightReadDifferently(String request) throws Exception {
        String answer = server.raw(request);
        assertThat(answer).matches("(?s)HTTP/1.1 (400|426|501|505) .*");
        // One answer, and nothing behind it: the rest was not taken for a request.
        assertThat(answer.split("HTTP/1.1 ", -1)).hasSize(2);
        isError(body(answer), body(answer).path("error_code").asText());
    }

    @Test
    void shouldRefuseHugeHeadersAndAddresses() throws Exception {
        String headers = server.raw("GET /there HTTP/1.1\r\nHost: x\r\nA: " + "y".repeat(20_000) + "\r\n\r\n");
        assertThat(headers).startsWith("HTTP/1.1 431 ");
        isError(body(headers), "HEADERS_TOO_LARGE");
        String address = server.raw("GET /" + "y".repeat(20_000) + " HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(address).startsWith("HTTP/1.1 414 ");
        isError(body(address), "URI_TOO_LONG");
        StringBuilder many = new StringBuilder("GET /there HTTP/1.1\r\nHost: x\r\n");
        for (int i = 0; i < 5_000; i++) {
            many.append("h").append(i).append(": v\r\n");
        }
        assertThat(server.raw(many + "\r\n")).startsWith("HTTP/1.1 431 ");
    }

    @Test
    void shouldAnswerAnUpgradeToNothingInTheSameForm() throws Exception {
        String upgrade = "Host: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
        try (Socket socket = server.connect()) {
            socket.getOutputStream()
                    .write(("GET /nowhere HTTP/1.1\r\n" + upgrade).getBytes(StandardCharsets.ISO_8859_1));
            socket.shutdownOutput();
            String answer = LiveServer.readAll(socket);
            assertThat(answer).startsWith("HTTP/1.1 404 ");
            isError(body(answer), "NOT_FOUND");
        }
    }

    @Test
    void shouldGoOnAfterAllThat() throws Exception {
        for (int i = 0; i < 200; i++) {
            server.raw("\u0000\u0001\u0002" + i + "\r\n\r\n");
        }
        assertThat(server.ask("GET", "/there").body()).isEqualTo("yes");
    }
}
