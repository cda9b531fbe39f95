package dev.duplexvoice.telemetry;

import dev.duplexvoice.model.ModelEvent;

/**
 * Told by the engine what happened and how long it took. All methods do nothing by default. Durations are in nanoseconds
 * of the engine's clock.
 *
 * <p>Threads: {@link #tick}, {@link #frameEmitted}, {@link #frameStarved} and {@link #framesRefused} are called on an audio loop, the last also by the
 * host's thread that puts audio in, up to 50 times a second for each session: they must not block, lock or allocate. All others
 * are called at session, turn and reply boundaries, on an
 * audio loop or a worker, and must be quick. The engine wraps what it is given in {@link #guarded}.
 */
public interface VoiceTelemetry {

    /** A session was opened. */
    default void sessionOpened(String sessionId) {}

    /** A session ended. */
    default void sessionClosed(String sessionId, String reason, long nanos) {}

    /** The caller's turn ended, this long after the caller's last speech. */
    default void turnEnded(String sessionId, String turnId, long endpointingNanos) {}

    /** The first audio of a reply left: since the turn ended, and since its text reached the synthesizer. */
    default void firstAudio(String sessionId, String turnId, long sinceTurnNanos, long sinceTextNanos) {}

    /** A clause was synthesised: computing time and length of the audio. */
    default void clauseSynthesized(String voice, long computeNanos, long audioNanos) {}

    /** The output fell silent because the caller spoke: since the detector's trigger. */
    default void bargeIn(String sessionId, String turnId, long nanos) {}

    /** A reply ended, with the length of what was heard. */
    default void replyFinished(String sessionId, String turnId, boolean interrupted, long heardNanos) {}

    /**
     * A session's tick was over this long after it was due, whether it put a frame out or not: what the loop did before it and in
     * it is counted. Ticks that a loop leaves out because it was away too long are not told.
     */
    default void tick(long latenessNanos) {}

    /** A frame was put out this long after it was due. */
    default void frameEmitted(long latenessNanos) {}

    /**
     * A frame of a reply was due and not there, after its first: the caller hears a gap because the synthesizer is late. Text that is
     * late is not counted.
     */
    default void frameStarved(String sessionId) {}

    /**
     * Input frames of 20 ms were dropped because they were not taken in time, or an output frame waits because the host does not take
     * the ones before it.
     */
    default void framesRefused(boolean input, int frames) {}

    /** Something happened to a model of the engine's. Called on a worker, one event at a time and in their order. */
    default void model(ModelEvent event) {}

    /** Something failed; see {@link dev.duplexvoice.VoiceException.Code}. */
    default void error(String sessionId, String code) {}

    /** Tells nobody. */
    static VoiceTelemetry disabled() {
        return DisabledTelemetry.INSTANCE;
    }

    /** The same, except that what it throws is logged once for each method and kept from the engine. */
    static VoiceTelemetry guarded(VoiceTelemetry telemetry) {
        return telemetry instanceof GuardedTelemetry || telemetry == DisabledTelemetry.INSTANCE
                ? telemetry
                : new GuardedTelemetry(telemetry);
    }
}
