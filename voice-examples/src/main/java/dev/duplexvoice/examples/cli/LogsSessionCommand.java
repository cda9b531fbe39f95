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

/** {@code voice logs session}. */
@Command(
        name = "session",
        description = "All lines of one session, in the order of the files.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "A request is found with --where: voice logs --where request_id=req_123 F",
            "Examples:",
            "  voice logs session session-abc123 orchestrator.log",
            "  voice logs session session-abc123 logs --level ERROR --json"
        })
final class LogsSessionCommand implements Callable<Integer> {
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
        RecordFilter filter = selection.filter(Instant.now()).session(LogsTimelineCommand.id(id));
        return display.show(new LogsDisplay.Task(
                spec, selection, files, filter, LogSearch.of(filter), UnaryOperator.identity(), Map::of, false));
    }
}
