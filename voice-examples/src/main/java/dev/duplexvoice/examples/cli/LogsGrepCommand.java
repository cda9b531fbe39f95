package dev.duplexvoice.examples.cli;

import dev.duplexvoice.examples.logs.LinePattern;
import dev.duplexvoice.examples.logs.LogSearch;
import dev.duplexvoice.examples.logs.RecordFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

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
    private LogsLines lines = new LogsLines();

    @Override
    public Integer call() {
        RecordFilter filter = lines.filter();
        LogSearch search = LogSearch.of(
                filter,
                LinePattern.of(pattern, fixed, ignoreCase, inverted),
                around("-B", around == null ? before : around),
                around("-A", around == null ? after : around));
        return lines.show(files, filter, search, false);
    }

    private int around(String option, int count) {
        if (count < 0 || count > MOST_AROUND) {
            throw new IllegalArgumentException(
                    (around == null ? option : "-C") + "=" + count + ": must be 0 to " + MOST_AROUND);
        }
        return count;
    }
}
