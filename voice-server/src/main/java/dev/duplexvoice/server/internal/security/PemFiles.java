package dev.duplexvoice.server.internal.security;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads PEM, RFC 7468. */
public final class PemFiles {
    private static final long LONGEST = 1 << 20;
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----\\s*([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

    private PemFiles() {}

    /** A certificate with those that signed it, and its key, as a store without a password. */
    public static KeyStore load(Path certificate, Path key, InstantSource clock) {
        List<X509Certificate> chain = certificates(certificate);
        requireValid(certificate, chain, clock.instant());
        PrivateKey secret = key(key, chain.get(0).getPublicKey().getAlgorithm());
        requirePair(certificate, key, chain.get(0), secret);
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("server", secret, new char[0], chain.toArray(new Certificate[0]));
            return store;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException(
                    "tls.certificate=" + certificate + ": cannot be used: " + e.getMessage(), e);
        }
    }

    private static byte[] read(String what, Path file) {
        try {
            if (Files.size(file) > LONGEST) {
                throw new IllegalArgumentException(what + "=" + file + ": is too large for a PEM file");
            }
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException(what + "=" + file + ": there is no such file; give a PEM file", e);
        } catch (IOException e) {
            throw new IllegalArgumentException(what + "=" + file + ": cannot be read; give a PEM file", e);
        }
    }

    private static List<X509Certificate> certificates(Path file) {
        byte[] bytes = read("tls.certificate", file);
        try {
            List<X509Certificate> chain =
                    CertificateFactory.getInstance("X.509")
                            .generateCertificates(new ByteArrayInputStream(bytes))
                            .stream()
                            .map(X509Certificate.class::cast)
                            .toList();
            if (!chain.isEmpty()) {
                return chain;
            }
        } catch (CertificateException e) {
            throw new IllegalArgumentException(
                    "tls.certificate=" + file + ": holds no certificate; give a PEM file", e);
        }
        throw new IllegalArgumentException("tls.certificate=" + file + ": holds no certificate; give a PEM file");
    }

    private static void requireValid(Path file, List<X509Certificate> chain, Instant now) {
        for (X509Certificate each : chain) {
            Instant from = each.getNotBefore().toInstant();
            Instant to = each.getNotAfter().toInstant();
            if (now.isBefore(from) || now.isAfter(to)) {
                throw new IllegalArgumentException("tls.certificate=" + file + ": is valid from " + from + " to " + to
                        + " and not now; renew it, or set this machine's clock");
            }
        }
    }

    private static PrivateKey key(Path file, String algorithm) {
        Matcher pem = KEY.matcher(new String(read("tls.key", file), StandardCharsets.US_ASCII));
        if (!pem.find()) {
            throw new IllegalArgumentException("tls.key=" + file
                    + ": holds no PKCS#8 key without a password; make one with 'openssl pkcs8 -topk8 -nocrypt'");
        }
        try {
            byte[] encoded = Base64.getMimeDecoder().decode(pem.group(1));
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "tls.key=" + file + ": is no " + algorithm
                            + " key, as its certificate has; give the key of tls.certificate",
                    e);
        }
    }

    /** What one signs the other must verify. */
    private static void requirePair(Path certificate, Path file, X509Certificate own, PrivateKey key) {
        String name = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> key.getAlgorithm();
        };
        try {
            byte[] text = "duplex".getBytes(StandardCharsets.US_ASCII);
            Signature signs = Signature.getInstance(name);
            signs.initSign(key);
            signs.update(text);
            byte[] signature = signs.sign();
            signs.initVerify(own.getPublicKey());
            signs.update(text);
            if (signs.verify(signature)) {
                return;
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    "tls.key=" + file + ": cannot be used with tls.certificate=" + certificate, e);
        }
        throw new IllegalArgumentException(
                "tls.key=" + file + ": is the key of another certificate than tls.certificate=" + certificate);
    }
}
