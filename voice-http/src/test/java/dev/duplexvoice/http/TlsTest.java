package dev.duplexvoice.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsTest {
    private static final short[] SPEECH = RawServer.ramp(0, 1_000);

    private final AtomicInteger asked = new AtomicInteger();
    private HttpsServer server;
    private SSLContext trusting;

    /** A server for localhost whose certificate nobody but this test trusts. */
    @BeforeEach
    void serve(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("keys");
        char[] password = "password".toCharArray();
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-alias",
                        "server",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=dns:localhost",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        "password")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        assertThat(keytool.waitFor()).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            keys.load(in, password);
        }
        KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(keys, password);
        KeyStore certificates = KeyStore.getInstance("PKCS12");
        certificates.load(null, null);
        certificates.setCertificateEntry("server", keys.getCertificate("server"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(certificates);
        trusting = SSLContext.getInstance("TLS");
        trusting.init(own.getKeyManagers(), trust.getTrustManagers(), null);

        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(trusting));
        server.createContext("/", exchange -> {
            asked.incrementAndGet();
            exchange.getRequestBody().readAllBytes();
            byte[] audio = RawServer.pcm(SPEECH);
            exchange.sendResponseHeaders(200, audio.length);
            exchange.getResponseBody().write(audio);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private HttpVoiceBuilder voice(String host) {
        return HttpVoice.builder("https://" + host + ":" + server.getAddress().getPort(), "m", "v");
    }

    @Test
    void shouldSpeakWhenTheCertificateIsTrusted() {
        try (HttpVoice voice = voice("localhost").sslContext(trusting).build()) {
            assertThat(Listened.all(voice, "Hello.")).isEqualTo(SPEECH);
        }
    }

    @Test
    void shouldSendNothingWhenTheCertificateIsNotTrusted() {
        try (HttpVoice voice = voice("localhost").build()) {
            assertThatThrownBy(() -> Listened.all(voice, "Hello."))
                    .hasMessageContaining(" has no TLS connection that can be trusted (");
        }
        assertThat(asked).hasValue(0);
    }

    @Test
    void shouldSendNothingWhenTheCertificateIsOfAnotherHost() {
        try (HttpVoice voice = voice("127.0.0.1").sslContext(trusting).build()) {
            assertThatThrownBy(() -> Listened.all(voice, "Hello."))
                    .hasMessageContaining(" has no TLS connection that can be trusted (");
        }
        assertThat(asked).hasValue(0);
    }
}
