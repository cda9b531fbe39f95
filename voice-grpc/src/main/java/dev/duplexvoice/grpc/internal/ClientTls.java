package dev.duplexvoice.grpc.internal;

import dev.duplexvoice.grpc.TlsFiles;
import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.TlsChannelCredentials;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A client's side of TLS. */
public final class ClientTls {
    private ClientTls() {}

    /**
     * What a channel shows and whom it trusts.
     *
     * @param files null for none: the connection is in clear
     * @throws IllegalArgumentException if a file cannot be read
     */
    public static ChannelCredentials credentials(@Nullable TlsFiles files) {
        if (files == null) {
            return InsecureChannelCredentials.create();
        }
        try {
            TlsChannelCredentials.Builder credentials = TlsChannelCredentials.newBuilder();
            Path trusted = files.trusted();
            if (trusted != null) {
                credentials.trustManager(trusted.toFile());
            }
            Path certificate = files.certificate();
            Path key = files.key();
            if (certificate != null && key != null) {
                credentials.keyManager(certificate.toFile(), key.toFile());
            }
            return credentials.build();
        } catch (IOException e) {
            throw new IllegalArgumentException("tls=" + files + ": cannot be read; give readable PEM files", e);
        }
    }
}
