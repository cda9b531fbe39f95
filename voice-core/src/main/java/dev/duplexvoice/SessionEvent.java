package dev.duplexvoice;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened in a session. Times are durations since the session was opened, on the engine's clock.
 */
public sealed interface SessionEvent {

    /** When it happened. */
    Duration at();

    /** The session. */
    String sessionId();

    /** The turn it belongs to; null before the first turn. */
    @Nullable
    String turnId();

    /** The session went from one state to another. */
    record StateChanged(
            Duration at, String sessionId, @Nullable String turnId, SessionState from, SessionState to)
            implements SessionEvent {}

    /**
     * The caller speaks.
     *
     * @param onset when the speech began, before the detector was sure
     */
    record SpeechStarted(
            Duration at, String sessionId, @Nullable String turnId, Duration onset) implements SessionEvent {}

    /**
     * The caller fell silent.
     *
     * @param end when the speech ended, before the silence was long enough
     */
    record SpeechEnded(
            Duration at, String sessionId, @Nullable String turnId, Duration end) implements SessionEvent {}

    /** Text of the caller. */
    record Transcript(
            Duration at, String sessionId, @Nullable String turnId, String text, boolean isFinal)
            implements SessionEvent {}

    /**
     * The caller's turn is over.
     *
     * @param endpointingDelay from the end of the caller's speech to this decision
     * @param transcriptionDelay from the end of the caller's speech to its last transcript; zero without one
     */
    record TurnEnded(
            Duration at,
            String sessionId,
            @Nullable String turnId,
            String text,
            Duration endpointingDelay,
            Duration transcriptionDelay)
            implements SessionEvent {}

    /** A reply begins to be made: the Responder is asked, or the host said something. */
    record ReplyStarted(
            Duration at, String sessionId, @Nullable String turnId) implements SessionEvent {}

    /**
     * The first audio of a reply was put out.
     *
     * @param ttfb from the reply's first text at the synthesizer to its first audio
     * @param latency from the start of the reply to its first audio
     */
    record FirstAudio(
            Duration at, String sessionId, @Nullable String turnId, Duration ttfb, Duration latency)
            implements SessionEvent {}

    /**
     * Nothing more is put out because the caller speaks, or may be about to; the reply is kept. A sound that turns out to be no
     * speech is followed by {@link Resumed} without a {@link SpeechStarted}.
     *
     * @param position how much of the reply was put out
     * @param detectedAt when the detector noticed the sound; the event's own time if the host paused it
     * @param silentAt when the frames that the host has taken or is about to take are played
     */
    record Paused(
            Duration at,
            String sessionId,
            @Nullable String turnId,
            Duration position,
            Duration detectedAt,
            Duration silentAt)
            implements SessionEvent {}

    /** It was a false alarm; the reply goes on at the very sample where it paused. */
    record Resumed(Duration at, String sessionId, @Nullable String turnId, Duration position) implements SessionEvent {}

    /** The caller cut the reply off; the transport is to drop what it has not played. */
    record Interrupted(
            Duration at, String sessionId, @Nullable String turnId, Duration position) implements SessionEvent {}

    /**
     * A reply is over.
     *
     * @param position how much of its audio was delivered
     * @param interrupted whether it was cut off
     * @param heard the text that was heard: its beginning, up to where it was cut off, without words that the voice cannot say
     * @param text all of the text that was written
     */
    record ReplyFinished(
            Duration at,
            String sessionId,
            @Nullable String turnId,
            Duration position,
            boolean interrupted,
            String heard,
            String text)
            implements SessionEvent {}

    /** Something failed; the session goes on. */
    record Failed(Duration at, String sessionId, @Nullable String turnId, VoiceException.Code code, String message)
            implements SessionEvent {}

    /** The session ended; always the last event. */
    record Closed(Duration at, String sessionId, @Nullable String turnId, CloseReason reason) implements SessionEvent {}
}
