package dev.duplexvoice.examples.cli;

import dev.duplexvoice.examples.logs.LogSearch;
import dev.duplexvoice.examples.logs.RecordFilter;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Which lines are wanted and how they are shown, for those of {@code voice logs} that show lines and nothing besides. */
final class LogsLines {
    @Mixin
    private LogsSelection selection = new LogsSelection();

    @Mixin
    private LogsDisplay display = new LogsDisplay();

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    /** The filter that the options make. */
    RecordFilter filter() {
        return selection.filter(Instant.now());
    }

    /** Shows what passes the filter and returns the exit code. */
    int show(List<String> files, RecordFilter filter) {
        return show(files, filter, LogSearch.of(filter), false);
    }

    /** Shows what a search with the filter finds and returns the exit code. */
    int show(List<String> files, RecordFilter filter, LogSearch search, boolean byTime) {
        return display.show(new LogsDisplay.Task(
                spec, selection, files, filter, search, UnaryOperator.identity(), Map::of, byTime));
    }
}
