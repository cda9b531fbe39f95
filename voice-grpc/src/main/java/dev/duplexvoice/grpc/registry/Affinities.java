package dev.duplexvoice.grpc.registry;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Which worker a session was last on, so that it goes there again. A hint: losing it costs no speech. Thread-safe. */
public interface Affinities {
    /** How long one lives after it was last used. */
    Duration TIME_TO_LIVE = Duration.ofSeconds(3_600);

    /** The session's worker as far as this process knows; never waits. */
    @Nullable
    String known(String sessionId);

    /**
     * The session's worker, asked for where all processes keep it if this one does not know.
     *
     * @return completes with its name, or with null if there is none or it could not be asked in time; never exceptionally
     */
    CompletionStage<@Nullable String> find(String sessionId);

    /** The session is on this worker from now on. Never waits. */
    void remember(String sessionId, String worker);

    /** The session has ended, or must not go there again. Never waits. */
    void forget(String sessionId);
}
