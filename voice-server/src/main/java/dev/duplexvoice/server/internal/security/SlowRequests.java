package dev.duplexvoice.server.internal.security;

/**
 * Whether a connection takes too long to say what it wants: the time from its first byte, or from its begin, to the end of the headers is
 * bounded, however many bytes come meanwhile. An idle timeout begins anew with each byte and so is no bound. Not thread-safe.
 */
final class SlowRequests {
    private final long most;
    private long since;
    private boolean arriving = true;
    private long messages;
    private long bytes;

    /** @param now when the connection began */
    SlowRequests(long mostNanos, long now) {
        most = mostNanos;
        since = now;
    }

    /**
     * Looks at a connection.
     *
     * @param begun requests whose headers have come
     * @param answered requests that are over
     * @param received bytes
     * @return whether it is too slow
     */
    boolean look(long now, long begun, long answered, long received) {
        if (begun != messages || begun != answered) {
            // A request came, or is being answered: what is received belongs to it.
            messages = begun;
            bytes = received;
            arriving = false;
            return false;
        }
        if (!arriving && received != bytes) {
            arriving = true;
            since = now;
        }
        return arriving && now - since > most;
    }
}
