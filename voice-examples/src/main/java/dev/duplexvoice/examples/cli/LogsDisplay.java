package dev.duplexvoice.examples.cli;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.examples.logs.Follow;
import dev.duplexvoice.examples.logs.HeldLines;
import dev.duplexvoice.examples.logs.JsonSink;
import dev.duplexvoice.examples.logs.LineSink;
import dev.duplexvoice.examples.logs.LinesSink;
import dev.duplexvoice.examples.logs.LogFiles;
import dev.duplexvoice.examples.logs.LogSearch;
import dev.duplexvoice.examples.logs.Output;
import dev.duplexvoice.examples.logs.RecordFilter;
import dev.duplexvoice.examples.logs.Style;
import dev.duplexvoice.examples.logs.Summary;
import dev.duplexvoice.examples.logs.TextSink;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/** How lines are shown; the same for all of {@code voice logs} that shows lines. */
final class LogsDisplay {
    private static final long LOOK_AGAIN_MS = 200;

    /** What a line looks like. */
    enum Format {
        /** As it was logged. */
        LINES,
        /** For people. */
        TEXT
    }

    /** When there are colours. */
    enum Colour {
        /** On a terminal. */
        AUTO,
        /** Anywhere. */
        ALWAYS,
        /** Nowhere. */
        NEVER
    }

    @Option(names = "--tail", paramLabel = "N", description = "The last N lines only.")
    private @Nullable Integer tail;

    @Option(
            names = {"-f", "--follow"},
            description =
                    "Go on with what is added, through rotations; begins at the end, or with --since and --last there.")
    private boolean follow;

    @Option(
            names = "--format",
            paramLabel = "F",
            description = "text for people, lines as they were logged: text on a terminal, else lines.")
    private @Nullable Format format;

    @Option(names = "--color", paramLabel = "WHEN", description = "auto, always or never; auto minds NO_COLOR.")
    private Colour color = Colour.AUTO;

    @Option(
            names = {"-H", "--places"},
            description = "Put file and line number before each line.")
    private boolean places;

    @Option(names = "--json", description = "Print one JSON object: entries, and what was read.")
    private boolean json;

    /** What is shown, and how. */
    record Task(
            CommandSpec spec,
            LogsSelection selection,
            List<String> names,
            RecordFilter filter,
            LogSearch search,
            UnaryOperator<LineSink> around,
            Supplier<Map<String, ?>> more,
            boolean byTime) {}

    boolean json() {
        return json;
    }

    /** Whether lines are for people. */
    boolean isText() {
        return (format == null ? Terminal.isStdout() || color == Colour.ALWAYS : format == Format.TEXT) && !json;
    }

    /** Shows what a search finds and returns the exit code. */
    int show(Task task) {
        check(task.spec);
        checkOptions(task);
        LogFiles files = task.selection.find(task.spec, task.names);
        Output out = new Output(task.spec.commandLine().getOut());
        boolean stdin = files.sources().stream().anyMatch(source -> source.file() == null);
        if (follow && stdin && files.sources().size() > 1) {
            throw new IllegalArgumentException("--follow: stdin and files do not go together; give one of them");
        }
        LineSink sink = task.around.apply(sink(task, out, files.sources().size() > 1));
        HeldLines held = task.byTime
                ? HeldLines.byTime(sink, task.filter)
                : tail == null ? null : HeldLines.last(sink, task.filter, tail);
        if (follow && !stdin) { // which is read as it comes anyway
            return follow(task, sink);
        }
        Summary summary = task.search.run(files.sources(), held == null ? sink : held);
        PrintWriter err = task.spec.commandLine().getErr();
        if (task.byTime && held != null && held.setBack() > 0) {
            err.println("voice: lines that are earlier than the one before them in their file: " + held.setBack()
                    + " (a clock was set back); shown in the order of their times");
        }
        return tell(err, summary, files);
    }

    /** Tells what was wrong and returns the exit code: what was not read is not done. */
    static int tell(PrintWriter err, Summary summary, LogFiles files) {
        summary.problems().forEach(problem -> err.println("voice: " + problem));
        String remarks = summary.remarks();
        if (!remarks.isEmpty()) {
            err.println("voice: " + remarks);
        }
        return summary.problems().isEmpty() && files.problems().isEmpty() ? 0 : VoiceCommand.FAILED;
    }

    private LineSink sink(Task task, Output out, boolean many) {
        if (json) {
            return new JsonSink(
                    out,
                    task.filter,
                    task.byTime ? JsonSink.Form.OBJECT_WITH_OFFSETS : JsonSink.Form.OBJECT,
                    task.more);
        }
        if (!isText()) {
            return new LinesSink(out, places);
        }
        boolean coloured = color == Colour.ALWAYS || color == Colour.AUTO && Terminal.takesColours();
        return new TextSink(
                out, task.filter, coloured ? Style.COLOURED : Style.PLAIN, places || many || task.byTime, task.byTime);
    }

    private void checkOptions(Task task) {
        if (tail != null && tail < 1) {
            throw new IllegalArgumentException("--tail=" + tail + ": give a number of lines, 1 or more");
        }
        if (follow && (json || tail != null || task.byTime)) {
            throw new IllegalArgumentException("--follow: does not go with "
                    + (json
                            ? "--json, which ends"
                            : tail != null ? "--tail; --last shows what came before" : "timeline"));
        }
    }

    /** What belongs to a command stands behind its name; before it, it would be lost. */
    static void check(CommandSpec spec) {
        CommandSpec parent = spec.parent();
        ParseResult before = parent == null ? null : parent.commandLine().getParseResult();
        if (before != null
                && parent.name().equals("logs")
                && !(before.matchedOptions().isEmpty()
                        && before.matchedPositionals().isEmpty())) {
            throw new IllegalArgumentException(
                    "logs: files and options stand behind " + spec.name() + ": voice logs " + spec.name() + " …");
        }
    }

    private int follow(Task task, LineSink sink) {
        Follow follower = new Follow(task.search, () -> task.selection.look(task.spec, task.names), sink);
        try {
            if (!task.selection.isTimed()) {
                follower.skipToEnd();
            }
            while (!follower.isDone()) {
                if (!follower.doWork()) {
                    Thread.sleep(LOOK_AGAIN_MS);
                }
            }
            return 0;
        } catch (IOException e) {
            throw new VoiceException(VoiceException.Code.IO, "the logs cannot be read any more: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }
}
