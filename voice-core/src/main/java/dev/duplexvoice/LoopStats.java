package dev.duplexvoice;

import dev.duplexvoice.telemetry.LatencySnapshot;

/**
 * What an audio loop measures of itself.
 *
 * @param sessions that live on it, those that are being opened included
 * @param load the share of the last second in which it worked, 0 to 1; what {@link VoiceEngine.Builder#maxLoad} limits
 * @param lateness how long after it was due each session's 20 ms tick was run, since the engine was built; take the difference of
 *     two for the time between them
 */
public record LoopStats(int sessions, double load, LatencySnapshot lateness) {}
