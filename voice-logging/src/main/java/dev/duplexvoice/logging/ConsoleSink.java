package dev.duplexvoice.logging;

import java.io.PrintStream;
import java.util.function.Supplier;

/** What the process prints to. */
final class ConsoleSink implements LineSink {
    private final Supplier<PrintStream> stream;
    private final LogTrouble trouble;

    ConsoleSink(Supplier<PrintStream> stream, LogTrouble trouble) {
        this.stream = stream;
        this.trouble = trouble;
    }

    @Override
    public void write(byte[] line) {
        stream.get().write(line, 0, line.length);
        trouble.written(1);
    }

    @Override
    public void flush() {
        stream.get().flush();
    }

    @Override
    public void refused() {
        trouble.lost(1);
    }

    /** Nobody can be told on a console that does not take lines. */
    @Override
    public void lost(long lines) {}

    @Override
    public void close() {
        flush();
    }
}
