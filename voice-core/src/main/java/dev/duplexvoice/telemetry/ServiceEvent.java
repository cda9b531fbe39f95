package dev.duplexvoice.telemetry;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.model.ModelEvent;
import org.jspecify.annotations.Nullable;

/** Something that happened to what sessions share: voices, models, caches, workers. */
public sealed interface ServiceEvent extends TelemetryEvent {

    /** There is an engine or a worker, whose figures can be asked for from now on. */
    record SourceOpened(long at, TelemetrySource source) implements ServiceEvent {}

    /** It is there no more: its figures are over. */
    record SourceClosed(long at, TelemetrySource source) implements ServiceEvent {}

    /** The engine did not open a session; {@code orchestrator_session_errors_total} counts it with those of sessions. */
    record OpenRefused(long at, VoiceException.Code code, Throwable cause) implements ServiceEvent {}

    /**
     * A voice has spoken a text, or will not: a clause of a reply, or what a client of a worker sent.
     *
     * @param sessionId whose text it was
     * @param turnId the turn; null at a worker, which knows of none
     * @param reply the session's reply; 0 at a worker
     * @param modelId the voice
     * @param characters length of the text
     * @param begunAt when the voice was given the text
     * @param firstAudioAt when its first audio was there; {@link TelemetryEvent#NEVER} if none was
     * @param computeNanos time spent within the voice; audio that it makes on threads of its own, or elsewhere, does not count
     * @param audioNanos length of the audio that was made
     * @param frames of 20 ms, the last perhaps not full: those of the audio that was made, at a worker those that were sent
     * @param source where the audio is from
     * @param audioEndedAt when the last of its audio was there; {@link TelemetryEvent#NEVER} if none was
     * @param failure why, if the outcome is that it failed and the reason is known; else null
     * @param trace what was begun for it: of a conversation's work, or by {@link VoiceTelemetry#synthesis}
     */
    record Synthesized(
            long at,
            String sessionId,
            @Nullable String turnId,
            int reply,
            String modelId,
            int characters,
            long begunAt,
            long firstAudioAt,
            long computeNanos,
            long audioNanos,
            long frames,
            Source source,
            Outcome outcome,
            long audioEndedAt,
            @Nullable Throwable failure,
            TraceContext trace)
            implements ServiceEvent {}

    /**
     * All audio of a text that a voice has spoken is in frames, or what is left will not be. Follows {@link Synthesized}, and is told only if
     * that was traced.
     *
     * @param begunAt when the first frame was begun; {@link TelemetryEvent#NEVER} if none was
     * @param frames of 20 ms, the last perhaps not full; at a worker those that were sent
     * @param trace that of {@link Synthesized}
     */
    record Framed(long at, long begunAt, long frames, TraceContext trace) implements ServiceEvent {}

    /** Where a voice's audio is from. */
    enum Source {
        /** It was computed in this process. */
        COMPUTED,
        /** It had been said before. */
        CACHED,
        /** Somebody else computed it. */
        REMOTE
    }

    /** A client of a worker began to use a voice. */
    record WorkerSessionStarted(long at, String sessionId, String modelId, String adapterType)
            implements ServiceEvent {}

    /** It ceased to; one for each start. */
    record WorkerSessionEnded(long at, String sessionId, String modelId, String adapterType) implements ServiceEvent {}

    /**
     * A worker did what a client commanded.
     *
     * @param command {@code PAUSE}, {@code RESUME}, {@code STOP}, {@code RELOAD}
     * @param nanos from the command's coming to its answer
     */
    record Controlled(long at, String sessionId, String command, long nanos, Outcome outcome) implements ServiceEvent {}

    /**
     * A cache was asked.
     *
     * @param cache its name, {@code phrases}
     */
    record CacheRequested(long at, String cache, boolean hit) implements ServiceEvent {}

    /**
     * Something failed and is tried again.
     *
     * @param component what: {@code tts}, {@code stt}, {@code llm}, {@code redis}
     * @param reason in a few words, without anything secret
     */
    record Retried(long at, String component, String reason) implements ServiceEvent {}

    /**
     * Something failed and another takes its place: another worker, the processor for the GPU.
     *
     * @param component what: {@code tts}, {@code vad}, {@code vocoder}
     * @param reason in a few words, without anything secret
     */
    record FellBack(long at, String component, String reason) implements ServiceEvent {}

    /**
     * A device that voices share has computed frames of several streams in one go. See {@link
     * dev.duplexvoice.tts.Vocoder#scheduled}.
     *
     * @param streams how many
     * @param first those of them of which nothing had been heard
     * @param frames of all of them
     * @param late those whose samples came after their listener had run out, or later than a first sound should
     * @param waitedNanos how long the one waited that came first
     * @param deviceNanos time on the device, without waiting for the batch before
     * @param failed whether the device failed, and the streams with it
     */
    record VocoderBatch(
            long at, int streams, int first, int frames, int late, long waitedNanos, long deviceNanos, boolean failed)
            implements ServiceEvent {}

    /** Something happened to a model. */
    record ModelChanged(long at, ModelEvent event) implements ServiceEvent {}

    /**
     * This telemetry was so slow that events were left out; see {@link TelemetryDispatcher}.
     *
     * @param count how many, since the last such event
     */
    record EventsLost(long at, long count) implements ServiceEvent {}
}
