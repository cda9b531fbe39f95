package dev.duplexvoice.telemetry;

/**
 * Something that happened at a boundary: of a session, a turn, a reply, a clause, a model. Per-frame figures are no events but calls of
 * {@link VoiceTelemetry}. Times are nanoseconds of the clock of whoever tells: the engine's, or {@link System#nanoTime} outside of an
 * engine, which is the engine's too unless it was given another.
 */
public sealed interface TelemetryEvent permits ConversationEvent, ServiceEvent {

    /** Where a time that is not known would be. */
    long NEVER = Long.MIN_VALUE;

    /** When it happened; of something that lasted, when it was over. */
    long at();

    /** How something ended. */
    enum Outcome {
        /** As it should. */
        DONE,
        /** Nobody wanted the rest: the caller interrupted, or the session ended. */
        CANCELLED,
        /** With an error. */
        FAILED
    }
}
