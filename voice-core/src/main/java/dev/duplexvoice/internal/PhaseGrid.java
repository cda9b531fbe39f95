package dev.duplexvoice.internal;

import dev.duplexvoice.audio.AudioFormat;
import org.jspecify.annotations.Nullable;

/**
 * Spreads a loop's sessions over the 20 ms of a frame, so that they are not all due at one instant. The grid of phases, 1 ms
 * apart, begins with the first session of an empty loop: a session alone ticks from the very moment at which it was opened. A
 * session may be moved to another phase, by whole phases.
 */
final class PhaseGrid {
    static final long FRAME_NANOS = AudioFormat.FRAME_MILLIS * 1_000_000L;

    private static final int PHASES = 20;
    private static final long PHASE_NANOS = FRAME_NANOS / PHASES;
    /** A phase may have fewer than this more than the emptiest: few sessions start at once and are judged together. */
    private static final int SLACK = 8;

    private final Phase[] phases = new Phase[PHASES];
    private long origin;
    private int sessions;

    PhaseGrid() {
        for (int i = 0; i < PHASES; i++) {
            phases[i] = new Phase();
        }
    }

    int sessions() {
        return sessions;
    }

    /** The index in time, from the origin of the grid on, of the next phase that has room for one more session. */
    long choose(long now) {
        if (sessions == 0) {
            origin = now;
        }
        int fewest = Integer.MAX_VALUE;
        for (Phase phase : phases) {
            fewest = Math.min(fewest, phase.count());
        }
        return next(now, fewest + SLACK);
    }

    /** The next phase from now on that has fewer sessions than this. */
    private long next(long now, int most) {
        long index = Math.max(0, now - origin + PHASE_NANOS - 1) / PHASE_NANOS;
        while (at(index).count() >= most) {
            index++;
        }
        return index;
    }

    /** When the phase of this index in time is due. */
    long dueAt(long index) {
        return origin + index * PHASE_NANOS;
    }

    Phase at(long index) {
        return phases[(int) (index % PHASES)];
    }

    /** Adds a session to a phase, from this instant of the phase on. */
    void add(Seat seat, long index) {
        Phase phase = at(index);
        phase.add(seat);
        phase.next = Math.min(phase.next, dueAt(index));
        sessions++;
    }

    /**
     * Moves a session to the next phase that has room, if that is due sooner than its own. Room is told from the mean: the
     * emptiest phase is one that sessions have left, and says little of how full the others may be.
     *
     * @param tick when its own phase is due for it
     * @return when it is due now
     */
    long moveUp(Seat seat, long now, long tick) {
        long index = next(now, sessions / PHASES + SLACK);
        long due = dueAt(index);
        if (due >= tick) {
            return tick;
        }
        remove(seat);
        add(seat, index);
        return due;
    }

    void remove(Seat seat) {
        Phase phase = seat.phase;
        if (phase != null) {
            phase.remove(seat);
            sessions--;
        }
    }

    /** When a phase is due next. */
    long next() {
        long next = Long.MAX_VALUE;
        for (Phase phase : phases) {
            next = Math.min(next, phase.next);
        }
        return next;
    }

    /** Takes the phase that has been due for longest; it is due again at its first instant after now. Null if none is due. */
    @Nullable
    Phase poll(long now) {
        Phase first = phases[0];
        for (Phase phase : phases) {
            if (phase.next < first.next) {
                first = phase;
            }
        }
        if (first.next > now) {
            return null;
        }
        first.next += ((now - first.next) / FRAME_NANOS + 1) * FRAME_NANOS;
        return first;
    }

    /** Any session; null if there is none. */
    @Nullable
    Seat any() {
        for (Phase phase : phases) {
            if (phase.count() > 0) {
                return phase.seat(phase.count() - 1);
            }
        }
        return null;
    }
}
