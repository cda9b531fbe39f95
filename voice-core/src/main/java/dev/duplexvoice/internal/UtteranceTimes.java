package dev.duplexvoice.internal;

import dev.duplexvoice.telemetry.TelemetryEvent;

/** When the caller's last utterances began and ended, for texts of them that come later. Owned by the audio loop. */
final class UtteranceTimes {
    /** Texts of older ones are hardly still to come. */
    private static final int KEPT = 16;

    private final long[] onsets = new long[KEPT];
    private final long[] ends = new long[KEPT];
    private long newest;
    private long ended;
    /** The newest that there is a text of. */
    private long told;

    /**
     * An utterance as far as it is known.
     *
     * @param number 0 if none was ever noticed
     * @param onset {@link TelemetryEvent#NEVER} if it was not noticed or is forgotten
     * @param end {@link Long#MAX_VALUE} if it goes on, was not noticed or is forgotten
     */
    record Utterance(long number, long onset, long end) {}

    void started(long number, long onset) {
        newest = number;
        onsets[at(number)] = onset;
        ends[at(number)] = Long.MAX_VALUE;
    }

    void ended(long end) {
        ended = newest;
        ends[at(newest)] = end;
    }

    /**
     * Of which utterance a final text is.
     *
     * @param number {@link CallerTurn#UNNUMBERED} for the one that ended last if that has no text yet, else the one that goes on
     */
    Utterance find(long number) {
        long wanted = number == CallerTurn.UNNUMBERED ? (ended > told ? ended : newest) : number;
        told = Math.max(told, Math.min(wanted, newest));
        boolean known = wanted > 0 && wanted <= newest && wanted > newest - KEPT;
        return known
                ? new Utterance(wanted, onsets[at(wanted)], ends[at(wanted)])
                : new Utterance(wanted, TelemetryEvent.NEVER, Long.MAX_VALUE);
    }

    private static int at(long number) {
        return (int) (number % KEPT);
    }
}
