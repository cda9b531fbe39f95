package dev.duplexvoice.server.sessions;

import dev.duplexvoice.DuplexSession;
import dev.duplexvoice.SessionEvent;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The sessions of a server, live and ended, for those who look at them. It forgets: it keeps {@value #MOST_ENDED} ended sessions,
 * {@value #MOST_EVENTS} events with {@value #MOST_TEXT} characters together and {@value #MOST_TURNS} turns of each, and {@value #MOST_USERS}
 * users, the newest of each. Thread-safe.
 */
public interface SessionDirectory {
    /** Ended sessions that are kept. */
    int MOST_ENDED = 1_000;
    /** Events of a session that are kept. */
    int MOST_EVENTS = 500;
    /** Characters of text in the events of a session that are kept: what is said is the client's to choose. */
    int MOST_TEXT = 50_000;
    /** Turns of a session whose latencies are kept. */
    int MOST_TURNS = 200;
    /** Users that are kept. */
    int MOST_USERS = 10_000;
    /** Interactions of a user that are kept. */
    int MOST_INTERACTIONS = 20;
    /** Characters of what a user said, or heard, that are kept of an interaction. */
    int MOST_SAID = 1_000;

    /** A directory in memory, empty. */
    static SessionDirectory inMemory() {
        return new MemoryDirectory(System::currentTimeMillis);
    }

    /** Those that live, oldest first. */
    List<SessionView> live();

    /** Those that have ended, newest first. */
    List<SessionView> ended();

    /** What happened in a session, whether it lives or not; empty if it is not known. */
    Optional<SessionTimeline> timeline(String sessionId);

    /**
     * Ends a session that lives; its client is told.
     *
     * @param byWhom for the log: a {@link dev.duplexvoice.server.Principal#name}
     * @return false if none of this id lives
     */
    boolean end(String sessionId, String byWhom);

    /** What a user did; empty if the user is not known. */
    Optional<UserView> user(String userId);

    /**
     * Tells when a session was opened, changed its state or ended. On a worker thread, in order for each session; must not block. What it
     * throws is logged.
     *
     * @return takes it back
     */
    Runnable onChange(Consumer<SessionView> listener);

    /** For transports: a session was opened. */
    Entry opened(DuplexSession session, SessionOrigin origin, Means means);

    /**
     * What a transport knows and does.
     *
     * @param unplayedMillis audio that was sent and not played yet, in milliseconds; any thread
     * @param refusedInput samples of the caller that the transport has dropped, beside what the session has; any thread
     * @param end ends the session because somebody wants it to, by name; any thread, does not block
     */
    record Means(LongSupplier unplayedMillis, LongSupplier refusedInput, Consumer<String> end) {}

    /** For transports: takes what happens in one session. Used by one thread at a time. */
    interface Entry {
        /** An event, in order; the last is {@link SessionEvent.Closed}. */
        void on(SessionEvent event);

        /** It has ended, for this reason; idempotent. */
        void ended(String reason);
    }
}
