package dev.duplexvoice.examples.logs;

import java.io.PrintWriter;

/** Where results go, in pieces of a size that costs little. For one thread. */
public final class Output {
    private static final int PIECE = 16 << 10;

    private final PrintWriter out;
    private final StringBuilder waiting = new StringBuilder(2 * PIECE);

    /** Of results that are written there. */
    public Output(PrintWriter out) {
        this.out = out;
    }

    /** Adds a text, long ones in pieces: an encoder takes a copy of each. */
    Output add(String text) {
        if (text.length() > PIECE) {
            write();
            for (int i = 0; i < text.length(); ) {
                int end = Math.min(text.length(), i + PIECE);
                if (end < text.length() && Character.isHighSurrogate(text.charAt(end - 1))) {
                    end++;
                }
                out.write(text, i, end - i);
                i = end;
            }
            return this;
        }
        waiting.append(text);
        if (waiting.length() >= PIECE) {
            write();
        }
        return this;
    }

    void line(String text) {
        add(text).add("\n");
    }

    private void write() {
        if (waiting.length() > 0) {
            out.write(waiting.toString());
            waiting.setLength(0);
        }
    }

    /** Hands everything on to who reads it. */
    public void flush() {
        write();
        out.flush();
    }

    /** Whether nobody reads it any more. */
    boolean isClosed() {
        return out.checkError();
    }
}
