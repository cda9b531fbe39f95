package dev.duplexvoice.logging;

import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Brings lines to a sink on a thread of its own, so that a disk or a pipe that hangs holds up nobody who logs. Bounded by bytes; what does
 * not fit is lost and counted.
 */
final class LineQueue implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 2;

    private final LineSink sink;
    private final long most;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Condition idle = lock.newCondition();
    private ArrayDeque<byte[]> waiting = new ArrayDeque<>();
    private long bytes;
    private long lost;
    private boolean busy;
    private boolean closed;

    LineQueue(LineSink sink, String name, long mostBytes) {
        this.sink = sink;
        this.most = mostBytes;
        this.thread = new Thread(this::run, "voice-log-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Any thread; false if the line is lost because too many wait. */
    boolean offer(byte[] line) {
        lock.lock();
        try {
            // One line is always taken, however long it is.
            if (closed || bytes > 0 && bytes + line.length > most) {
                lost++;
                // At once: who looks while the disk hangs must see it.
                sink.refused();
                return false;
            }
            waiting.add(line);
            bytes += line.length;
            if (waiting.size() == 1) {
                changed.signal();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        ArrayDeque<byte[]> batch = new ArrayDeque<>();
        while (true) {
            long gone;
            lock.lock();
            try {
                busy = false;
                idle.signalAll();
                while (waiting.isEmpty() && !closed) {
                    changed.awaitUninterruptibly();
                }
                if (waiting.isEmpty()) {
                    break;
                }
                ArrayDeque<byte[]> full = waiting;
                waiting = batch;
                batch = full;
                bytes = 0;
                gone = lost;
                lost = 0;
                busy = true;
            } finally {
                lock.unlock();
            }
            if (gone > 0) {
                sink.lost(gone);
            }
            for (byte[] line = batch.poll(); line != null; line = batch.poll()) {
                write(line);
            }
            sink.flush();
        }
        sink.close();
    }

    /** What no sink expects, too little memory for one, costs a line and not the thread, which nobody would replace. */
    private void write(byte[] line) {
        try {
            sink.write(line);
        } catch (RuntimeException | Error e) {
            sink.refused();
        }
    }

    /** Waits until all that was offered is written; false if that takes longer. */
    boolean flush(long time, TimeUnit unit) {
        long left = unit.toNanos(time);
        lock.lock();
        try {
            while ((busy || !waiting.isEmpty()) && thread.isAlive()) {
                if (left <= 0) {
                    return false;
                }
                left = idle.awaitNanos(left);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** Takes no more, and waits a moment for what is there. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            thread.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
