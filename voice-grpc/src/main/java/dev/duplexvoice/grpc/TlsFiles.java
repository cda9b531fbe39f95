package dev.duplexvoice.grpc;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * Files of TLS, all PEM. For a worker: its certificate and key, and with {@code trusted} only clients whose certificate that
 * authority has signed. For a client: the authority that it trusts (null for the system's), and its own certificate and key if the
 * worker asks for one.
 *
 * @param certificate the chain, the own one first; null for none
 * @param key its private key, PKCS#8, not encrypted; null for none
 * @param trusted certificates of authorities; null for none, or the system's
 */
public record TlsFiles(
        @Nullable Path certificate,
        @Nullable Path key,
        @Nullable Path trusted) {

    /**
     * Looks into the certificates.
     *
     * @throws IllegalArgumentException if a file is missing or holds something else, or if the own certificate is not valid now
     */
    public TlsFiles {
        if ((certificate == null) != (key == null)) {
            throw new IllegalArgumentException(
                    "tls.certificate=" + certificate + ", tls.key=" + key + ": give both or none");
        }
        if (certificate != null && key != null) {
            requireValid(certificate, read("tls.certificate", certificate));
            if (!Files.isReadable(key)) {
                throw new IllegalArgumentException("tls.key=" + key + ": cannot be read; give a PEM file");
            }
        }
        if (trusted != null) {
            read("tls.trusted", trusted);
        }
    }

    /** A worker's own, for clients that need no certificate. */
    public static TlsFiles of(Path certificate, Path key) {
        return new TlsFiles(certificate, key, null);
    }

    /** A client's, without a certificate of its own. */
    public static TlsFiles trusting(Path trusted) {
        return new TlsFiles(null, null, trusted);
    }

    /** With an own certificate and an authority: mutual TLS on either side. */
    public static TlsFiles mutual(Path certificate, Path key, Path trusted) {
        return new TlsFiles(certificate, key, trusted);
    }

    private static Collection<? extends Certificate> read(String what, Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            Collection<? extends Certificate> certificates =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (!certificates.isEmpty()) {
                return certificates;
            }
        } catch (IOException e) {
            throw new IllegalArgumentException(what + "=" + file + ": cannot be read; give a PEM file", e);
        } catch (CertificateException e) {
            throw new IllegalArgumentException(what + "=" + file + ": holds no certificate; give a PEM file", e);
        }
        throw new IllegalArgumentException(what + "=" + file + ": holds no certificate; give a PEM file");
    }

    private static void requireValid(Path file, Collection<? extends Certificate> chain) {
        Instant now = Instant.now();
        for (Certificate certificate : chain) {
            if (certificate instanceof X509Certificate x509) {
                Instant from = x509.getNotBefore().toInstant();
                Instant to = x509.getNotAfter().toInstant();
                if (now.isBefore(from) || now.isAfter(to)) {
                    throw new IllegalArgumentException("tls.certificate=" + file + ": is valid from " + from + " to "
                            + to + " and not now; renew it, or set this machine's clock");
                }
            }
        }
    }
}
