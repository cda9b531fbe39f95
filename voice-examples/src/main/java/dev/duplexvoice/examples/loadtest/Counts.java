package dev.duplexvoice.examples.loadtest;

/**
 * What happened in all sessions together.
 *
 * @param events of any kind
 * @param replies whose first audio was put out
 */
public record Counts(
        long events, long turns, long replies, long paused, long resumed, long interruptions, long errors) {

    Counts minus(Counts earlier) {
        return new Counts(
                events - earlier.events,
                turns - earlier.turns,
                replies - earlier.replies,
                paused - earlier.paused,
                resumed - earlier.resumed,
                interruptions - earlier.interruptions,
                errors - earlier.errors);
    }
}
