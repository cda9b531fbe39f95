package dev.duplexvoice.examples.logs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.Map;
import java.util.function.Supplier;

/**
 * One JSON object with all records, written as they come: {@code entries}, each with {@code _source} and {@code _line}, and behind
 * them the numbers. Or an array of the records alone.
 */
public final class JsonSink extends EntrySink {
    /** What is made of the records. */
    public enum Form {
        /** An object of records and numbers. */
        OBJECT,
        /** The same, each record with {@code _t}, the seconds since the first. */
        OBJECT_WITH_OFFSETS,
        /** An array of records as they were logged. */
        ARRAY
    }

    private final Output out;
    private final Form form;
    private final Supplier<Map<String, ?>> more;
    private boolean begun;
    private long first = Timestamps.NONE;

    /**
     * Of an output.
     *
     * @param more what else the object has, asked for at the end
     */
    public JsonSink(Output out, RecordFilter filter, Form form, Supplier<Map<String, ?>> more) {
        super(filter);
        this.out = out;
        this.form = form;
        this.more = more;
    }

    @Override
    void entry(ObjectNode entry, long micros, String source, long number) {
        if (form != Form.ARRAY) {
            entry.put("_source", source).put("_line", number);
        }
        if (form == Form.OBJECT_WITH_OFFSETS && micros != Timestamps.NONE) {
            first = first == Timestamps.NONE ? micros : first;
            entry.put("_t", BigDecimal.valueOf(micros - first, 6));
        }
        out.add(begun ? ",\n" : opening()).add(Entry.json(entry));
        begun = true;
    }

    private String opening() {
        return form == Form.ARRAY ? "[" : "{\"entries\":[";
    }

    @Override
    void end(Summary summary) {
        out.add(begun ? "]" : opening() + "]");
        if (form != Form.ARRAY) {
            ObjectNode rest = Entry.MAPPER.createObjectNode();
            rest.setAll((ObjectNode) Entry.MAPPER.valueToTree(more.get()));
            rest.setAll((ObjectNode) Entry.MAPPER.valueToTree(summary.fields()));
            out.add(",").add(Entry.json(rest).substring(1));
        }
        out.line("");
        out.flush();
    }

    @Override
    public boolean isDone() {
        return out.isClosed();
    }
}
