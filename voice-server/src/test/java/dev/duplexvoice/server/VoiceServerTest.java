package dev.duplexvoice.server;

import static dev.duplexvoice.server.support.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.duplexvoice.nativecore.NativeVoiceProvider;
import dev.duplexvoice.server.config.ServerConfig;
import dev.duplexvoice.server.security.TlsFiles;
import dev.duplexvoice.server.support.Certificates;
import dev.duplexvoice.server.support.GatedVoices;
import dev.duplexvoice.server.support.RawClient;
import dev.duplexvoice.server.support.SocketClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A whole server in this process, as settings make it. */
@Timeout(120)
class VoiceServerTest {
    private static final String TOKEN = "operator-token-of-24-chars";
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    private Path folder;

    private ServerConfig config(String yaml) throws IOException {
        Path file = Files.writeString(folder.resolve("voice.yaml"), yaml);
        return ServerConfig.load(file, Map.of());
    }

    /** On a free port, with a voice that is there at once. */
    private VoiceServer.Builder server(String yaml) throws IOException {
        return server(yaml, new GatedVoices(true));
    }

    private VoiceServer.Builder server(String yaml, GatedVoices voices) throws IOException {
        return VoiceServer.builder(config((yaml.contains("server.port") ? "" : "server.port: 0\n") + yaml))
                .engine(engine -> engine.providers(List.of(voices, new NativeVoiceProvider())))
                .environment(name -> name.equals("OPERATORS_TOKEN") ? TOKEN : null);
    }

