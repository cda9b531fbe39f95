package dev.duplexvoice.examples.logs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/** Records as lines for people. */
public final class TextSink extends EntrySink {
    private final Output out;
    private final Style style;
    private final Rendering rendering;
    private final boolean places;
    private final boolean offsets;
    private long first = Timestamps.NONE;

    /**
     * Of an output.
     *
     * @param places whether file and number are put before each line
     * @param offsets whether the seconds since the first record are
     */
    public TextSink(Output out, RecordFilter filter, Style style, boolean places, boolean offsets) {
        super(filter);
        this.out = out;
        this.style = style;
        this.rendering = new Rendering(style);
        this.places = places;
        this.offsets = offsets;
    }

    @Override
    void entry(ObjectNode entry, long micros, String source, long number) {
        if (offsets) {
            first = first == Timestamps.NONE ? micros : first;
            out.add(
                    micros == Timestamps.NONE
                            ? "           ? "
                            : String.format(Locale.ROOT, "%+11.3fs ", (micros - first) / 1e6));
        }
        if (places) {
            out.add(style.dim(Printable.of(source) + ":" + number + ":")).add(" ");
        }
        out.line(rendering.of(entry));
    }

    @Override
    boolean orphan(String text) {
        out.line("    " + Printable.of(text));
        return true;
    }

    @Override
    public void gap() {
        pass();
        out.line("--");
    }

    @Override
    public void flush() {
        pass();
        out.flush();
    }

    @Override
    void end(Summary summary) {
        out.flush();
    }

    @Override
    public boolean isDone() {
        return out.isClosed();
    }
}
