package dev.duplexvoice.packs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.duplexvoice.VoiceException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyTest {
    private static final byte[] BODY = Pulling.body(10_000, 8);
    private static final URI MODEL = URI.create("http://models.invalid/tiny.onnx");

    @TempDir
    private Path folder;

    @Test
    void shouldAskTheProxyForAHostThatOnlyItKnows() throws Exception {
        Pulling pulling = new Pulling(folder);
        try (ModelServer proxy = new ModelServer(ModelServer.file(BODY, Pulling.TAG))) {
            pulling.builder().proxy("localhost:" + proxy.port()).build().pull(Pulling.entry(MODEL, BODY));

            assertThat(proxy.requests).extracting(ModelServer.Request::target).containsExactly(MODEL.toString());
        }
        assertThat(Files.readAllBytes(pulling.model())).isEqualTo(BODY);
    }

    @Test
    void shouldTakeTheProxyOfTheEnvironmentUnlessTheHostIsExcepted() throws Exception {
        try (ModelServer proxy = new ModelServer(ModelServer.file(BODY, Pulling.TAG));
                ModelServer server = new ModelServer(ModelServer.file(BODY, Pulling.TAG))) {
            Map<String, String> env = Map.of("http_proxy", "http://localhost:" + proxy.port(), "NO_PROXY", "localhost");
            new Pulling(folder.resolve("a")).builder().env(env::get).build().pull(Pulling.entry(MODEL, BODY));
            assertThat(proxy.requests).hasSize(1);

            new Pulling(folder.resolve("b"))
                    .builder()
                    .env(env::get)
                    .build()
                    .pull(Pulling.entry(server.url("/x"), BODY));
            assertThat(server.requests).hasSize(1);
            assertThat(proxy.requests).hasSize(1);
        }
    }

    @Test
    void shouldTellTheProxyWhoAsks() throws Exception {
        String secret = "Basic " + Base64.getEncoder().encodeToString("me:p@ss".getBytes(StandardCharsets.UTF_8));
        ModelServer.Script guarded = (request, out) -> {
            if (secret.equals(request.header("Proxy-Authorization"))) {
                ModelServer.file(BODY, Pulling.TAG).answer(request, out);
            } else {
                ModelServer.head(out, 407, "Proxy-Authenticate: Basic realm=\"x\"", "Content-Length: 0");
            }
        };
        try (ModelServer proxy = new ModelServer(guarded)) {
            Pulling pulling = new Pulling(folder);
            pulling.builder()
                    .proxy("http://me:p%40ss@localhost:" + proxy.port())
                    .build()
                    .pull(Pulling.entry(MODEL, BODY));
            assertThat(pulling.model()).exists();

            assertThatExceptionOfType(VoiceException.class)
                    .isThrownBy(() -> new Pulling(folder.resolve("b"))
                            .builder()
                            .proxy("localhost:" + proxy.port())
                            .build()
                            .pull(Pulling.entry(MODEL, BODY)))
                    .withMessageContaining("HTTP status 407")
                    .withMessageContaining("user:password");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "https://a.example/x    | HTTPS_PROXY=http://p:1            | p:1",
                "https://a.example/x    | https_proxy=http://p:1            | p:1",
                "https://a.example/x    | http_proxy=http://p:1             | direct",
                "http://a.example/x     | HTTP_PROXY=p:1                    | p:1",
                "https://a.example/x    | ALL_PROXY=socks5://p:1            | p:1",
                "https://a.example/x    | HTTPS_PROXY=p:1 ALL_PROXY=q:1     | p:1",
                "https://a.example/x    | HTTPS_PROXY=p:1 NO_PROXY=*        | direct",
                "https://a.example/x    | HTTPS_PROXY=p:1 NO_PROXY=example  | direct",
                "https://a.example/x    | HTTPS_PROXY=p:1 NO_PROXY=.example | direct",
                "https://A.example/x    | HTTPS_PROXY=p:1 NO_PROXY=b,a.EXAMPLE | direct",
                "https://ba.example/x   | HTTPS_PROXY=p:1 NO_PROXY=a.example | p:1",
                "https://a.example:8/x  | HTTPS_PROXY=p:1 NO_PROXY=a.example:8 | direct",
                "https://a.example:9/x  | HTTPS_PROXY=p:1 NO_PROXY=a.example:8 | p:1",
                "https://a.example/x    | HTTPS_PROXY= ALL_PROXY=           | direct",
            })
    void shouldChooseAsTheEnvironmentSays(String url, String env, String expected) {
        Map<String, String> variables = new java.util.HashMap<>();
        for (String pair : env.split(" ")) {
            variables.put(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
        }

        Proxy proxy = new ProxyChoice(null, variables::get).of(URI.create(url)).proxy();

        String actual = proxy.address() instanceof InetSocketAddress address
                ? address.getHostString() + ":" + address.getPort()
                : "direct";
        assertThat(actual).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://p:1", "p", "p:0", "p:99999", "ftp://p:1", "", "http://[", "p:x"})
    void shouldRefuseWhatIsNoProxy(String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ModelPuller.into(folder).proxy(value).build())
                .withMessage("proxy=" + value + ": must be http://[user:password@]host:port or socks5://host:port");
    }

    @Test
    void shouldNotShowThePasswordWhenTheProxyIsWrong() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        ModelPuller.into(folder).proxy("http://me:secret@p:0").build())
                .withMessageStartingWith("proxy=http://...@p:0: must be");
    }
}
