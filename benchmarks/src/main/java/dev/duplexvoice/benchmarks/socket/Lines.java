package dev.duplexvoice.benchmarks.socket;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** All clients, on one thread: each sends 20 ms every 20 ms, at a moment of its own, and reports its playout every 100 ms. */
final class Lines implements AutoCloseable {
    private static final int PHASES = 20;
    private static final long STEP_NANOS = 1_000_000;
    private static final int REPORT_STEPS = 100;

    private final List<Line> lines = new ArrayList<>();
    private final Selector selector;
    private final int port;
    private long steps;

    Lines(int port) throws IOException {
        this.port = port;
        this.selector = Selector.open();
    }

    /** Calls, a few at a time, until so many talk. */
    void open(int count) throws IOException {
        Arrivals ignored = new Arrivals();
        while (lines.size() < count) {
            for (int i = 0; i < 5 && lines.size() < count; i++) {
                Line line = new Line(port);
                line.channel.register(selector, SelectionKey.OP_READ, line);
                lines.add(line);
            }
            run(TimeUnit.MILLISECONDS.toNanos(20), ignored);
        }
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!lines.stream().allMatch(Line::isStarted)) {
            if (System.nanoTime() > until) {
                throw new IOException("not all sessions were opened within 30 s");
            }
            run(TimeUnit.MILLISECONDS.toNanos(100), ignored);
        }
    }

    /** Talks and listens for so long. */
    void run(long nanos, Arrivals arrivals) throws IOException {
        long start = System.nanoTime();
        long begun = steps;
        while (System.nanoTime() - start < nanos) {
            long due = start + (steps - begun) * STEP_NANOS;
            long wait = due - System.nanoTime();
            if (wait > 0) {
                selector.select(key -> read(key, arrivals), Math.max(1, wait / STEP_NANOS));
            } else {
                selector.selectNow(key -> read(key, arrivals));
            }
            if (System.nanoTime() >= due) {
                step();
            }
        }
    }

    private static void read(SelectionKey key, Arrivals arrivals) {
        try {
            ((Line) key.attachment()).read(arrivals);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void step() throws IOException {
        int phase = (int) (steps % PHASES);
        for (int i = phase; i < lines.size(); i += PHASES) {
            lines.get(i).speak();
        }
        int reporting = (int) (steps % REPORT_STEPS);
        for (int i = reporting; i < lines.size(); i += REPORT_STEPS) {
            lines.get(i).reportPlayout();
        }
        steps++;
    }

    /** Those to which no frame has come since this was last asked. */
    long silent() {
        return lines.stream().filter(line -> !line.isAlive()).count();
    }

    long frames() {
        return lines.stream().mapToLong(Line::frames).sum();
    }

    long dropped() {
        return lines.stream().mapToLong(Line::dropped).sum();
    }

    @Override
    public void close() throws IOException {
        for (Line line : lines) {
            line.close();
        }
        selector.close();
    }
}
