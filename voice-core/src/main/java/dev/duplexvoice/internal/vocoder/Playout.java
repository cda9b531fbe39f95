package dev.duplexvoice.internal.vocoder;

/**
 * When a stream's listener runs out of audio. Either who reads the stream tells, or what was made is taken to be played from the moment
 * when it was made, without a break: then the listener runs out no sooner than in truth, unless he was late before.
 */
final class Playout {
    private static final long NOTHING = Long.MIN_VALUE;

    private long endsAt = NOTHING;

    /** Who reads it has audio for so long. */
    void told(long now, long nanos) {
        endsAt = nanos <= 0 ? NOTHING : now + nanos;
    }

    /** Samples were made that last so long. */
    void made(long at, long nanos) {
        endsAt = (isSilent(at) ? at : endsAt) + nanos;
    }

    /** Whether the listener hears nothing. Who comes for more only after all was played has paused, and begins anew. */
    boolean isSilent(long now) {
        return endsAt == NOTHING || endsAt - now <= 0;
    }

    /** When the listener runs out; only if he is not silent. */
    long endsAt() {
        return endsAt;
    }

    /** Another utterance; what is played of the one before goes on. */
    void forget() {
        endsAt = NOTHING;
    }
}