    private static HttpResponse<String> get(int port, String path, String... headers) throws Exception {
        return send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)), headers);
    }

    private static HttpResponse<String> send(HttpRequest.Builder request, String... headers) throws Exception {
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static int status(int port, String path, String... headers) throws Exception {
        return get(port, path, headers).statusCode();
    }

    private static SocketClient talk(VoiceServer server) throws InterruptedException {
        SocketClient client = SocketClient.connect(URI.create("ws://127.0.0.1:" + server.port() + "/v1/voice"));
        client.send("{'type':'session_start'}");
        return client;
    }

    // ------------------------------------------------------------------------------------------ when it is ready

    @Test
    void shouldBeReadyWhenItsVoicesAreInMemoryAndNoSooner() throws Exception {
        GatedVoices voices = new GatedVoices(false);
        try (VoiceServer server = server("models.preload: [two]\n", voices).start()) {
            assertThat(status(server.port(), "/liveness")).isEqualTo(200);
            HttpResponse<String> cold = get(server.port(), "/readiness");
            assertThat(cold.statusCode()).isEqualTo(503);
            assertThat(cold.body()).contains("\"not_ready\"", "voice");
            assertThat(get(server.port(), "/health").body()).contains("the voices are being loaded");

            voices.gate.release();
            eventually("the first is loaded", () -> voices.opened.contains("one"));
            assertThat(status(server.port(), "/readiness")).isEqualTo(503);
            voices.gate.release();
            eventually("it is ready", () -> status(server, "/readiness") == 200);
            assertThat(voices.opened).containsExactly("one", "two");

            server.drain();
            HttpResponse<String> draining = get(server.port(), "/readiness");
            assertThat(draining.statusCode()).isEqualTo(503);
            assertThat(draining.body()).contains("draining");
        }
    }

    private static int status(VoiceServer server, String path) {
        try {
            return status(server.port(), path);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldSayWhyItDoesNotBecomeReadyWhenAVoiceCannotBeLoaded() throws Exception {
        GatedVoices voices = new GatedVoices(true);
        voices.broken = "two";
        try (VoiceServer server = server("models.preload: [two]\n", voices).start()) {
            eventually("it is told", () -> health(server).contains("cannot be loaded: two; the log says why"));
            assertThat(status(server.port(), "/readiness")).isEqualTo(503);
        }
    }

    private static String health(VoiceServer server) {
        try {
            return get(server.port(), "/health").body();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Its voices are loaded by another thread, and it is not healthy before. */
    private static void awaitReady(VoiceServer server) throws InterruptedException {
        eventually("it is ready", () -> status(server, "/readiness") == 200);
    }

    // ------------------------------------------------------------------------------------------ what is where

    @Test
    void shouldHaveEverythingAtOnePortUnlessOperatorsHaveTheirOwn() throws Exception {
        try (VoiceServer server = server("").start()) {
            awaitReady(server);
            assertThat(server.adminPort()).isEqualTo(server.port());
            for (String path : List.of("/", "/health", "/metrics", "/api/v1/sessions", "/api/v1/overview")) {
                assertThat(status(server.port(), path)).as(path).isEqualTo(200);
            }
        }
    }

    @Test
    void shouldSetNoCookieAndTellOfThePageWithoutSendingIt() throws Exception {
        try (VoiceServer server = server("").start()) {
            awaitReady(server);
            try (RawClient client = new RawClient(server.port(), "/v1/voice", new String[0])) {
                assertThat(client.head).doesNotContainIgnoringCase("cookie");
            }
            HttpResponse<String> page =
                    send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/"))
                            .method("HEAD", HttpRequest.BodyPublishers.noBody()));
            assertThat(page.headers().firstValue("Content-Type"))
                    .get()
                    .asString()
                    .startsWith("text/html");
            assertThat(page.body()).isEmpty();
        }
    }

    @Test
    void shouldHaveAtTheOperatorsPortWhatOnlyTheyMay() throws Exception {
        try (VoiceServer server = server("admin.port: 0\n").start()) {
            awaitReady(server);
            assertThat(server.adminPort()).isNotEqualTo(server.port());
            for (String path : List.of(
                    "/metrics",
                    "/api/v1/health",
                    "/api/v1/metrics",
                    "/api/v1/errors/recent",
                    "/api/v1/sessions",
                    "/api/v1/overview",
                    "/api/v1/performance")) {
                assertThat(status(server.port(), path)).as(path).isEqualTo(404);
                assertThat(status(server.adminPort(), path)).as(path).isEqualTo(200);
            }
            for (String path : List.of("/", "/health", "/readiness", "/liveness", "/openapi.json")) {
                assertThat(status(server.port(), path)).as(path).isEqualTo(200);
                assertThat(status(server.adminPort(), path)).as(path).isEqualTo(200);
            }
            try (SocketClient client = talk(server)) {
                String id = client.await("session_start").get("session_id").asText();
                assertThat(get(server.adminPort(), "/api/v1/sessions").body()).contains("\"" + id + "\"");
            }
        }
    }

    @Test
    void shouldKeepNoMetricsWhenToldSo() throws Exception {
        try (VoiceServer server = server("metrics.enabled: false\n").start()) {
            awaitReady(server);
            assertThat(status(server.port(), "/metrics")).isEqualTo(404);
            assertThat(status(server.port(), "/api/v1/metrics")).isEqualTo(404);
            assertThat(status(server.port(), "/health")).isEqualTo(200);
            try (SocketClient client = talk(server)) {
                client.await("session_start");
            }
        }
    }

    @Test
    void shouldHaveNoPageWhenToldSo() throws Exception {
        try (VoiceServer server = server("console.enabled: false\n").start()) {
            assertThat(status(server.port(), "/")).isEqualTo(404);
            assertThat(status(server.port(), "/api/v1/overview")).isEqualTo(404);
            assertThat(status(server.port(), "/metrics")).isEqualTo(200);
        }
    }

    // ------------------------------------------------------------------------------------------ who may

    @Test
    void shouldWantTokensWhenThereAreSome() throws Exception {
        Path file = Files.writeString(folder.resolve("token"), "callers-token-of-22-ch\n");
        String yaml = "security.tokens:\n  ops: {env: OPERATORS_TOKEN, scopes: [observe, admin]}\n  shop: {file: '"
                + file + "'}\nsecurity.sessionKeys.k1.env: OPERATORS_TOKEN\n";
        assertThatThrownBy(() -> server(yaml).start())
                .hasMessageContaining("security.sessionKeys.k1")
                .hasMessageNotContaining(TOKEN);

        try (VoiceServer server =
                server(yaml.replaceAll("security.sessionKeys.*\n", "")).start()) {
            awaitReady(server);
            assertThat(status(server.port(), "/metrics")).isEqualTo(401);
            assertThat(status(server.port(), "/metrics", "Authorization", "Bearer callers-token-of-22-ch"))
                    .isEqualTo(403);
            assertThat(status(server.port(), "/metrics", "Authorization", "Bearer " + TOKEN))
                    .isEqualTo(200);
            assertThat(get(server.port(), "/health").body()).isEqualToIgnoringWhitespace("{\"status\":\"healthy\"}");
            HttpResponse<String> noKey = send(
                    HttpRequest.newBuilder(URI.create(server.url() + "api/v1/tokens"))
                            .POST(HttpRequest.BodyPublishers.ofString("{}")),
                    "Authorization",
                    "Bearer " + TOKEN);
            assertThat(noKey.statusCode()).isEqualTo(404);
            assertThat(noKey.body()).contains("security.sessionKeys: is not set");
        }
    }

    @Test
    void shouldStandAtAnotherAddressOnlyWithTokensOrWhenEverybodyMay() throws Exception {
        assertRefused(
                "server.host: 0.0.0.0\n",
                "server.host=0.0.0.0: other machines reach it and nobody needs a token; add one to security.tokens, or set"
                        + " security.allowAnonymous: true");
        assertRefused(
                "admin: {port: 0, host: 0.0.0.0}\n",
                "admin.host=0.0.0.0: other machines reach it and nobody needs a token; add one with the scopes observe and"
                        + " admin to security.tokens");
        assertRefused(
                "security.trustedProxies: [127.0.0.1]\n",
                "security.trustedProxies=127.0.0.1: who comes through a proxy is not on this machine, and nobody needs a"
                        + " token; add one to security.tokens");
        try (VoiceServer server = server("security.trustedProxies: [127.0.0.1]\nsecurity.allowAnonymous: true\n")
                .start()) {
            // The proxy is on this machine, whoever asks it is not.
            assertThat(status(server.port(), "/metrics", "X-Forwarded-For", "203.0.113.9"))
                    .isEqualTo(401);
            assertThat(status(server.port(), "/", "X-Forwarded-For", "203.0.113.9"))
                    .isEqualTo(200);
        }
        try (VoiceServer server =
                server("server.host: 0.0.0.0\nsecurity.allowAnonymous: true\n").start()) {
            assertThat(server.url()).startsWith("http://127.0.0.1:");
            try (SocketClient client = talk(server)) {
                client.await("session_start");
            }
            assertThat(status(server.port(), "/metrics")).isEqualTo(401);
        }
        try (VoiceServer server = server("server.host: 0.0.0.0\nsecurity.tokens.ops.env: OPERATORS_TOKEN\n")
                .start()) {
            assertThat(status(server.port(), "/", "Authorization", "Bearer " + TOKEN))
                    .isEqualTo(200);
        }
    }

    @Test
    void shouldSpeakTlsWithTheFilesThatAreNamed() throws Exception {
        TlsFiles files = Certificates.make(folder, "here", "-1d", 10, "EC");
        String yaml = "security.tls: {certificate: '" + files.certificate() + "', key: '" + files.key() + "'}\n";
        try (VoiceServer server = server(yaml).start()) {
            assertThat(server.url()).startsWith("https://127.0.0.1:");
            HttpResponse<String> answer = trusting(files.certificate())
                    .send(
                            HttpRequest.newBuilder(URI.create(server.url() + "liveness"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Strict-Transport-Security")).isPresent();
        }
    }

    private static HttpClient trusting(Path certificate) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (var in = Files.newInputStream(certificate)) {
            Certificate only =
                    java.security.cert.CertificateFactory.getInstance("X.509").generateCertificate(in);
            store.setCertificateEntry("server", only);
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return HttpClient.newBuilder().sslContext(context).build();
    }

    // ------------------------------------------------------------------------------------------ what settings do

    @Test
    void shouldRefuseConversationsBeyondTheLimit() throws Exception {
        try (VoiceServer server = server("limits.sessions: 1\n").start();
                SocketClient first = talk(server)) {
            first.await("session_start");
            try (SocketClient second = talk(server)) {
                assertThat(second.await("error").get("message").asText()).contains("no room");
                assertThat(second.awaitClose()).isEqualTo(1013);
            }
        }
    }

    @Test
    void shouldGiveClientsWhatTheyAskForButNotBeyondItsLimits() throws Exception {
        CompletableFuture<String> seen = new CompletableFuture<>();
        VoiceServer.Builder builder = server("limits.turns: 3\nendpointing.minDelay: 300ms\nvad.minSilence: 450ms\n")
                .configure((caller, options) -> {
                    var made = options.build();
                    seen.complete(made.limits().turns() + " "
                            + made.endpointing().minDelay() + " " + made.vad().minSilence());
                });
        try (VoiceServer server = builder.start();
                SocketClient client =
                        SocketClient.connect(URI.create("ws://127.0.0.1:" + server.port() + "/v1/voice"))) {
            client.send("{'type':'session_start','options':{'limits.turns':'99','endpointing.minDelay':'700ms'}}");
            client.await("session_start");
            assertThat(seen.get(30, TimeUnit.SECONDS)).isEqualTo("3 PT0.7S PT0.45S");
        }
    }

    @Test
    void shouldTakeNewSettingsForNewConversationsOnly() throws Exception {
        List<String> seen = new java.util.concurrent.CopyOnWriteArrayList<>();
        VoiceServer.Builder builder = server("vad.minSilence: 450ms\n")
                .configure((caller, options) ->
                        seen.add(options.build().vad().minSilence().toString()));
        VoiceServer server = builder.start();
        try (SocketClient first = talk(server)) {
            first.await("session_start");
            server.reconfigure(config("vad.minSilence: 600ms\nserver.drain: 0s\nlimits.sessions: 1\n"));
            try (SocketClient second = talk(server)) {
                second.await("session_start");
                assertThat(seen).containsExactly("PT0.45S", "PT0.6S");
                // The new deadline counts: nobody waits for 30 s.
                server.drain().toCompletableFuture().get(20, TimeUnit.SECONDS);
                assertThat(first.await("session_end").get("reason").asText()).isEqualTo("drained");
                assertThat(second.await("session_end").get("reason").asText()).isEqualTo("drained");
                assertThat(first.awaitClose()).isEqualTo(1001);
            }
            // Nothing goes wrong if it is asked again, before and after the end.
            server.drain().toCompletableFuture().get(20, TimeUnit.SECONDS);
            server.close();
            server.close();
            server.drain().toCompletableFuture().get(20, TimeUnit.SECONDS);
        } finally {
            server.close();
        }
    }

    @Test
    void shouldTellClientsWhyWhenItIsClosed() throws Exception {
        VoiceServer server = server("").start();
        try (SocketClient client = talk(server)) {
            client.await("session_start");
            server.close();
            assertThat(client.await("session_end").get("reason").asText()).isEqualTo("drained");
            assertThat(client.awaitClose()).isEqualTo(1001);
        } finally {
            server.close();
        }
    }

    /** What a key takes is what that takes which the key is for. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            least | {server.drain: 0s, websocket.lead: 20ms, websocket.resumeWithin: 0s, websocket.startTimeout: 100ms, \
            websocket.vanishedAfter: 1s, websocket.maxText: 1KiB, websocket.maxBinary: 1KiB, speech.maxText: 1, speech.concurrent: 1, \
            models.maxResident: 1, models.timeToLive: 1s, engine.loops: 1, limits.sessions: 1, limits.load: 0.05, \
            limits.connectionsPerAddress: 1, limits.connectionsPerToken: 1, limits.requestsPerMinute: 1, limits.requestBurst: 1, \
            metrics.interval: 1s, limits.connections: 1}
            most | {server.drain: 24h, websocket.lead: 500ms, websocket.resumeWithin: 10m, websocket.startTimeout: 1h, \
            websocket.vanishedAfter: 1h, websocket.maxText: 16MiB, websocket.maxBinary: 16MiB, speech.maxText: 100000, speech.concurrent: 10000, \
            models.maxResident: 1000, models.timeToLive: 24h, engine.loops: 16, limits.sessions: 1000000, limits.load: 1, \
            limits.connectionsPerAddress: 100000, limits.connectionsPerToken: 100000, limits.requestsPerMinute: 1000000, \
            limits.requestBurst: 1000000, metrics.interval: 1h, limits.connections: 1000000}
            """)
    void shouldStartWithTheEndsOfEachRange(String end, String yaml) throws Exception {
        VoiceServer.Builder builder = VoiceServer.builder(
                        config(yaml.replace("{", "{server.port: 0, ").replace("\\", "")))
                .engine(engine -> engine.providers(List.of(new GatedVoices(true), new NativeVoiceProvider())));
        try (VoiceServer server = builder.start()) {
            assertThat(status(server.port(), "/liveness")).as(end).isEqualTo(200);
        }
    }

    // ------------------------------------------------------------------------------------------ what cannot be used

    private void assertRefused(String yaml, String... messages) throws Exception {
        Map<String, Integer> before = ourThreads();
        VoiceServer.Builder builder = server(yaml);
        IllegalArgumentException refused = catchThrowableOfType(IllegalArgumentException.class, builder::start);
        assertThat(refused).as(yaml).isNotNull();
        assertThat(refused).hasMessageContainingAll(messages);
        // Jetty's and ours end when they have noticed.
        eventually(
                "no thread is left; now there are " + ourThreads() + ", before " + before,
                () -> before.entrySet().containsAll(ourThreads().entrySet()));
    }

    private static Map<String, Integer> ourThreads() {
        Map<String, Integer> threads = new TreeMap<>();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            // Without their numbers.
            String name = thread.getName().replaceAll("[0-9-]+", "-");
            if (thread.isAlive() && !name.startsWith("HttpClient") && !name.startsWith("ForkJoin")) {
                threads.merge(name, 1, Integer::sum);
            }
        }
        return threads;
    }

    @Test
    void shouldNameTheKeyAndLeaveNothingBehindWhenSomethingIsMissing() throws Exception {
        // What Java itself starts once is not counted.
        server("").start().close();
        assertRefused("models.voice: zoe\n", "models.voice: voice=zoe: there is no such voice; use one of [one, two, ");
        assertRefused("models.preload: [zoe]\n", "models.preload: voice=zoe: there is no such voice");
        assertRefused("models: {preload: [two], maxResident: 1}\n", "models.maxResident=1: is less than the 2 voices");
        assertRefused("models.detector: bat\n", "models.detector: detector=bat: there is no such detector");
        assertRefused(
                "models: {detector: duplex, detectorModel: /none/here.onnx}\n",
                "models.detectorModel: ",
                "/none/here.onnx");
        assertRefused("security.tokens.a.file: /none/here\n", "security.tokens.a.file=/none/here: cannot be read");
        assertRefused(
                "security.tokens.a.env: VOICE_NONE_X\n", "security.tokens.a.env=VOICE_NONE_X: the variable is not set");
        Path tiny = Files.writeString(folder.resolve("tiny"), "geheim");
        assertRefused("security.tokens.a.file: '" + tiny + "'\n", "security.tokens.a: ", "has 6 characters");
        assertRefused("security.sessionKeys.a.file: '" + tiny + "'\n", "security.sessionKeys.a: ");
        assertRefused(
                "security.tls: {certificate: /none/here.pem, key: /none/here.key}\n",
                "security.tls: tls.certificate=/none/here.pem: there is no such file; give a PEM file");
        assertRefused(
                "server.host: no-such-host.invalid\n", "server.host=no-such-host.invalid: there is no such address");
        assertRefused("admin: {port: 0, host: no-such-host.invalid}\n", "admin.host=no-such-host.invalid");
    }

    @Test
    void shouldNameThePortAndLeaveNothingBehindWhenItIsTaken() throws Exception {
        server("").start().close();
        int own;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            own = free.getLocalPort();
        }
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = String.valueOf(taken.getLocalPort());
            assertRefused(
                    "server.port: " + port + "\n",
                    "server.host=127.0.0.1, server.port=" + port + ": cannot be listened at",
                    "is another server running there?");
            assertRefused(
                    "server.port: " + own + "\nadmin.port: " + port + "\n",
                    "admin.host=127.0.0.1, admin.port=" + port + ": cannot be listened at");
            // Neither is the port of the server.
            new ServerSocket(own, 1, InetAddress.getLoopbackAddress()).close();
        }
    }

    @Test
    void shouldLeaveNothingBehindWhenItIsClosed() throws Exception {
        server("").start().close();
        Map<String, Integer> before = ourThreads();
        try (VoiceServer server = server("admin.port: 0\n").start();
                SocketClient client = talk(server)) {
            client.await("session_start");
            assertThat(new TreeSet<>(ourThreads().keySet())).isNotEqualTo(new TreeSet<>(before.keySet()));
        }
        eventually(
                "no thread is left of " + Arrays.asList(ourThreads(), before),
                () -> before.entrySet().containsAll(ourThreads().entrySet()));
    }
}
