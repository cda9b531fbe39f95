package dev.duplexvoice.server.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplexvoice.logging.LogCategory;
import dev.duplexvoice.server.Principal;
import dev.duplexvoice.server.Scope;
import dev.duplexvoice.server.http.Access;
import dev.duplexvoice.server.support.LiveServer;
import dev.duplexvoice.server.support.LogLines;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerGuardTest {
    private static final String TALKER = "talker-token-0123456789";
    private static final String OPERATOR = "operator-token-0123456789";

    private final AtomicLong nanos = new AtomicLong();
    private Instant now = Instant.parse("2026-11-22T12:00:00Z");
    private final SessionTokens signed = SessionTokens.builder()
            .key("k", "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII))
            .clock(() -> now)
            .build();
    private final Map<String, Integer> refused = new ConcurrentHashMap<>();
    private final BlockingQueue<String> closed = new LinkedBlockingQueue<>();
    private @Nullable LiveServer server;
    private @Nullable ServerGuard guard;

    private ServerGuard.Builder usual() {
        return ServerGuard.builder()
                .accessTokens(AccessTokens.builder()
                        .token("talker", TALKER, Set.of(Scope.TALK))
                        .token("operator", OPERATOR, EnumSet.allOf(Scope.class))
                        .build())
                .sessionTokens(signed)
                .onRefused(reason -> refused.merge(reason, 1, Integer::sum))
                .nanoTime(nanos::get);
    }

    private LiveServer start(ServerGuard.Builder rules) {
        ServerGuard built = rules.build();
        guard = built;
        LiveServer started = LiveServer.start(config -> {
            built.routes(config.routes);
            config.routes.get("/who", ctx -> ctx.result(who(Access.principal(ctx)) + " " + Access.clientAddress(ctx)));
            config.routes.post("/do", Access.to(Scope.TALK, ctx -> ctx.result("done")));
            config.routes.delete("/do", Access.to(Scope.ADMIN, ctx -> ctx.result("gone")));
            config.routes.get("/observe", Access.to(Scope.OBSERVE, ctx -> ctx.result("seen")));
            config.routes.ws("/talk", ws -> {
                ws.onConnect(ctx -> ctx.send(who(ctx.<Principal>attribute(Principal.class.getName())) + " "
                        + ctx.queryParamMap().size()));
                ws.onClose(ctx -> closed.add("closed " + ctx.status()));
            });
        });
        server = started;
        return started;
    }

    private static String who(@Nullable Principal who) {
        return who == null
                ? "nobody"
                : who.name() + who.scopes().stream().sorted().toList();
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    private static String[] bearer(String token) {
        return new String[] {"Authorization", "Bearer " + token};
    }

    private String signedToken(Duration life, Scope... scopes) {
        return signed.issue("user-7", Set.of(scopes), life).token();
    }

    // ------------------------------------------------------------------------------------------ who

    @Test
    void shouldKnowWhoAsks() throws Exception {
        LiveServer server = start(usual());
        assertThat(server.ask("GET", "/who").body()).isEqualTo("anonymous[] 127.0.0.1");
        assertThat(server.ask("GET", "/who", bearer(TALKER)).body()).isEqualTo("talker[TALK] 127.0.0.1");
        assertThat(server.ask("GET", "/who", "Authorization", "bEaReR  " + OPERATOR)
                        .body())
                .isEqualTo("operator[TALK, SPEAK, OBSERVE, ADMIN] 127.0.0.1");
        assertThat(server.ask("GET", "/who", bearer(signedToken(Duration.ofMinutes(5), Scope.SPEAK)))
                        .body())
                .isEqualTo("user-7[SPEAK] 127.0.0.1");
        // Only what becomes a WebSocket may show its token in an address, where others can see it.
        assertThat(server.ask("GET", "/who?token=" + TALKER).body()).isEqualTo("anonymous[] 127.0.0.1");
    }

    @Test
    void shouldLetNobodyDoWhatItsScopesDoNotHave() throws Exception {
        LiveServer server = start(usual());
        assertThat(server.ask("POST", "/do").statusCode()).isEqualTo(401);
        assertThat(server.ask("POST", "/do", bearer(TALKER)).statusCode()).isEqualTo(200);
        HttpResponse<String> forbidden = server.ask("DELETE", "/do", bearer(TALKER));
        assertThat(forbidden.statusCode()).isEqualTo(403);
        assertThat(forbidden.body())
                .contains("scope=admin: 'talker' does not have it")
                .doesNotContain(TALKER);
        assertThat(server.ask("DELETE", "/do", bearer(OPERATOR)).body()).isEqualTo("gone");
        assertThat(server.ask("GET", "/observe", bearer(signedToken(Duration.ofMinutes(1), Scope.TALK)))
                        .statusCode())
                .isEqualTo(403);
    }

    @ParameterizedTest
    @CsvSource({
        "Bearer wrong-token-0123456789,unknown_key|malformed_token",
        "Bearer ,malformed_token",
        "Basic dGFsa2VyOnRhbGtlcg==,malformed_token",
        "Bearer e30.e30.e30,malformed_token"
    })
    void shouldRefuseWhatProvesNothingAndLogItWithoutTheToken(String header, String reason) throws Exception {
        LiveServer server = start(usual());
        try (LogLines lines = LogLines.of(LogCategory.SECURITY.logger())) {
            HttpResponse<String> answer = server.ask("GET", "/who", "Authorization", header, "User-Agent", "thief/1.0");
            assertThat(answer.statusCode()).isEqualTo(401);
            assertThat(answer.headers().firstValue("WWW-Authenticate")).hasValue("Bearer error=\"invalid_token\"");
            assertThat(LiveServer.json(answer).path("error_code").asText()).isEqualTo("INVALID_TOKEN");
            assertThat(lines.texts())
                    .singleElement()
                    .asString()
                    .contains("authentication_failure", "127.0.0.1", "thief/1.0");
            assertThat(lines.texts().get(0)).containsPattern("reason=\"(" + reason + ")\"");
            assertThat(lines.texts().get(0) + answer.body()).doesNotContain("0123456789", "dGFsa2Vy");
        }
    }

    @Test
    void shouldLogWhoMayNotAndNotAFloodOfThem() throws Exception {
        try (LogLines log = LogLines.of(LogCategory.SECURITY.logger())) {
            LiveServer server = start(usual().failures(new RateLimit(3, 3)));
            assertThat(server.ask("GET", "/observe").statusCode()).isEqualTo(401);
            assertThat(server.ask("DELETE", "/do", bearer(TALKER)).statusCode()).isEqualTo(403);

            assertThat(log.texts())
                    .hasSize(2)
                    .allMatch(line -> line.contains("authorization_failure") && line.contains("127.0.0.1"))
                    .noneMatch(line -> line.contains(TALKER));
            assertThat(log.texts().get(0)).contains("missing_token");
            assertThat(log.texts().get(1)).contains("insufficient_scope", "talker");
            for (int i = 0; i < 10; i++) {
                server.ask("GET", "/observe");
            }
            assertThat(log.texts()).hasSize(3);
            assertThat(refused).containsEntry("missing_token", 11).containsEntry("insufficient_scope", 1);
        }
    }

    @Test
    void shouldRefuseATokenThatHasExpired() throws Exception {
        LiveServer server = start(usual());
        String token = signedToken(Duration.ofSeconds(10), Scope.TALK);
        assertThat(server.ask("GET", "/who", bearer(token)).statusCode()).isEqualTo(200);
        now = now.plusSeconds(10);
        HttpResponse<String> answer = server.ask("GET", "/who", bearer(token));
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.body()).contains("expired");
        assertThat(refused).containsOnly(Map.entry("expired_token", 1));
    }

    @Test
    void shouldNotLogAFloodOfWrongTokensAndStillTakeRightOnes() throws Exception {
        LiveServer server = start(usual().failures(new RateLimit(60, 5)));
        try (LogLines lines = LogLines.of(LogCategory.SECURITY.logger())) {
            for (int i = 0; i < 5; i++) {
                assertThat(server.ask("GET", "/who", bearer("wrong-token-" + i)).statusCode())
                        .isEqualTo(401);
            }
            HttpResponse<String> answer = server.ask("GET", "/who", bearer("wrong-token-5"));
            assertThat(answer.statusCode()).isEqualTo(429);
            assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
            assertThat(server.ask("GET", "/who", bearer(TALKER)).statusCode()).isEqualTo(200);
            assertThat(lines.all()).hasSize(5);
            nanos.addAndGet(1_000_000_000);
            assertThat(server.ask("GET", "/who", bearer("wrong-token-6")).statusCode())
                    .isEqualTo(401);
        }
    }

    // ------------------------------------------------------------------------------------------ limits

    @Test
    void shouldHoldBackAnAddressThatAsksTooOften() throws Exception {
        LiveServer server = start(usual().perAddress(new RateLimit(60, 3)));
        for (int i = 0; i < 3; i++) {
            assertThat(server.ask("GET", "/who").statusCode()).isEqualTo(200);
        }
        HttpResponse<String> answer = server.ask("GET", "/who");
        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(LiveServer.json(answer).path("error_code").asText()).isEqualTo("RATE_LIMITED");
        assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
        nanos.addAndGet(1_000_000_000);
        assertThat(server.ask("GET", "/who").statusCode()).isEqualTo(200);
        assertThat(refused).containsOnly(Map.entry("address_rate", 1));
    }

    @Test
    void shouldHoldBackATokenThatIsUsedTooOften() throws Exception {
        LiveServer server = start(usual().perToken(new RateLimit(60, 2)));
        assertThat(server.ask("GET", "/who", bearer(TALKER)).statusCode()).isEqualTo(200);
        assertThat(server.ask("GET", "/who", bearer(TALKER)).statusCode()).isEqualTo(200);
        assertThat(server.ask("GET", "/who", bearer(TALKER)).statusCode()).isEqualTo(429);
        assertThat(server.ask("GET", "/who", bearer(OPERATOR)).statusCode()).isEqualTo(200);
        assertThat(server.ask("GET", "/who").statusCode()).isEqualTo(200);
    }

    @Test
    void shouldBelieveForwardedAddressesOfTrustedProxiesOnly() throws Exception {
        LiveServer trusting = start(
                usual().trustedProxies(TrustedProxies.of(List.of("127.0.0.1"))).perAddress(new RateLimit(60, 1)));
        for (String client : List.of("198.51.100.1", "198.51.100.2")) {
            assertThat(trusting.ask("GET", "/who", "X-Forwarded-For", "6.6.6.6, " + client)
                            .body())
                    .endsWith(" " + client);
        }
        assertThat(trusting.ask("GET", "/who", "X-Forwarded-For", "198.51.100.1")
                        .statusCode())
                .isEqualTo(429);
        trusting.close();
        LiveServer wary = start(usual());
        assertThat(wary.ask("GET", "/who", "X-Forwarded-For", "198.51.100.1").body())
                .endsWith(" 127.0.0.1");
    }

    // ------------------------------------------------------------------------------------------ origins

    @Test
    void shouldLetOnlyOwnAndListedPagesChangeSomething() throws Exception {
        LiveServer server = start(
                usual().anonymous(Set.of(Scope.TALK)).origins(Origins.sameAnd(List.of("https://app.example.com"))));
        String own = "http://127.0.0.1:" + server.port();
        assertThat(server.ask("POST", "/do", "Origin", own).statusCode()).isEqualTo(200);
        assertThat(server.ask("POST", "/do", "Origin", "https://app.example.com")
                        .statusCode())
                .isEqualTo(200);
        for (String foreign :
                List.of("https://evil.org", "null", "http://127.0.0.1:1", "https://127.0.0.1:" + server.port())) {
            HttpResponse<String> answer = server.ask("POST", "/do", "Origin", foreign);
            assertThat(answer.statusCode()).as(foreign).isEqualTo(403);
            assertThat(LiveServer.json(answer).path("error_code").asText()).isEqualTo("FOREIGN_ORIGIN");
            assertThat(answer.headers().firstValue("Access-Control-Allow-Origin"))
                    .isEmpty();
        }
        assertThat(server.ask("POST", "/do", "Sec-Fetch-Site", "cross-site").statusCode())
                .isEqualTo(403);
        assertThat(server.ask("POST", "/do", "Sec-Fetch-Site", "same-origin").statusCode())
                .isEqualTo(200);
        assertThat(server.ask("DELETE", "/nowhere", "Origin", "https://evil.org")
                        .statusCode())
                .isEqualTo(403);
        assertThat(server.ask("GET", "/who", "Origin", "https://evil.org").statusCode())
                .isEqualTo(200);
        assertThat(server.ask("GET", "/who", "X-HTTP-Method-Override", "DELETE").statusCode())
                .isEqualTo(400);
    }

    @Test
    void shouldAllowOtherPagesToReadOnlyIfTheyAreListed() throws Exception {
        LiveServer server = start(usual().origins(Origins.sameAnd(List.of("https://app.example.com"))));
        String[] preflight = {"Origin", "https://app.example.com", "Access-Control-Request-Method", "POST"};
        HttpResponse<String> answer = server.ask("OPTIONS", "/do", preflight);
        assertThat(answer.statusCode()).isEqualTo(204);
        assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).hasValue("https://app.example.com");
        assertThat(answer.headers().firstValue("Access-Control-Allow-Credentials"))
                .isEmpty();
        assertThat(answer.headers().allValues("Vary")).contains("Origin");
        preflight[1] = "https://evil.org";
        HttpResponse<String> foreign = server.ask("OPTIONS", "/do", preflight);
        assertThat(foreign.statusCode()).isNotEqualTo(204);
        assertThat(foreign.headers().map().keySet())
                .noneMatch(name -> name.toLowerCase().startsWith("access-control"));
        assertThat(server.ask("GET", "/who").headers().map().keySet())
                .noneMatch(name -> name.toLowerCase().startsWith("access-control"));
    }

    @Test
    void shouldNotAnswerToNamesThatAreNotItsOwn() throws Exception {
        LiveServer server = start(usual().hosts(List.of("localhost", "127.0.0.1", "[::1]")));
        String rest = " HTTP/1.1\r\nConnection: close\r\nHost: ";
        assertThat(server.raw("GET /who" + rest + "localhost:" + server.port() + "\r\n\r\n"))
                .startsWith("HTTP/1.1 200");
        assertThat(server.raw("GET /who" + rest + "[::1]:80\r\n\r\n")).startsWith("HTTP/1.1 200");
        String rebound = server.raw("GET /who" + rest + "evil.org:" + server.port() + "\r\n\r\n");
        assertThat(rebound).startsWith("HTTP/1.1 421").contains("WRONG_HOST").doesNotContain("evil.org");
        assertThat(server.raw("GET /who" + rest + "localhost.evil.org\r\n\r\n")).startsWith("HTTP/1.1 421");
    }

    @Test
    void shouldTellBrowsersThatLittleIsAllowed() throws Exception {
        LiveServer server = start(usual());
        for (String path : List.of("/who", "/nowhere", "/observe")) {
            HttpResponse<String> answer = server.ask("GET", path);
            assertThat(answer.headers().firstValue("Content-Security-Policy"))
                    .get()
                    .asString()
                    .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
                    .doesNotContain("unsafe", "*");
            assertThat(answer.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
            assertThat(answer.headers().firstValue("X-Frame-Options")).hasValue("DENY");
            assertThat(answer.headers().firstValue("Referrer-Policy")).hasValue("no-referrer");
            assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
            assertThat(answer.headers().firstValue("Strict-Transport-Security")).isEmpty();
            assertThat(answer.headers().firstValue("Server")).isEmpty();
        }
    }

    // ------------------------------------------------------------------------------------------ WebSockets

    private static class Talk implements WebSocket.Listener {
        final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            heard.add(data.toString());
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
            heard.add("closed " + status);
            return null;
        }
    }

    private WebSocket talk(Talk talk, String query, @Nullable String origin, String... protocols) {
        WebSocket.Builder builder = HttpClient.newHttpClient().newWebSocketBuilder();
        if (origin != null) {
            builder.header("Origin", origin);
        }
        if (protocols.length > 0) {
            List<String> rest = new ArrayList<>(List.of(protocols));
            builder.subprotocols(rest.remove(0), rest.toArray(new String[0]));
        }
        LiveServer to = server;
        assertThat(to).isNotNull();
        return builder.buildAsync(java.net.URI.create("ws://127.0.0.1:" + to.port() + "/talk" + query), talk)
                .join();
    }

    private void isRefused(int status, Runnable talk) {
        assertThatThrownBy(talk::run)
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        WebSocketHandshakeException.class,
                        e -> assertThat(e.getResponse().statusCode()).isEqualTo(status));
    }

    @Test
    void shouldTakeTheTokenOfABrowserAndNeverSendItBack() throws Exception {
        LiveServer server = start(usual());
        String token = signedToken(Duration.ofMinutes(1), Scope.TALK);
        Talk talk = new Talk();
        WebSocket socket = talk(talk, "", null, "bearer." + token, "duplexvoice.v1");
        assertThat(socket.getSubprotocol()).isEqualTo("duplexvoice.v1");
        assertThat(talk.heard.poll(30, TimeUnit.SECONDS)).isEqualTo("user-7[TALK] 0");
        Talk second = new Talk();
        assertThat(talk(second, "?token=" + token, null).getSubprotocol()).isEmpty();
        assertThat(second.heard.poll(30, TimeUnit.SECONDS)).isEqualTo("user-7[TALK] 1");
        String upgrade = "GET /talk HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                + "Sec-WebSocket-Protocol: bearer." + TALKER + "\r\n\r\n";
        try (java.net.Socket raw = server.connect()) {
            raw.getOutputStream().write(upgrade.getBytes(StandardCharsets.ISO_8859_1));
            byte[] answer = raw.getInputStream().readNBytes(40);
            assertThat(new String(answer, StandardCharsets.ISO_8859_1)).startsWith("HTTP/1.1 101");
            raw.shutdownOutput();
            assertThat(LiveServer.readAll(raw)).doesNotContain(TALKER);
        }
    }

    @Test
    void shouldRefuseUpgradesOfForeignPagesAndWrongTokens() {
        start(usual());
        isRefused(401, () -> talk(new Talk(), "?token=wrong-token", null));
        isRefused(401, () -> talk(new Talk(), "", null, "duplexvoice.v1", "bearer.wrong"));
        isRefused(403, () -> talk(new Talk(), "", "https://evil.org"));
        isRefused(
                404,
                () -> HttpClient.newHttpClient()
                        .newWebSocketBuilder()
                        .buildAsync(java.net.URI.create("ws://127.0.0.1:" + server.port() + "/nowhere"), new Talk())
                        .join());
        assertThat(refused.keySet()).contains("foreign_origin", "malformed_token");
    }

    @Test
    void shouldHoldSoManyWebSocketsAndCountThemBack() throws Exception {
        start(usual().connectionsPerAddress(3).connectionsPerToken(2));
        List<WebSocket> open = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            Talk talk = new Talk();
            open.add(talk(talk, "?token=" + TALKER, null));
            assertThat(talk.heard.poll(30, TimeUnit.SECONDS)).startsWith("talker");
        }
        isRefused(429, () -> talk(new Talk(), "?token=" + TALKER, null));
        Talk third = new Talk();
        open.add(talk(third, "?token=" + OPERATOR, null));
        assertThat(third.heard.poll(30, TimeUnit.SECONDS)).startsWith("operator");
        isRefused(429, () -> talk(new Talk(), "?token=" + OPERATOR, null));
        assertThat(guard.webSockets()).isEqualTo(3);
        open.get(0).sendClose(1000, "").join();
        open.get(1).abort();
        assertThat(closed.poll(30, TimeUnit.SECONDS)).isNotNull();
        assertThat(closed.poll(30, TimeUnit.SECONDS)).isNotNull();
        assertThat(guard.webSockets()).isEqualTo(1);
        Talk again = new Talk();
        talk(again, "?token=" + TALKER, null);
        assertThat(again.heard.poll(30, TimeUnit.SECONDS)).startsWith("talker");
        assertThat(refused.get("connections")).isEqualTo(2);
    }

    @Test
    void shouldHoldTheLimitWhenAllComeAtOnce() throws Exception {
        start(usual().connectionsPerAddress(5));
        HttpClient client = HttpClient.newHttpClient();
        List<CompletableFuture<WebSocket>> all = new ArrayList<>();
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        for (int i = 0; i < 40; i++) {
            all.add(client.newWebSocketBuilder()
                    .buildAsync(
                            java.net.URI.create("ws://127.0.0.1:" + server.port() + "/talk"), new WebSocket.Listener() {
                                @Override
                                public @Nullable CompletionStage<?> onText(
                                        WebSocket socket, CharSequence data, boolean last) {
                                    heard.add("in");
                                    return null;
                                }

                                @Override
                                public @Nullable CompletionStage<?> onClose(
                                        WebSocket socket, int status, String reason) {
                                    heard.add("closed " + status);
                                    return null;
                                }

                                @Override
                                public void onError(WebSocket socket, Throwable error) {
                                    heard.add("error");
                                }
                            }));
        }
        int refusedBefore = 0;
        for (CompletableFuture<WebSocket> each : all) {
            if (each.handle((socket, error) -> error != null).get(60, TimeUnit.SECONDS)) {
                refusedBefore++;
            }
        }
        int in = 0;
        for (int i = 0; i < 40 - refusedBefore; i++) {
            String what = heard.poll(60, TimeUnit.SECONDS);
            assertThat(what).isIn("in", "closed 1008");
            in += "in".equals(what) ? 1 : 0;
        }
        assertThat(in).isEqualTo(5);
        assertThat(guard.webSockets()).isEqualTo(5);
        // Those that were not let in are unknown to the endpoint.
        assertThat(closed).isEmpty();
    }
}
