package dev.duplexvoice.grpc.internal;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends what belongs to a host. What that throws is logged, and keeps no session, lease or worker from its end. */
final class Release {
    private static final Logger LOG = LoggerFactory.getLogger(Release.class);

    private Release() {}

    static void of(String what, String sessionId, Runnable end) {
        try {
            end.run();
        } catch (RuntimeException | Error e) {
            LOG.atError()
                    .addKeyValue("session_id", sessionId)
                    .addKeyValue("what", what)
                    .setCause(e)
                    .log("It threw when it was ended");
        }
    }
}
