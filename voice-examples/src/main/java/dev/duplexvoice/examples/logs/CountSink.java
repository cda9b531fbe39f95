package dev.duplexvoice.examples.logs;

import org.jspecify.annotations.Nullable;

/** Counts the values of a field. */
public final class CountSink implements LineSink {
    private final Fields fields;
    private final LogLine line;
    private final Field field;
    private final Counts counts = new Counts();
    private long without;

    /** For the records of a filter. */
    public CountSink(RecordFilter filter, String field) {
        this.fields = filter.fields();
        this.field = fields.named(field);
        this.line = new LogLine(fields);
    }

    @Override
    public void line(Kind kind, byte[] bytes, int from, int to, String source, long number) {
        if (kind != Kind.RECORD) {
            return;
        }
        line.read(bytes, from, to);
        @Nullable String value = line.text(field);
        if (value == null) {
            without++;
        } else {
            counts.add(value);
        }
    }

    /** What was counted. */
    public Counts counts() {
        return counts;
    }

    /** If no record has the field: what the last one does have, as the end of a sentence. */
    public String hint() {
        if (!counts.sorted().isEmpty() || line.form() != LogLine.Form.JSON) {
            return "";
        }
        StringBuilder names = new StringBuilder();
        Entry.of(line, fields)
                .fieldNames()
                .forEachRemaining(
                        name -> names.append(names.isEmpty() ? "" : ", ").append(Printable.of(name)));
        return "; the last one has " + names;
    }

    /** Records that do not have the field. */
    public long without() {
        return without;
    }
}
