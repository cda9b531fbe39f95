package dev.duplexvoice.examples.logs;

import org.jspecify.annotations.Nullable;

/** Counts the types of what passes: {@code error_type}, or the message of those that have none. */
public final class ErrorTypes implements LineSink {
    private final Fields fields;
    private final LogLine line;
    private final LineSink next;
    private final boolean lines;
    private final Counts counts = new Counts();

    /**
     * Of what another sink gets.
     *
     * @param lines whether it gets the lines; if not, only the end
     */
    public ErrorTypes(RecordFilter filter, LineSink next, boolean lines) {
        this.lines = lines;
        this.fields = filter.fields();
        this.line = new LogLine(fields);
        this.next = next;
    }

    @Override
    public void line(Kind kind, byte[] bytes, int from, int to, String source, long number) {
        if (kind == Kind.RECORD) {
            line.read(bytes, from, to);
            @Nullable String type = line.text(fields.errorType);
            String name = type == null || type.isBlank() ? line.text(fields.message) : type;
            counts.add(name == null ? "(neither error_type nor message)" : name);
        }
        if (lines) {
            next.line(kind, bytes, from, to, source, number);
        }
    }

    /** What was counted. */
    public Counts counts() {
        return counts;
    }

    @Override
    public void gap() {
        next.gap();
    }

    @Override
    public void flush() {
        next.flush();
    }

    @Override
    public void finish(Summary summary) {
        next.finish(summary);
    }

    @Override
    public boolean isDone() {
        return next.isDone();
    }
}
