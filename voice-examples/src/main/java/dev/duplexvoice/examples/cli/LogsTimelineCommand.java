package dev.duplexvoice.examples.cli;

import dev.duplexvoice.examples.logs.LogSearch;
import dev.duplexvoice.examples.logs.RecordFilter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code voice logs timeline}. */
@Command(
        name = "timeline",
        description = "All lines of one session in the files of all services, in the order of their times.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "As text each line begins with the seconds since the first, and its file.",
            "Example:",
            "  voice logs timeline session-abc123 server.log worker.log --format text"
        })
final class LogsTimelineCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "ID", description = "The session_id.")
    private String id = "";

    @Parameters(index = "1..*", paramLabel = "FILE", description = "Files, folders, globs, or - for stdin.")
    private List<String> files = new ArrayList<>();

    @Mixin
    private LogsSelection selection = new LogsSelection();

    @Mixin
    private LogsDisplay display = new LogsDisplay();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        RecordFilter filter = selection.filter(Instant.now()).session(id(id));
        return display.show(new LogsDisplay.Task(
                spec, selection, files, filter, LogSearch.of(filter), UnaryOperator.identity(), Map::of, true));
    }

    static String id(String id) {
        if (id.isBlank()) {
            throw new IllegalArgumentException("ID is empty: give a session_id as it is in the logs");
        }
        return id;
    }
}
