package dev.duplexvoice.internal;

import java.util.Arrays;

/** The sessions of a loop that tick at the same instants. */
final class Phase {
    private Seat[] seats = new Seat[16];
    private int count;

    /** When its sessions tick next; {@link Long#MAX_VALUE} if there are none. */
    long next = Long.MAX_VALUE;

    int count() {
        return count;
    }

    Seat seat(int index) {
        return seats[index];
    }

    void add(Seat seat) {
        if (count == seats.length) {
            seats = Arrays.copyOf(seats, 2 * count);
        }
        seat.phase = this;
        seat.index = count;
        seats[count++] = seat;
    }

    @SuppressWarnings("NullAway") // An array has no element type for "unused".
    void remove(Seat seat) {
        Seat last = seats[--count];
        seats[seat.index] = last;
        last.index = seat.index;
        seats[count] = null;
        seat.phase = null;
        if (count == 0) {
            next = Long.MAX_VALUE;
        }
    }
}
