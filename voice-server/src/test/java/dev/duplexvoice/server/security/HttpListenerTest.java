package dev.duplexvoice.server.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplexvoice.server.internal.security.ConnectionWatch;
import dev.duplexvoice.server.internal.security.RenewedCertificate;
import dev.duplexvoice.server.support.Certificates;
import dev.duplexvoice.server.support.LiveServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpListenerTest {
    private static final String REQUEST = "GET /there HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

    private final BlockingQueue<String> refused = new LinkedBlockingQueue<>();
    private final CountDownLatch inside = new CountDownLatch(1);
    private final CountDownLatch go = new CountDownLatch(1);
    private LiveServer server;

    private LiveServer start(HttpListener.Builder listener) {
        server = LiveServer.start(listener.onRefused(refused::add).build(), config -> {
            config.routes.get("/there", ctx -> ctx.result("yes " + ctx.scheme()));
            config.routes.post(
                    "/body", ctx -> ctx.result(String.valueOf(ctx.body().length())));
            config.routes.get("/slow", ctx -> {
                inside.countDown();
                go.await();
                ctx.result("at last");
            });
        });
        return server;
    }

    private static HttpListener.Builder loopback() {
        return HttpListener.builder("127.0.0.1", 0);
    }

    @AfterEach
    void stop() {
        go.countDown();
        if (server != null) {
            server.close();
        }
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
    }

    // ------------------------------------------------------------------------------------------ slow clients

    @Test
    void shouldEndConnectionsThatTrickleTheirHeadersAndServeOthersMeanwhile() throws Exception {
        LiveServer server = start(loopback().headerTimeout(Duration.ofMillis(300)));
        List<Socket> slow = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            Socket socket = server.connect();
            write(socket, "GET /there HTTP/1.1\r\nHost: x\r\nX-");
            slow.add(socket);
        }
        Thread trickle = new Thread(() -> {
            // A byte now and then keeps any idle timeout from ever running out.
            while (!Thread.currentThread().isInterrupted()) {
                for (Socket socket : slow) {
                    try {
                        write(socket, "a");
                    } catch (IOException e) {
                        // Ended, as it should be.
                    }
                }
                java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
            }
        });
        trickle.start();
        assertThat(server.ask("GET", "/there").statusCode()).isEqualTo(200);
        for (Socket socket : slow) {
            assertThat(LiveServer.readAll(socket)).doesNotContain("200");
            socket.close();
        }
        trickle.interrupt();
        trickle.join();
        assertThat(server.ask("GET", "/there").statusCode()).isEqualTo(200);
        assertThat(refused).hasSize(50).containsOnly("slow_headers");
    }

    @Test
    void shouldServeOthersWhileMoreBodiesTrickleThanThereAreThreads() throws Exception {
        LiveServer server = start(loopback());
        int threads = 250;
        List<Socket> slow = new ArrayList<>();
        for (int i = 0; i < threads + 50; i++) {
            Socket socket = server.connect();
            write(socket, "POST /body HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 100000\r\n\r\na");
            slow.add(socket);
        }
        assertThat(server.send("POST", "/body", "whole").body()).isEqualTo("5");
        Socket first = slow.get(0);
        Thread trickle = new Thread(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                try {
                    write(first, "a");
                } catch (IOException e) {
                    // Ended, as it should be.
                    return;
                }
                java.util.concurrent.locks.LockSupport.parkNanos(50_000_000);
            }
        });
        trickle.start();
        assertThat(LiveServer.readAll(first)).doesNotContain("200 OK");
        trickle.interrupt();
        trickle.join();
        for (Socket socket : slow) {
            socket.close();
        }
    }

    @Test
    void shouldEndConnectionsThatSayNothing() throws Exception {
        LiveServer server = start(loopback().headerTimeout(Duration.ofMillis(100)));
        try (Socket socket = server.connect()) {
            assertThat(LiveServer.readAll(socket)).isEmpty();
        }
        assertThat(refused.poll(30, TimeUnit.SECONDS)).isEqualTo("slow_headers");
    }

    @Test
    void shouldLetAnAnswerTakeLongerThanHeadersMay() throws Exception {
        LiveServer server = start(loopback().headerTimeout(Duration.ofMillis(100)));
        try (Socket slow = server.connect();
                Socket idle = server.connect()) {
            write(slow, "GET /slow HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            inside.await();
            // By the time that the other one is ended the timeout has passed for this one, too.
            assertThat(LiveServer.readAll(idle)).isEmpty();
            go.countDown();
            assertThat(LiveServer.readAll(slow)).contains("at last");
        }
    }

    @Test
    void shouldCloseConnectionsOfAnAddressThatHasTooMany() throws Exception {
        LiveServer server = start(loopback().connectionsPerAddress(3));
        List<Socket> open = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Socket socket = server.connect();
            write(socket, "GET /there HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(socket.getInputStream().read()).isEqualTo('H');
            open.add(socket);
        }
        assertThat(server.raw(REQUEST)).isEmpty();
        assertThat(refused.poll(30, TimeUnit.SECONDS)).isEqualTo("address_connections");
        ConnectionWatch watch = watch(server);
        assertThat(watch.connections()).isEqualTo(3);
        for (Socket socket : open) {
            socket.close();
        }
        while (watch.connections() > 0) {
            Thread.onSpinWait();
        }
        assertThat(server.raw(REQUEST)).contains("yes http");
    }

    private static ConnectionWatch watch(LiveServer server) {
        Connector connector = server.javalin().jettyServer().server().getConnectors()[0];
        return ((ServerConnector) connector).getBean(ConnectionWatch.class);
    }

    /** {@code -Dvoice.connects=10000} makes so many. */
    @Test
    void shouldSurviveThousandsOfConnections() throws Exception {
        LiveServer server = start(loopback());
        int connects = Integer.getInteger("voice.connects", 2_000);
        for (int i = 0; i < connects; i++) {
            try (Socket socket = new Socket("127.0.0.1", server.port())) {
                // Closed with a reset, so that this machine does not run out of ports.
                socket.setSoLinger(true, 0);
                if (i % 3 == 0) {
                    write(socket, "GET /th");
                }
            }
        }
        assertThat(server.ask("GET", "/there").statusCode()).isEqualTo(200);
        ConnectionWatch watch = watch(server);
        while (watch.connections() > 1) {
            Thread.onSpinWait();
        }
    }

    // ------------------------------------------------------------------------------------------ TLS

    private static SSLContext trusting(List<X509Certificate> seen) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(
                null,
                new TrustManager[] {
                    new X509TrustManager() {
                        @Override
                        public void checkClientTrusted(X509Certificate[] chain, String type) {}

                        @Override
                        public void checkServerTrusted(X509Certificate[] chain, String type) {
                            seen.add(chain[0]);
                        }

                        @Override
                        public X509Certificate[] getAcceptedIssuers() {
                            return new X509Certificate[0];
                        }
                    }
                },
                null);
        return context;
    }

    private static String ask(int port, List<X509Certificate> seen, String... protocols) throws Exception {
        try (SSLSocket socket =
                (SSLSocket) trusting(seen).getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(60_000);
            if (protocols.length > 0) {
                socket.setEnabledProtocols(protocols);
            }
            socket.startHandshake();
            socket.getOutputStream().write(REQUEST.getBytes(StandardCharsets.ISO_8859_1));
            return socket.getSession().getProtocol() + " " + LiveServer.readAll(socket);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"EC", "RSA", "Ed25519"})
    void shouldSpeakTlsOfToday(String algorithm, @TempDir Path folder) throws Exception {
        TlsFiles files = Certificates.make(folder, "one", "-1d", 5, algorithm);
        LiveServer server = start(loopback().tls(files));
        List<X509Certificate> seen = new ArrayList<>();
        assertThat(ask(server.port(), seen)).startsWith("TLSv1.3 HTTP/1.1 200").contains("yes https");
        if (!algorithm.equals("Ed25519")) {
            assertThat(ask(server.port(), seen, "TLSv1.2")).startsWith("TLSv1.2 HTTP/1.1 200");
        }
        assertThat(seen)
                .allMatch(each -> each.getSubjectX500Principal().getName().equals("CN=one"));
        assertThat(server.raw(REQUEST)).doesNotContain("yes");
    }

    @Test
    void shouldNotSpeakTlsOfYesterday(@TempDir Path folder) throws Exception {
        TlsFiles files = Certificates.make(folder, "one", "-1d", 5, "EC");
        RenewedCertificate certificate = new RenewedCertificate(files, InstantSource.system());
        certificate.factory().start();
        // What Java has switched off by itself cannot be asked for by a client of this Java either.
        assertThat(certificate.factory().getSelectedProtocols()).containsExactlyInAnyOrder("TLSv1.3", "TLSv1.2");
        certificate.factory().stop();
    }

    @Test
    void shouldTakeARenewedCertificateAndKeepTheOldOneIfTheNewOneIsNone(@TempDir Path folder) throws Exception {
        TlsFiles files = Certificates.make(folder, "first", "-1d", 5, "EC");
        RenewedCertificate certificate = new RenewedCertificate(files, InstantSource.system());
        certificate.factory().start();
        TlsFiles next = Certificates.make(folder, "second", "-1d", 5, "RSA");
        Files.copy(next.certificate(), files.certificate(), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        later(files.certificate(), 10);
        certificate.renew();
        assertThat(name(certificate)).as("the key is still the old one's").isEqualTo("CN=first");
        Files.copy(next.key(), files.key(), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        later(files.key(), 20);
        certificate.renew();
        assertThat(name(certificate)).isEqualTo("CN=second");
        certificate.factory().stop();
    }

    private static void later(Path file, int seconds) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(seconds)));
    }

    private static String name(RenewedCertificate certificate) throws Exception {
        X509Certificate served =
                (X509Certificate) certificate.factory().getKeyStore().getCertificate("server");
        return served.getSubjectX500Principal().getName();
    }

    @Test
    void shouldSayWhatIsWrongWithTheFiles(@TempDir Path folder) throws Exception {
        TlsFiles one = Certificates.make(folder, "one", "-1d", 5, "EC");
        TlsFiles two = Certificates.make(folder, "two", "-1d", 5, "EC");
        TlsFiles rsa = Certificates.make(folder, "rsa", "-1d", 5, "RSA");
        TlsFiles old = Certificates.make(folder, "old", "-10d", 5, "EC");
        Path none = folder.resolve("none.pem");
        Path text = Files.writeString(folder.resolve("text.pem"), "hello");
        refuses(new TlsFiles(none, one.key()), "tls.certificate=" + none + ": there is no such file; give a PEM file");
        refuses(new TlsFiles(text, one.key()), "tls.certificate=" + text + ": holds no certificate; give a PEM file");
        refuses(new TlsFiles(one.certificate(), none), "tls.key=" + none + ": there is no such file");
        refuses(new TlsFiles(one.certificate(), text), "tls.key=" + text + ": holds no PKCS#8 key without a password");
        refuses(
                new TlsFiles(one.certificate(), two.key()),
                "tls.key=" + two.key() + ": is the key of another certificate");
        refuses(new TlsFiles(one.certificate(), rsa.key()), "tls.key=" + rsa.key() + ": is no EC key");
        refuses(old, "tls.certificate=" + old.certificate() + ": is valid from ");
        InstantSource lastMonth = () -> Instant.now().minusSeconds(30L * 24 * 3_600);
        assertThatThrownBy(() -> loopback().tls(one).clock(lastMonth).build()).hasMessageContaining("and not now");
    }

    private static void refuses(TlsFiles files, String message) {
        assertThatThrownBy(() -> loopback().tls(files).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }
}
