package dev.duplexvoice.internal;

import dev.duplexvoice.audio.AudioFormat;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The caller's samples on their way from the host to the audio loop: one producer, one consumer, neither waits. When too many
 * wait, the producer takes the oldest away and goes on, so both sides move the position of what was taken, each with a
 * compare-and-set. The consumer copies samples out before it does: samples that were taken away meanwhile, and perhaps
 * overwritten while they were copied, are then not its own.
 *
 * <p>Positions count all samples that were put in. The memory has 100 ms, grows up to the limit while the loop is late or the host puts
 * in much at once, and shrinks again. A sample is where its position modulo the memory's length says, and nothing is written
 * to a memory that has been replaced, so a consumer that still reads it finds what it looks for.
 */
final class InputRing {
    private static final VarHandle TAKEN;

    static {
        try {
            TAKEN = MethodHandles.lookup().findVarHandle(InputRing.class, "taken", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Samples that wait at most: 1.28 s. A host that puts in more at once is not in real time. */
    private static final int LIMIT_MILLIS = 1_280;

    private static final int USUAL_MILLIS = 100;
    /** So many calls find little waiting before a memory that has grown is given back. */
    private static final int CALM_CALLS = 1_000;

    private final int limit;
    private final int usual;
    /** The producer's: calls since there was more than usual. */
    private int calm;

    private volatile short[] memory;
    private volatile long written;
    private volatile long taken;
    private volatile long dropped;
    /** The consumer's: the position after what it polled last. */
    private long position;

    InputRing(AudioFormat format) {
        limit = format.sampleRate() * LIMIT_MILLIS / 1_000;
        usual = powerOfTwo(format.sampleRate() * USUAL_MILLIS / 1_000);
        memory = new short[usual];
    }

    private static int powerOfTwo(int atLeast) {
        return Integer.highestOneBit(atLeast - 1) * 2;
    }

    /** Samples that wait at most, and that one call takes at most. */
    int limit() {
        return limit;
    }

    /** Samples ever put in. Any thread. */
    long written() {
        return written;
    }

    /** Samples that were taken away because they were the oldest of too many. Any thread. */
    long dropped() {
        return dropped;
    }

    /** Puts samples in, at most {@link #limit()}. Returns how many were taken away for them. Producer only. */
    int offer(short[] samples, int offset, int length) {
        long from = written;
        long to = from + length;
        int lost = makeRoom(to - limit);
        short[] ring = memory;
        long waiting = to - taken;
        if (waiting > ring.length) {
            ring = resize(ring, from, powerOfTwo((int) waiting));
        } else if (ring.length > usual && waiting > usual) {
            calm = 0;
        } else if (ring.length > usual && ++calm == CALM_CALLS) {
            ring = resize(ring, from, usual);
        }
        int start = (int) from & (ring.length - 1);
        int first = Math.min(length, ring.length - start);
        System.arraycopy(samples, offset, ring, start, first);
        System.arraycopy(samples, offset + first, ring, 0, length - first);
        written = to;
        return lost;
    }

    private int makeRoom(long oldest) {
        while (true) {
            long current = taken;
            if (current >= oldest) {
                return 0;
            }
            if (TAKEN.compareAndSet(this, current, oldest)) {
                int lost = (int) (oldest - current);
                dropped = dropped + lost;
                return lost;
            }
        }
    }

    private short[] resize(short[] old, long end, int length) {
        short[] other = new short[length];
        for (long at = taken; at < end; at++) {
            other[(int) at & (length - 1)] = old[(int) at & (old.length - 1)];
        }
        calm = 0;
        memory = other;
        return other;
    }

    /** Takes the oldest samples, as many as there are and fit; 0 if there are none. Consumer only. */
    int poll(short[] target) {
        while (true) {
            long from = taken;
            // Before the memory: what is written up to here is in the memory read next, or one that came after it.
            int length = (int) Math.min(target.length, written - from);
            if (length <= 0) {
                return 0;
            }
            short[] ring = memory;
            int start = (int) from & (ring.length - 1);
            int first = Math.min(length, ring.length - start);
            System.arraycopy(ring, start, target, 0, first);
            System.arraycopy(ring, 0, target, first, length - first);
            if (TAKEN.compareAndSet(this, from, from + length)) {
                position = from + length;
                return length;
            }
        }
    }

    /** The position after what was polled last. Consumer only. */
    long position() {
        return position;
    }
}
