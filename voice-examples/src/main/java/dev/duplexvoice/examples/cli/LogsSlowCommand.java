package dev.duplexvoice.examples.cli;

import dev.duplexvoice.examples.logs.RecordFilter;
import dev.duplexvoice.examples.logs.SlowOperations;
import dev.duplexvoice.examples.logs.Times;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code voice logs slow}. */
@Command(
        name = "slow",
        description = "Lines of operations that took longer than a limit.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "How long it took is duration_ms, else latency_ms, response_time_ms,",
            "total_response_time, fal_ms, load_time_ms or elapsed_ms, of the line or of its",
            "data, metadata or context; or it stands in a message such as",
            "'Slow LLM response: 5.2s'.",
            "Examples:",
            "  voice logs slow --over 500ms orchestrator.log",
            "  voice logs slow --over 50ms --field jitter_ms logs --last 1h"
        })
final class LogsSlowCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "Files, folders, globs, or - for stdin.")
    private List<String> files = new ArrayList<>();

    @Option(names = "--over", paramLabel = "DURATION", description = "The limit: 500ms unless given.")
    private String over = "500ms";

    @Option(names = "--field", paramLabel = "NAME", description = "Look at this field only; it is in milliseconds.")
    private @Nullable String field;

    @Mixin
    private LogsLines lines = new LogsLines();

    @Override
    public Integer call() {
        RecordFilter filter = lines.filter();
        filter.slow(new SlowOperations(filter, Times.duration("--over", over) / 1e3, field));
        return lines.show(files, filter);
    }
}
