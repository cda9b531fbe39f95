package dev.duplexvoice.grpc.internal;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Judges clients' certificates as Java does, and logs those that it refuses: the handshake ends before there is a call that could be
 * refused, and the transport says nothing of it.
 */
final class ClientCertificates extends X509ExtendedTrustManager {
    private static final Logger LOG = LoggerFactory.getLogger(ClientCertificates.class);

    private final X509ExtendedTrustManager judge;

    private ClientCertificates(X509ExtendedTrustManager judge) {
        this.judge = judge;
    }

    /** @param authorities PEM */
    static ClientCertificates signedBy(Path authorities) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream in = Files.newInputStream(authorities)) {
            int count = 0;
            for (Certificate authority : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("authority-" + count++, authority);
            }
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509ExtendedTrustManager judge) {
                return new ClientCertificates(judge);
            }
        }
        throw new GeneralSecurityException("this Java has no X.509 trust manager");
    }

    private interface Judging {
        void run() throws CertificateException;
    }

    private static void judging(X509Certificate[] chain, Judging judging) throws CertificateException {
        try {
            judging.run();
        } catch (CertificateException e) {
            LOG.atWarn()
                    .addKeyValue(
                            "subject",
                            chain.length == 0
                                    ? ""
                                    : Refusal.shown(
                                            chain[0].getSubjectX500Principal().getName()))
                    .addKeyValue("status", "UNAVAILABLE")
                    .addKeyValue("reason", Refusal.shown(root(e)))
                    .log("A client's certificate was refused");
            throw e;
        }
    }

    private static String root(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage());
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        judging(chain, () -> judge.checkClientTrusted(chain, authType));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        judging(chain, () -> judge.checkClientTrusted(chain, authType, socket));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        judging(chain, () -> judge.checkClientTrusted(chain, authType, engine));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        judge.checkServerTrusted(chain, authType);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        judge.checkServerTrusted(chain, authType, socket);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        judge.checkServerTrusted(chain, authType, engine);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return judge.getAcceptedIssuers();
    }
}
