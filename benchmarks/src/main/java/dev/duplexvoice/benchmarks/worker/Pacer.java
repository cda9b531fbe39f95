package dev.duplexvoice.benchmarks.worker;

import java.util.Comparator;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * Gives streams a frame every 20 ms, by a schedule that does not wait for anybody: who is late has his frame late, and the next one is
 * due when it was. Each frame begins with the time at which it was due, so that a reader knows how late it is. One thread for all.
 */
final class Pacer implements AutoCloseable {
    private static final int STAMP = Long.BYTES / Short.BYTES;

    private final BlockingQueue<Live> due = new PriorityBlockingQueue<>(64, Comparator.comparingLong(Live::nextDue));

    private final Thread thread = new Thread(this::run, "bench-pacer");

    Pacer() {
        thread.setDaemon(true);
        thread.start();
    }

    /** A stream whose first frame is there in 20 ms. */
    Live begin(Runnable readable) {
        Live stream = new Live(readable, System.nanoTime());
        due.add(stream);
        return stream;
    }

    /** When this frame was due, on {@link System#nanoTime}'s clock, which the processes of a machine share. */
    static long dueAt(short[] frame) {
        long nanos = 0;
        for (int i = 0; i < STAMP; i++) {
            nanos |= (frame[i] & 0xFFFFL) << (Short.SIZE * i);
        }
        return nanos;
    }

    static void await(long nanos) {
        for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private void run() {
        try {
            while (true) {
                Live next = due.take();
                await(next.nextDue());
                if (!next.isCancelled()) {
                    next.make();
                    due.add(next);
                }
            }
        } catch (InterruptedException e) {
            // Closed.
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    static final class Live extends PreparedVoices.Stream {
        private final Runnable readable;
        private final long begun;
        private volatile long made;
        private long given;
        private volatile boolean waiting;

        private Live(Runnable readable, long begun) {
            this.readable = readable;
            this.begun = begun;
        }

        private long nextDue() {
            return begun + (made + 1) * PreparedVoices.PERIOD;
        }

        private void make() {
            made = made + 1; // by one thread only
            if (waiting) {
                waiting = false;
                readable.run();
            }
        }

        @Override
        public int read(short[] buffer, int offset, int length) {
            if (isCancelled()) {
                return END;
            }
            if (length < PreparedVoices.FRAME) {
                throw new IllegalArgumentException("length=" + length + ": must be a frame at least");
            }
            if (given == made) {
                waiting = true;
                if (given == made) {
                    return 0;
                }
            }
            given++;
            long stamp = begun + given * PreparedVoices.PERIOD;
            for (int i = 0; i < PreparedVoices.FRAME; i++) {
                buffer[offset + i] = i < STAMP ? (short) (stamp >> (Short.SIZE * i)) : (short) i;
            }
            return PreparedVoices.FRAME;
        }
    }
}
