package dev.duplexvoice.packs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.duplexvoice.VoiceException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Over TLS, with a certificate that is made for the test. */
class TlsTest {
    private static final byte[] BODY = Pulling.body(10_000, 9);
    private static final SSLSocketFactory USUAL = HttpsURLConnection.getDefaultSSLSocketFactory();

    @TempDir
    private static Path keys;

    @TempDir
    private Path folder;

    private static SSLContext tls;

    @BeforeAll
    static void makeCertificate() throws Exception {
        Path store = keys.resolve("keys.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keyalg",
                        "RSA",
                        "-alias",
                        "a",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=dns:localhost",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        "secret",
                        "-keystore",
                        store.toString())
                .redirectErrorStream(true)
                .redirectOutput(keys.resolve("log").toFile())
                .start();
        assertThat(keytool.waitFor(5, TimeUnit.MINUTES)).isTrue();
        KeyStore keyStore = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keyStore.load(in, "secret".toCharArray());
        }
        KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(keyStore, "secret".toCharArray());
        TrustManagerFactory trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusted.init(keyStore);
        tls = SSLContext.getInstance("TLS");
        tls.init(own.getKeyManagers(), trusted.getTrustManagers(), null);
    }

    @AfterEach
    void restore() {
        HttpsURLConnection.setDefaultSSLSocketFactory(USUAL);
    }

    private static ModelServer server(ModelServer.Script script) throws Exception {
        return new ModelServer(
                () -> tls.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress()), script);
    }

    private static URI url(ModelServer server) {
        return URI.create("https://localhost:" + server.port() + "/tiny.onnx");
    }

    @Test
    void shouldPullWhenTheCertificateIsTrusted() throws Exception {
        HttpsURLConnection.setDefaultSSLSocketFactory(tls.getSocketFactory());
        Pulling pulling = new Pulling(folder);
        try (ModelServer server = server(ModelServer.file(BODY, Pulling.TAG))) {
            pulling.builder().build().pull(Pulling.entry(url(server), BODY));
        }
        assertThat(Files.readAllBytes(pulling.model())).isEqualTo(BODY);
    }

    @Test
    void shouldGoThroughAProxyThatPassesTlsOn() throws Exception {
        HttpsURLConnection.setDefaultSSLSocketFactory(tls.getSocketFactory());
        Pulling pulling = new Pulling(folder);
        try (ModelServer server = server(ModelServer.file(BODY, Pulling.TAG));
                TunnelProxy proxy = new TunnelProxy(false)) {
            pulling.builder().proxy("localhost:" + proxy.port()).build().pull(Pulling.entry(url(server), BODY));

            assertThat(proxy.asked).containsExactly("CONNECT localhost:" + server.port() + " HTTP/1.1");
        }
        assertThat(Files.readAllBytes(pulling.model())).isEqualTo(BODY);
    }

    @Test
    void shouldNotTryAgainWhenTheProxyRefuses() throws Exception {
        Pulling pulling = new Pulling(folder);
        try (TunnelProxy proxy = new TunnelProxy(true)) {
            URI url = URI.create("https://models.invalid/tiny.onnx");
            assertThatExceptionOfType(VoiceException.class)
                    .isThrownBy(() -> pulling.builder()
                            .proxy("localhost:" + proxy.port())
                            .build()
                            .pull(Pulling.entry(url, BODY)))
                    .withMessageContaining("models.invalid through the proxy localhost:" + proxy.port())
                    .withMessageContaining("the proxy refuses")
                    .withMessageContaining("403");
            assertThat(proxy.asked).hasSize(1);
        }
    }

    @Test
    void shouldSayHowToTrustWhenTheCertificateIsUnknown() throws Exception {
        Pulling pulling = new Pulling(folder);
        try (ModelServer server = server(ModelServer.file(BODY, Pulling.TAG))) {
            assertThatExceptionOfType(VoiceException.class)
                    .isThrownBy(() -> pulling.builder().build().pull(Pulling.entry(url(server), BODY)))
                    .withMessageContaining("localhost: no trust in its certificate")
                    .withMessageContaining("javax.net.ssl.trustStore");
            assertThat(server.requests).isEmpty();
        }
        assertThat(pulling.pauses).isEmpty();
    }

    @Test
    void shouldRefuseARedirectOutOfTls() throws Exception {
        HttpsURLConnection.setDefaultSSLSocketFactory(tls.getSocketFactory());
        Pulling pulling = new Pulling(folder);
        try (ModelServer plain = new ModelServer(ModelServer.file(BODY, Pulling.TAG));
                ModelServer server =
                        server(ModelServer.status(302, "Location: " + plain.url("/tiny.onnx"), "Content-Length: 0"))) {
            assertThatExceptionOfType(VoiceException.class)
                    .isThrownBy(() -> pulling.builder().build().pull(Pulling.entry(url(server), BODY)))
                    .withMessageContaining("leads to " + plain.url("/tiny.onnx") + ", out of TLS, which is refused");
            assertThat(plain.requests).isEmpty();
        }
    }
}
