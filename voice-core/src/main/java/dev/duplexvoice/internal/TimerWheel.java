package dev.duplexvoice.internal;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * When which session's timers are due: a hierarchical timing wheel of intrusive entries, exact to the nanosecond. Setting
 * and cancelling take the same time however many there are, and nothing is allocated. Owned by the audio loop.
 *
 * <pre>
 *   level 0   64 slots of 2^20 ns, 1.05 ms   entries of the next  67 ms
 *   level 1   64 slots of  67 ms                              of  4.3 s
 *   level 2   64 slots of 4.3 s                               of  4.6 min
 *   ...                                                       level 6: 146 years
 * </pre>
 *
 * An entry is on the level of the highest digit, to the base of 64, in which its slot's time differs from the wheel's. As time
 * goes on, the entries of a slot whose time has come move down. So the first slot in use of the lowest level in use
 * has the earliest entry.
 */
final class TimerWheel {
    static final long NEVER = Long.MAX_VALUE;

    private static final int SLOT_BITS = 20;
    private static final int DIGIT_BITS = 6;
    private static final int SLOTS = 1 << DIGIT_BITS;
    private static final int LEVELS = 7;
    private static final long LAST_TICK = (1L << (LEVELS * DIGIT_BITS)) - 1;

    /** An entry; subclasses are what becomes due. */
    abstract static class Entry {
        private @Nullable Entry previous;
        private @Nullable Entry next;
        private int slot;
        private long at = NEVER;

        /** When it is due; {@link TimerWheel#NEVER} if it is in no wheel. */
        final long at() {
            return at;
        }
    }

    private final long origin;
    private final @Nullable Entry[] heads = new Entry[LEVELS * SLOTS];
    /** By level: bit n is set if slot n has entries. */
    private final long[] used = new long[LEVELS];
    /** By slot: no entry of it is due earlier. */
    private final long[] leastOf = new long[LEVELS * SLOTS];
    /** Slots of level 0 since the origin; no entry is in an earlier one. */
    private long tick;

    private long earliest = NEVER;
    private boolean earliestKnown = true;

    /** @param now no entry is due before it, but at once */
    TimerWheel(long now) {
        this.origin = now;
        Arrays.fill(leastOf, NEVER);
    }

    /** Sets when an entry is due, be it in the wheel or not; a time that has passed is due at once. */
    void set(Entry entry, long at) {
        if (entry.at != NEVER) {
            cancel(entry);
        }
        if (at == NEVER) {
            return;
        }
        entry.at = at;
        link(entry);
        if (earliestKnown) {
            earliest = Math.min(earliest, at);
        }
    }

    /** Takes an entry out; nothing happens if it is not in. */
    void cancel(Entry entry) {
        if (entry.at != NEVER) {
            unlink(entry);
            if (entry.at <= earliest) {
                earliestKnown = false;
            }
            entry.at = NEVER;
        }
    }

    /**
     * When the earliest entry is due; {@link #NEVER} if there is none. It may be told too early, but no later than its slot
     * moves down: after a {@link #poll} then it is right.
     */
    long next() {
        if (!earliestKnown) {
            earliest = NEVER;
            int first = firstSlot();
            if (first >= SLOTS) {
                // Here may be thousands, all far away: none is looked at before its time.
                earliest = leastOf[first];
            } else if (first >= 0) {
                for (Entry entry = heads[first]; entry != null; entry = entry.next) {
                    earliest = Math.min(earliest, entry.at);
                }
            }
            earliestKnown = true;
        }
        return earliest;
    }

    /** Takes an entry that is due out, the earliest slot's first; null if none is. */
    @Nullable
    Entry poll(long now) {
        if (next() > now || firstSlot() < 0) {
            return null;
        }
        advance(Math.max(tick, tickOf(now)));
        return next() > now ? null : takeDue(firstSlot(), now);
    }

    /** Lets time go on as far as no slot in use is passed; those that are reached move down. */
    private void advance(long target) {
        for (int first = firstSlot(); first >= 0; first = firstSlot()) {
            long start = startOf(first);
            if (start > target) {
                break;
            }
            tick = Math.max(tick, start);
            if (first < SLOTS) {
                return;
            }
            moveDown(first);
        }
        tick = target;
    }

    private @Nullable Entry takeDue(int slot, long now) {
        for (Entry entry = heads[slot]; entry != null; entry = entry.next) {
            if (entry.at <= now) {
                cancel(entry);
                return entry;
            }
        }
        return null;
    }

    private void moveDown(int slot) {
        Entry entry = heads[slot];
        heads[slot] = null;
        emptied(slot);
        while (entry != null) {
            Entry following = entry.next;
            link(entry);
            entry = following;
        }
    }

    private void emptied(int slot) {
        used[slot >> DIGIT_BITS] &= ~(1L << (slot & (SLOTS - 1)));
        leastOf[slot] = NEVER;
        earliestKnown = false;
    }

    /** The first slot in use of the lowest level in use; -1 if there is none. Slots do not wrap around: see {@link #link}. */
    private int firstSlot() {
        for (int level = 0; level < LEVELS; level++) {
            if (used[level] != 0) {
                return level << DIGIT_BITS | Long.numberOfTrailingZeros(used[level]);
            }
        }
        return -1;
    }

    /** The time of a slot in use, in ticks. */
    private long startOf(int slot) {
        int shift = (slot >> DIGIT_BITS) * DIGIT_BITS;
        long above = tick >> (shift + DIGIT_BITS) << (shift + DIGIT_BITS);
        return above | (long) (slot & (SLOTS - 1)) << shift;
    }

    private long tickOf(long at) {
        return Math.min(LAST_TICK, Math.max(0, at - origin) >> SLOT_BITS);
    }

    /** All higher digits are those of the present tick, so that of this level is higher than the present one. */
    private void link(Entry entry) {
        long due = Math.max(tick, tickOf(entry.at));
        long differing = tick ^ due;
        int level = differing == 0 ? 0 : (63 - Long.numberOfLeadingZeros(differing)) / DIGIT_BITS;
        int digit = (int) (due >> level * DIGIT_BITS) & (SLOTS - 1);
        int slot = level << DIGIT_BITS | digit;
        Entry head = heads[slot];
        entry.slot = slot;
        entry.previous = null;
        entry.next = head;
        if (head != null) {
            head.previous = entry;
        }
        heads[slot] = entry;
        used[level] |= 1L << digit;
        leastOf[slot] = Math.min(leastOf[slot], entry.at);
    }

    private void unlink(Entry entry) {
        Entry before = entry.previous;
        Entry after = entry.next;
        if (after != null) {
            after.previous = before;
        }
        if (before != null) {
            before.next = after;
        } else {
            heads[entry.slot] = after;
            if (after == null) {
                emptied(entry.slot);
            }
        }
        entry.previous = null;
        entry.next = null;
    }
}
