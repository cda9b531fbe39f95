package dev.duplexvoice.examples.cli;

import dev.duplexvoice.examples.logs.LinePattern;
import dev.duplexvoice.examples.logs.LogSearch;
import dev.duplexvoice.examples.logs.RecordFilter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code voice logs grep}. */
@Command(
        name = "grep",
        description = "Lines that have a pattern, as they are written in the file, with lines around them.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "A PATTERN that begins with - stands behind --. Exit code 0 also if nothing is",
            "found.",
            "Examples:",
            "  voice logs grep -i 'connection.*failed' orchestrator.log --last 1h",
            "  voice logs grep -F 'Traceback (most' -A 50 bot.log",
            "  voice logs grep -C 3 timeout logs --level WARNING"
        })
final class LogsGrepCommand implements Callable<Integer> {
    private static final int MOST_AROUND = 100_000;

    @Parameters(index = "0", paramLabel = "PATTERN", description = "A regular expression, of Java's kind.")
    private String pattern = "";

    @Parameters(index = "1..*", paramLabel = "FILE", description = "Files, folders, globs, or - for stdin.")
    private List<String> files = new ArrayList<>();

    @Option(
            names = {"-F", "--fixed"},
            description = "The pattern stands for itself.")
    private boolean fixed;

    @Option(
            names = {"-i", "--ignore-case"},
            description = "Capital letters are as good as small ones.")
    private boolean ignoreCase;

    @Option(
            names = {"-v", "--invert"},
            description = "Lines that do not have it.")
    private boolean inverted;

    @Option(names = "-A", paramLabel = "N", description = "And N lines after each.")
    private int after;

    @Option(names = "-B", paramLabel = "N", description = "And N lines before each.")
    private int before;

    @Option(names = "-C", paramLabel = "N", description = "And N lines before and after.")
    private @Nullable Integer around;

    @Mixin
    private LogsSelection selection = new LogsSelection();

    @Mixin
    private LogsDisplay display = new LogsDisplay();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        RecordFilter filter = selection.filter(Instant.now());
        LogSearch search = LogSearch.of(
                filter,
                LinePattern.of(pattern, fixed, ignoreCase, inverted),
                lines("-B", around == null ? before : around),
                lines("-A", around == null ? after : around));
        return display.show(
                new LogsDisplay.Task(spec, selection, files, filter, search, UnaryOperator.identity(), Map::of, false));
    }

    private int lines(String option, int count) {
        if (count < 0 || count > MOST_AROUND) {
            throw new IllegalArgumentException(
                    (around == null ? option : "-C") + "=" + count + ": must be 0 to " + MOST_AROUND);
        }
        return count;
    }
}
