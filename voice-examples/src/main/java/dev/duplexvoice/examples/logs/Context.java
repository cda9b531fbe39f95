package dev.duplexvoice.examples.logs;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/** Adds the lines around those that were found, each once, and tells where lines are missing between them. For one thread. */
final class Context {
    private record Kept(byte[] bytes, String source, long number) {}

    private final int before;
    private final int after;
    private final LineSink sink;
    private final Deque<Kept> kept = new ArrayDeque<>();

    private int due;
    private boolean told;
    private boolean missing;

    Context(int before, int after, LineSink sink) {
        this.before = before;
        this.after = after;
        this.sink = sink;
    }

    /** Another source begins. */
    void begin() {
        kept.clear();
        due = 0;
        missing = true;
    }

    void line(boolean found, LineSink.Kind kind, byte[] bytes, int from, int to, String source, long number) {
        if (found) {
            if (missing && told && before + after > 0) {
                sink.gap();
            }
            for (Kept near : kept) {
                sink.line(LineSink.Kind.CONTEXT, near.bytes, 0, near.bytes.length, near.source, near.number);
            }
            kept.clear();
            sink.line(kind, bytes, from, to, source, number);
            due = after;
            told = true;
            missing = false;
        } else if (due > 0) {
            due--;
            sink.line(LineSink.Kind.CONTEXT, bytes, from, to, source, number);
        } else if (before > 0) {
            if (kept.size() == before) {
                kept.removeFirst();
                missing = true;
            }
            kept.addLast(new Kept(Arrays.copyOfRange(bytes, from, to), source, number));
        } else {
            missing = true;
        }
    }
}
