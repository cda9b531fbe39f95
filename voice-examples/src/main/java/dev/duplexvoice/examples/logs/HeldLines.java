package dev.duplexvoice.examples.logs;

import dev.duplexvoice.VoiceException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;

/** Keeps lines back until all are known: to put them in the order of their times, or for the last ones. For one thread. */
public final class HeldLines implements LineSink {
    private record Held(Kind kind, byte[] bytes, String source, long number, long micros) {}

    /** For each line: objects and references. */
    private static final int OVERHEAD = 120;

    private final LineSink next;
    private final LogLine line;
    private final boolean byTime;
    private final int last;
    private final long most;
    private final Deque<Held> held = new ArrayDeque<>();

    private long size;
    private long micros = Timestamps.NONE;
    private String source = "";
    private long setBack;

    private HeldLines(LineSink next, RecordFilter filter, boolean byTime, int last, long most) {
        this.next = next;
        this.line = new LogLine(filter.fields());
        this.byTime = byTime;
        this.last = last;
        this.most = most;
    }

    /** In the order of their times, as much as fits a quarter of the heap. */
    public static HeldLines byTime(LineSink next, RecordFilter filter) {
        return new HeldLines(
                next, filter, true, Integer.MAX_VALUE, Runtime.getRuntime().maxMemory() / 4);
    }

    /** The last ones only. */
    public static HeldLines last(LineSink next, RecordFilter filter, int count) {
        return new HeldLines(next, filter, false, count, Runtime.getRuntime().maxMemory() / 4);
    }

    @Override
    public void line(Kind kind, byte[] bytes, int from, int to, String of, long number) {
        if (byTime) {
            time(kind, bytes, from, to, of);
        }
        held.addLast(new Held(kind, Arrays.copyOfRange(bytes, from, to), of, number, micros));
        size += to - from + OVERHEAD;
        if (held.size() > last) {
            size -= held.removeFirst().bytes.length + OVERHEAD;
        }
        if (size > most) {
            throw new VoiceException(
                    VoiceException.Code.UNSUPPORTED,
                    "these lines are more than the " + most / 1_000_000
                            + " MB that are kept to be sorted: narrow them with --since and --until, or give more memory"
                            + " with JAVA_TOOL_OPTIONS=-Xmx4g");
        }
    }

    /** What has no time stays behind the line before it. */
    private void time(Kind kind, byte[] bytes, int from, int to, String of) {
        if (!of.equals(source)) {
            source = of;
            micros = Timestamps.NONE;
        }
        if (kind == Kind.RECORD) {
            line.read(bytes, from, to);
            long found = line.micros();
            if (found != Timestamps.NONE) {
                setBack += found < micros ? 1 : 0;
                micros = found;
            }
        }
    }

    /** How often a line is earlier than the one before it in its file. */
    public long setBack() {
        return setBack;
    }

    @Override
    public void finish(Summary summary) {
        List<Held> lines = byTime
                ? held.stream().sorted(Comparator.comparingLong(Held::micros)).toList()
                : List.copyOf(held);
        for (Held one : lines) {
            next.line(one.kind, one.bytes, 0, one.bytes.length, one.source, one.number);
        }
        next.finish(summary);
    }

    @Override
    public boolean isDone() {
        return next.isDone();
    }
}
