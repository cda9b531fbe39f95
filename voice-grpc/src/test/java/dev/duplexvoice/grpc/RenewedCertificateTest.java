package dev.duplexvoice.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import dev.duplexvoice.grpc.internal.ServerTls;
import dev.duplexvoice.grpc.support.LogLines;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A worker whose certificate is renewed while it runs. */
@Timeout(120)
class RenewedCertificateTest {
    @TempDir
    private Path folder;

    private Certificates certificates;

    @BeforeEach
    void makeCertificates() throws Exception {
        certificates = new Certificates(folder);
        certificates.make("next", false);
        certificates.make("expired", true);
    }

    /** Runs what is to be done from time to time when the test says so. */
    private static final class Repeating extends ScheduledThreadPoolExecutor {
        private final List<Runnable> tasks = new ArrayList<>();

        Repeating() {
            super(1);
        }

        @Override
        public ScheduledFuture<?> scheduleWithFixedDelay(Runnable task, long first, long delay, TimeUnit unit) {
            tasks.add(task);
            return super.schedule(() -> {}, 1, TimeUnit.DAYS);
        }

        void again() {
            assertThat(tasks).isNotEmpty();
            tasks.forEach(Runnable::run);
        }
    }

    /** The certificate that a server shows. */
    private X509Certificate shown(int port) throws Exception {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        trusted.setCertificateEntry("authority", read(certificates.authority()));
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("localhost", port)) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"h2"});
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }

    private static Certificate read(Path file) throws Exception {
        try (InputStream in = Files.newInputStream(file)) {
            return CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }

    private static void replace(Path file, Path by) throws IOException {
        Files.copy(by, file, StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    void shouldShowARenewedCertificateWithoutARestartWhicheverFileIsReplaced() throws Exception {
        TlsFiles files = certificates.sign("renewed", false, null);
        Repeating timer = new Repeating();
        var server = NettyServerBuilder.forPort(0, ServerTls.credentials(files, timer))
                .build()
                .start();
        try (LogLines log = LogLines.of(Level.INFO)) {
            X509Certificate first = shown(server.getPort());
            timer.again();
            assertThat(shown(server.getPort())).isEqualTo(first);

            // The key stays, as most who renew have it.
            certificates.renew("renewed");
            timer.again();
            X509Certificate second = shown(server.getPort());
            assertThat(second).isNotEqualTo(first);
            assertThat(second.getPublicKey()).isEqualTo(first.getPublicKey());

            replace(certificates.key("renewed"), certificates.key("next"));
            timer.again();
            timer.again();
            assertThat(shown(server.getPort()))
                    .as("its certificate is not there yet")
                    .isEqualTo(second);
            assertThat(log.with("new certificate cannot be used"))
                    .singleElement()
                    .asString()
                    .contains("it is the key of another certificate");
            replace(certificates.certificate("renewed"), certificates.certificate("next"));
            timer.again();
            assertThat(shown(server.getPort())).isEqualTo(read(certificates.certificate("next")));

            replace(certificates.key("renewed"), certificates.key("expired"));
            replace(certificates.certificate("renewed"), certificates.certificate("expired"));
            timer.again();
            assertThat(shown(server.getPort())).isEqualTo(read(certificates.certificate("next")));
            assertThat(log.with("renew it")).hasSize(1);
        } finally {
            server.shutdownNow();
            timer.shutdownNow();
        }
    }
}
