package dev.duplexvoice.examples.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** Runs a command in this process. */
final class Cli {
    final int code;
    final String out;
    final String err;

    private Cli(int code, String out, String err) {
        this.code = code;
        this.out = out;
        this.err = err;
    }

    static Cli run(Object... args) {
        return run(new StringWriter(), args);
    }

    /** With its results in a writer of the caller's. */
    static Cli run(Writer out, Object... args) {
        StringWriter err = new StringWriter();
        String[] texts = new String[args.length];
        for (int i = 0; i < args.length; i++) {
            texts[i] = args[i].toString();
        }
        int code = VoiceCommand.execute(out, new PrintWriter(err, true), texts);
        return new Cli(code, out.toString(), err.toString());
    }

    /** A test recording or model; the test is skipped where there are none, and fails where one is missing. */
    static Path fixture(String name) {
        String folder = System.getenv("VOICE_FIXTURES");
        Assumptions.assumeTrue(folder != null, "VOICE_FIXTURES is not set: no fixtures, test skipped");
        Path file = Path.of(String.valueOf(folder), name);
        if (!Files.exists(file)) {
            throw new AssertionError(file + " is missing: VOICE_FIXTURES must name the folder of the fixtures");
        }
        return file;
    }
}
