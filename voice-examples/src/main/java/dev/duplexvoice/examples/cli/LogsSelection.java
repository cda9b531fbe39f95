package dev.duplexvoice.examples.cli;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.examples.logs.Level;
import dev.duplexvoice.examples.logs.LogFiles;
import dev.duplexvoice.examples.logs.LogSource;
import dev.duplexvoice.examples.logs.RecordFilter;
import dev.duplexvoice.examples.logs.Times;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Which files are read and which of their records are wanted; the same for all of {@code voice logs}. */
final class LogsSelection {
    /** Where logs are when nobody says. */
    private static final String FOLDER = "logs";

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description =
                    "From then on: 2025-10-05T14:00:00Z (UTC where there is no zone), a day, or how long ago: 1h.")
    private @Nullable String since;

    @Option(names = "--until", paramLabel = "TIME", description = "Before then.")
    private @Nullable String until;

    @Option(names = "--last", paramLabel = "DURATION", description = "The last 15m, 1h30m, 2d until now.")
    private @Nullable String last;

    @Option(
            names = "--level",
            paramLabel = "LEVEL",
            description = "DEBUG, INFO, WARNING, ERROR or CRITICAL: that and more serious.")
    private @Nullable String level;

    @Option(names = "--logger", paramLabel = "NAME", description = "This logger and those below it.")
    private @Nullable String logger;

    @Option(
            names = "--where",
            paramLabel = "CONDITION",
            description = "A field and its value: operation=stt, data.retries>2, model_id!=rms, message~timed.?out;"
                    + " may be given again, then all must hold.")
    private List<String> where = new ArrayList<>();

    @Option(
            names = "--encoding",
            paramLabel = "NAME",
            description = "What the files are written in if that is not UTF-8 and not UTF-16: latin1.")
    private @Nullable String encoding;

    /** The filter that the options make. */
    RecordFilter filter(Instant now) {
        RecordFilter filter = new RecordFilter();
        if (last != null && since != null) {
            throw new IllegalArgumentException(
                    "--last=" + last + ": --since=" + since + " says something else; give one");
        }
        if (since != null) {
            filter.since(Times.moment("--since", since, now));
        }
        if (last != null) {
            Times.duration("--last", last);
            filter.since(Times.moment("--last", last, now));
        }
        if (until != null) {
            long end = Times.moment("--until", until, now);
            if (since != null && end <= Times.moment("--since", since, now)) {
                throw new IllegalArgumentException("--until=" + until + ": must be later than --since=" + since);
            }
            filter.until(end);
        }
        if (level != null) {
            Level least = Level.of(level);
            if (least == null) {
                throw new IllegalArgumentException(
                        "--level=" + level + ": must be DEBUG, INFO, WARNING, ERROR or CRITICAL");
            }
            filter.level(least);
        }
        if (logger != null) {
            filter.logger(logger);
        }
        where.forEach(filter::where);
        return filter;
    }

    /** Whether times were asked for. */
    boolean isTimed() {
        return since != null || last != null || until != null;
    }

    /**
     * What is to be read; what cannot be found is told.
     *
     * @throws VoiceException if there is nothing at all
     */
    LogFiles find(CommandSpec spec, List<String> names) {
        LogFiles files = LogFiles.find(names.isEmpty() ? List.of(byDefault(spec)) : names, charset());
        if (files.sources().isEmpty()) {
            throw new VoiceException(VoiceException.Code.NOT_FOUND, String.join("; ", files.problems()));
        }
        PrintWriter err = spec.commandLine().getErr();
        files.problems().forEach(problem -> err.println("voice: " + problem));
        return files;
    }

    /** Once more, without a word: a follower looks again and again. */
    List<LogSource> look(CommandSpec spec, List<String> names) {
        return LogFiles.find(names.isEmpty() ? List.of(byDefault(spec)) : names, charset())
                .sources();
    }

    private static String byDefault(CommandSpec spec) {
        if (Terminal.isStdinFed()) {
            return "-";
        }
        if (Files.isDirectory(Path.of(FOLDER))) {
            return FOLDER;
        }
        throw new ParameterException(
                spec.commandLine(), "what is to be read? Name log files, a folder, or - for standard input");
    }

    private @Nullable Charset charset() {
        if (encoding == null) {
            return null;
        }
        try {
            return Charset.forName(encoding);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "--encoding=" + encoding
                            + ": there is no such encoding; give latin1, windows-1252, utf-16 or the like",
                    e);
        }
    }
}
