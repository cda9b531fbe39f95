package dev.duplexvoice.http;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Time that a test moves. */
final class ManualTimers implements Timers {
    private record Entry(long at, Runnable call) {}

    private final List<Entry> entries = new ArrayList<>();
    private final List<Duration> delays = new ArrayList<>();
    private long now;

    @Override
    public synchronized long nanoTime() {
        return now;
    }

    @Override
    public synchronized Timer schedule(long nanos, Runnable call) {
        Entry entry = new Entry(now + nanos, call);
        entries.add(entry);
        delays.add(Duration.ofNanos(nanos));
        notifyAll();
        return () -> {
            synchronized (this) {
                entries.remove(entry);
            }
        };
    }

    /** Every delay that was asked for, in order. */
    synchronized List<Duration> delays() {
        return List.copyOf(delays);
    }

    /** Returns once so many calls have been scheduled in all. */
    synchronized void awaitScheduled(int count) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (delays.size() < count) {
            if (System.nanoTime() > end) {
                throw new AssertionError("scheduled were only " + delays);
            }
            wait(100);
        }
    }

    void advance(Duration by) {
        List<Entry> due;
        synchronized (this) {
            now += by.toNanos();
            due = entries.stream().filter(entry -> entry.at <= now).toList();
            entries.removeAll(due);
        }
        due.forEach(entry -> entry.call.run());
    }
}
