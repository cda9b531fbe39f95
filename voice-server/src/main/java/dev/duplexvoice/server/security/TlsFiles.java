package dev.duplexvoice.server.security;

import dev.duplexvoice.server.internal.security.PemFiles;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.InstantSource;
import java.util.Objects;

/**
 * A server's certificate and key.
 *
 * @param certificate PEM, the server's own first, then those that signed it
 * @param key PEM, PKCS#8 ({@code BEGIN PRIVATE KEY}), not encrypted: RSA, EC or Ed25519
 */
public record TlsFiles(Path certificate, Path key) {
    /** Both are needed. */
    public TlsFiles {
        Objects.requireNonNull(certificate, "certificate");
        Objects.requireNonNull(key, "key");
    }

    /**
     * Reads them both.
     *
     * @throws IllegalArgumentException if one is missing or cannot be read, the certificate is not valid now, or the key is another's; the
     *     message names the file and the remedy
     */
    public KeyStore load(InstantSource clock) {
        return PemFiles.load(certificate, key, clock);
    }
}
