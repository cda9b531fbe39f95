package dev.duplexvoice.examples.logs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Makes whole records of lines: what belongs to one comes with it. */
abstract class EntrySink implements LineSink {
    private final Fields fields;
    private final LogLine line;
    private @Nullable ObjectNode pending;
    private long micros;
    private String pendingSource = "";
    private long pendingNumber;
    private long lastNumber;

    EntrySink(RecordFilter filter) {
        this.fields = filter.fields();
        this.line = new LogLine(fields);
    }

    /**
     * A whole record.
     *
     * @param micros its time, or {@link Timestamps#NONE}
     */
    abstract void entry(ObjectNode entry, long micros, String source, long number);

    @Override
    public final void line(Kind kind, byte[] bytes, int from, int to, String source, long number) {
        if (kind == Kind.MORE && pending != null && number == lastNumber + 1 && source.equals(pendingSource)) {
            Entry.more(pending, new String(bytes, from, to - from, StandardCharsets.UTF_8));
            lastNumber = number;
            return;
        }
        pass();
        if (kind == Kind.MORE && orphan(new String(bytes, from, to - from, StandardCharsets.UTF_8))) {
            return;
        }
        line.read(bytes, from, to);
        pending = Entry.of(line, fields);
        micros = line.micros();
        pendingSource = source;
        pendingNumber = number;
        lastNumber = number;
    }

    /** A line of a record that was handed on without it, or not at all; false makes it a record of its own. */
    boolean orphan(String text) {
        return false;
    }

    /** Hands on the record that was waiting for what belongs to it. */
    final void pass() {
        if (pending != null) {
            entry(pending, micros, pendingSource, pendingNumber);
            pending = null;
        }
    }

    @Override
    public final void finish(Summary summary) {
        pass();
        end(summary);
    }

    abstract void end(Summary summary);
}
