package dev.duplexvoice.benchmarks.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Where results go. A {@link PrintWriter} hides that nothing can be written; this keeps why. */
final class Results extends FilterWriter {
    private @Nullable IOException failure;

    Results(Writer out) {
        super(out);
    }

    /** The process's stdout; always UTF-8: results are for programs, which do not know the locale. */
    static Writer stdout() {
        return new OutputStreamWriter(new FileOutputStream(FileDescriptor.out), StandardCharsets.UTF_8);
    }

    /** The process's stderr, UTF-8 as well. */
    static PrintWriter stderr() {
        return new PrintWriter(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
    }

    /** The exit code of a command that ended with this one: what was not written is not done. */
    int exitCode(int code, PrintWriter err) {
        if (failure == null || code != 0) {
            return code;
        }
        String reason = String.valueOf(failure.getMessage());
        // A reader that has seen enough, such as head, wants no message either.
        if (!reason.toLowerCase(Locale.ROOT).contains("broken pipe")) {
            err.println("voice: stdout cannot be written: " + reason);
        }
        return 1;
    }

    private interface Action {
        void run() throws IOException;
    }

    private void attempt(Action action) throws IOException {
        if (failure != null) {
            throw failure;
        }
        try {
            action.run();
        } catch (IOException e) {
            failure = e;
            throw e;
        }
    }

    @Override
    public void write(int c) throws IOException {
        attempt(() -> out.write(c));
    }

    @Override
    public void write(char[] buffer, int offset, int length) throws IOException {
        attempt(() -> out.write(buffer, offset, length));
    }

    @Override
    public void write(String text, int offset, int length) throws IOException {
        attempt(() -> out.write(text, offset, length));
    }

    @Override
    public void flush() throws IOException {
        attempt(out::flush);
    }
}
