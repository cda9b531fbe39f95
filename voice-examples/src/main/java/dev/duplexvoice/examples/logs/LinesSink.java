package dev.duplexvoice.examples.logs;

import java.nio.charset.StandardCharsets;

/** Lines as they were logged, so that what reads logs can read them; only control characters are escaped. */
public final class LinesSink implements LineSink {
    private final Output out;
    private final boolean places;

    /**
     * Of an output.
     *
     * @param places whether file and number are put before each line
     */
    public LinesSink(Output out, boolean places) {
        this.out = out;
        this.places = places;
    }

    @Override
    public void line(Kind kind, byte[] bytes, int from, int to, String source, long number) {
        if (places) {
            String mark = kind == Kind.CONTEXT ? "-" : ":";
            out.add(Printable.of(source)).add(mark).add(Long.toString(number)).add(mark);
        }
        if (Bytes.isPrintableAscii(bytes, from, to)) {
            out.line(new String(bytes, from, to - from, StandardCharsets.ISO_8859_1)); // the same, and cheaper
        } else {
            out.line(Printable.of(new String(bytes, from, to - from, StandardCharsets.UTF_8)));
        }
    }

    @Override
    public void gap() {
        out.line("--");
    }

    @Override
    public void flush() {
        out.flush();
    }

    @Override
    public void finish(Summary summary) {
        out.flush();
    }

    @Override
    public boolean isDone() {
        return out.isClosed();
    }
}
