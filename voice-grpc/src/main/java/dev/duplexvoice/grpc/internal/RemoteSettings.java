package dev.duplexvoice.grpc.internal;

import java.time.Duration;

/**
 * How a remote voice calls its worker.
 *
 * @param target where it is, for messages
 * @param model the worker's voice; empty for its default
 * @param sampleRate of the audio
 * @param spareSessions sessions that are kept for the next texts
 * @param attempts calls for one text at most, the first included
 * @param backoff before the second attempt at most; doubles with each further one
 * @param sessionDeadline for StartSession, which may have to load the voice
 * @param stallTimeout for the next frame while the reader waits for one
 * @param callDeadline for a whole Synthesize
 */
public record RemoteSettings(
        String target,
        String model,
        int sampleRate,
        int spareSessions,
        int attempts,
        Duration backoff,
        Duration sessionDeadline,
        Duration stallTimeout,
        Duration callDeadline) {}
