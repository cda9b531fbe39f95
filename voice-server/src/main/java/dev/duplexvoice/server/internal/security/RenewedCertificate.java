package dev.duplexvoice.server.internal.security;

import dev.duplexvoice.server.security.TlsFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.security.KeyStore;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.Scheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A certificate whose files are looked at again, so that it can be renewed while connections live. */
public final class RenewedCertificate {
    private static final Logger LOG = LoggerFactory.getLogger(RenewedCertificate.class);
    private static final int LOOK_SECONDS = 30;

    private final TlsFiles files;
    private final InstantSource clock;
    private final SslContextFactory.Server factory = new SslContextFactory.Server();
    private List<FileTime> known;

    /** @throws IllegalArgumentException if they cannot be used */
    public RenewedCertificate(TlsFiles files, InstantSource clock) {
        this.files = files;
        this.clock = clock;
        // Before they are read: what is written meanwhile is then seen the next time.
        known = times();
        use(factory, files.load(clock));
        factory.setIncludeProtocols("TLSv1.3", "TLSv1.2");
        factory.setRenegotiationAllowed(false);
    }

    private static void use(SslContextFactory.Server factory, KeyStore store) {
        factory.setKeyStore(store);
        factory.setKeyStorePassword("");
        factory.setKeyManagerPassword("");
    }

    /** What TLS is made with. */
    public SslContextFactory.Server factory() {
        return factory;
    }

    private List<FileTime> times() {
        try {
            return List.of(Files.getLastModifiedTime(files.certificate()), Files.getLastModifiedTime(files.key()));
        } catch (IOException e) {
            return List.of();
        }
    }

    /** Takes the files anew if they have changed; the old ones go on if the new ones cannot be used. */
    public synchronized void renew() {
        List<FileTime> now = times();
        if (now.equals(known) || now.isEmpty()) {
            return;
        }
        known = now;
        try {
            KeyStore store = files.load(clock);
            factory.reload(any -> use(factory, store));
            LOG.atInfo().log("The certificate {} was renewed", files.certificate());
        } catch (Exception e) {
            LOG.atError()
                    .setCause(e)
                    .log("The renewed certificate cannot be used, the old one stays: {}", e.getMessage());
        }
    }

    /** Looks now and then, as a part of a connector. */
    public LifeCycle renewal(Scheduler scheduler) {
        return new AbstractLifeCycle() {
            private volatile Scheduler.Task next = () -> false;

            @Override
            protected void doStart() {
                next = scheduler.schedule(this::look, LOOK_SECONDS, TimeUnit.SECONDS);
            }

            private void look() {
                renew();
                if (isRunning()) {
                    next = scheduler.schedule(this::look, LOOK_SECONDS, TimeUnit.SECONDS);
                }
            }

            @Override
            protected void doStop() {
                next.cancel();
            }
        };
    }
}
