package dev.duplexvoice.examples.cli;

import dev.duplexvoice.examples.logs.ErrorTypes;
import dev.duplexvoice.examples.logs.Level;
import dev.duplexvoice.examples.logs.LogSearch;
import dev.duplexvoice.examples.logs.RecordFilter;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code voice logs errors}. */
@Command(
        name = "errors",
        description = "Lines of level ERROR and CRITICAL, and how many there are of each error_type.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "An error without error_type counts by its message. The counts stand behind the",
            "lines on a terminal and go to stderr in a pipe, where stdout is for log lines.",
            "Examples:",
            "  voice logs errors orchestrator.log --last 1h",
            "  voice logs errors logs --summary",
            "  docker logs orchestrator 2>&1 | voice logs errors - | jq -r .message"
        })
final class LogsErrorsCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "Files, folders, globs, or - for stdin.")
    private List<String> files = new ArrayList<>();

    @Option(names = "--summary", description = "The counts only.")
    private boolean summary;

    @Mixin
    private LogsSelection selection = new LogsSelection();

    @Mixin
    private LogsDisplay display = new LogsDisplay();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        RecordFilter filter = selection.filter(Instant.now()).level(Level.ERROR);
        AtomicReference<@Nullable ErrorTypes> types = new AtomicReference<>();
        int code = display.show(new LogsDisplay.Task(
                spec,
                selection,
                files,
                filter,
                LogSearch.of(filter),
                sink -> {
                    ErrorTypes counted = new ErrorTypes(filter, sink, !summary);
                    types.set(counted);
                    return counted;
                },
                () -> counts(types.get()),
                false));
        ErrorTypes counted = types.get();
        if (counted != null && !display.json()) {
            print(counted);
        }
        return code;
    }

    private static Map<String, ?> counts(@Nullable ErrorTypes types) {
        return types == null ? Map.of() : Map.of("by_type", types.counts().sorted());
    }

    private void print(ErrorTypes types) {
        boolean result = summary || display.isText();
        PrintWriter to =
                result ? spec.commandLine().getOut() : spec.commandLine().getErr();
        String table = types.counts().table();
        if (!table.isEmpty()) {
            to.print((summary ? "" : "\n") + table);
            to.flush();
        }
    }
}
