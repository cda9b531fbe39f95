package dev.duplexvoice.grpc.internal;

import dev.duplexvoice.grpc.TlsFiles;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.CertificateUtils;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker's certificate and its key, read anew when one of the files was replaced; a pair that cannot be used changes nothing. gRPC's own
 * rereading waits until both files are new, and a certificate is often renewed for the key that there is.
 */
final class ServerIdentity {
    private static final Logger LOG = LoggerFactory.getLogger(ServerIdentity.class);

    private final Path certificate;
    private final Path key;
    private final AdvancedTlsX509KeyManager manager = new AdvancedTlsX509KeyManager();
    private List<FileStamp> seen;
    /** Told of already. */
    private @Nullable List<FileStamp> refused;

    /**
     * Reads them.
     *
     * @throws GeneralSecurityException if they hold something else, or do not belong together
     */
    ServerIdentity(Path certificate, Path key) throws IOException, GeneralSecurityException {
        this.certificate = certificate;
        this.key = key;
        seen = stamps();
        read();
    }

    /** Shows the newest pair that could be read. */
    X509ExtendedKeyManager manager() {
        return manager;
    }

    private List<FileStamp> stamps() {
        return List.of(FileStamp.of(certificate), FileStamp.of(key));
    }

    private X509Certificate read() throws IOException, GeneralSecurityException {
        try (InputStream certificates = Files.newInputStream(certificate);
                InputStream keys = Files.newInputStream(key)) {
            X509Certificate[] chain = CertificateUtils.getX509Certificates(certificates);
            PrivateKey own = CertificateUtils.getPrivateKey(keys);
            requirePair(chain[0], own);
            manager.updateIdentityCredentials(chain, own);
            return chain[0];
        }
    }

    /** With another key each handshake would fail, and only clients would notice. */
    private static void requirePair(X509Certificate shown, PrivateKey own) throws GeneralSecurityException {
        String with = own.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256with" + own.getAlgorithm();
        byte[] text = {1, 2, 3};
        Signature signing = Signature.getInstance(with);
        signing.initSign(own);
        signing.update(text);
        byte[] signature = signing.sign();
        Signature verifying = Signature.getInstance(with);
        verifying.initVerify(shown);
        verifying.update(text);
        if (!verifying.verify(signature)) {
            throw new GeneralSecurityException("it is the key of another certificate");
        }
    }

    /** Reads the files if one was replaced. While only one of the two is there yet, the old pair stays. One call at a time. */
    void refresh() {
        List<FileStamp> now = stamps();
        if (now.equals(seen)) {
            return;
        }
        try {
            // Refuses what has expired.
            TlsFiles.of(certificate, key);
            X509Certificate read = read();
            seen = now;
            LOG.atInfo()
                    .addKeyValue("certificate", certificate)
                    .addKeyValue("not_after", read.getNotAfter().toInstant())
                    .log("The worker's certificate was read anew");
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            if (!now.equals(refused)) {
                refused = now;
                LOG.atWarn()
                        .addKeyValue("certificate", certificate)
                        .addKeyValue("key", key)
                        .addKeyValue("reason", e.getMessage())
                        .log("The worker's new certificate cannot be used; the old one stays, and it is tried again");
            }
        }
    }
}
