package dev.duplexvoice.grpc.internal;

import dev.duplexvoice.grpc.TlsFiles;
import io.grpc.InsecureServerCredentials;
import io.grpc.ServerCredentials;
import io.grpc.TlsServerCredentials;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A worker's side of TLS. Its certificate is read anew when that or the key was replaced, so that it can be renewed while calls go on. */
public final class ServerTls {
    private static final int RELOAD_SECONDS = 60;

    private ServerTls() {}

    /** @param files null for none: the connection is in clear */
    public static ServerCredentials credentials(@Nullable TlsFiles files, ScheduledExecutorService scheduler) {
        if (files == null) {
            return InsecureServerCredentials.create();
        }
        Path certificate = files.certificate();
        Path key = files.key();
        if (certificate == null || key == null) {
            throw new IllegalArgumentException("tls.certificate=null: a worker needs its certificate and key");
        }
        try {
            ServerIdentity identity = new ServerIdentity(certificate, key);
            // Ends with the scheduler.
            var unused = scheduler.scheduleWithFixedDelay(
                    identity::refresh, RELOAD_SECONDS, RELOAD_SECONDS, TimeUnit.SECONDS);
            TlsServerCredentials.Builder credentials =
                    TlsServerCredentials.newBuilder().keyManager(identity.manager());
            Path trusted = files.trusted();
            if (trusted != null) {
                credentials
                        .trustManager(ClientCertificates.signedBy(trusted))
                        .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE);
            }
            return credentials.build();
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "tls.key=" + key + ": cannot be used with tls.certificate=" + certificate
                            + "; give the key of that certificate, PEM, PKCS#8, not encrypted (" + e.getMessage() + ")",
                    e);
        }
    }
}
