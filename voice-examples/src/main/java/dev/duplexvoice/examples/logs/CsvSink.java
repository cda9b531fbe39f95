package dev.duplexvoice.examples.logs;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Records as CSV (RFC 4180) with a line of names first. What a spreadsheet would take for a formula gets an apostrophe before it. */
public final class CsvSink implements LineSink {
    /** What most people look at. */
    public static final List<String> USUAL = List.of(
            "timestamp", "level", "logger", "session_id", "message", "duration_ms", "error_type", "error_message");

    private final Output out;
    private final List<Field> columns;
    private final Field message;
    private final LogLine line;
    private @Nullable String @Nullable [] pending;

    /** Of an output; begins with the names. */
    public CsvSink(Output out, RecordFilter filter, List<String> names) {
        this.out = out;
        this.columns = names.stream().map(filter.fields()::named).toList();
        this.message = filter.fields().message;
        this.line = new LogLine(filter.fields());
        row(names.toArray(new String[0]));
    }

    @Override
    public void line(Kind kind, byte[] bytes, int from, int to, String source, long number) {
        int text = columns.indexOf(message);
        if (kind == Kind.MORE && pending != null) {
            if (text >= 0) {
                pending[text] += "\n" + new String(bytes, from, to - from, StandardCharsets.UTF_8);
            }
            return;
        }
        pass();
        line.read(bytes, from, to);
        @Nullable String[] row = new String[columns.size()];
        for (int i = 0; i < row.length; i++) {
            row[i] = line.isRecord() ? line.text(columns.get(i)) : i == text ? line.line() : null;
        }
        pending = row;
    }

    private void pass() {
        if (pending != null) {
            row(pending);
            pending = null;
        }
    }

    private void row(@Nullable String[] cells) {
        for (int i = 0; i < cells.length; i++) {
            out.add(i == 0 ? "" : ",").add(cells[i] == null ? "" : cell(String.valueOf(cells[i])));
        }
        out.add("\r\n");
    }

    static String cell(String value) {
        // Line ends are the value's own within quotes; what steers a terminal is not.
        String text = String.join("\n", value.lines().map(Printable::of).toList());
        if (!text.isEmpty() && "=+-@\t".indexOf(text.charAt(0)) >= 0 && Double.isNaN(JsonText.number(text))) {
            text = "'" + text;
        }
        boolean plain = text.chars().noneMatch(c -> c == '"' || c == ',' || c == '\n');
        return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
    }

    @Override
    public void finish(Summary summary) {
        pass();
        out.flush();
    }

    @Override
    public boolean isDone() {
        return out.isClosed();
    }
}
