package dev.duplexvoice.examples.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code voice logs}. */
@Command(
        name = "logs",
        description = "Read and search logs: JSON lines and text, plain or gzip, files, folders or standard input.",
        synopsisSubcommandLabel = "[COMMAND]",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "FILE may be a file, a folder (its logs, rotated ones too), a glob in quotes, or",
            "- for stdin; with none it is what is piped in, else ./logs. On a terminal lines",
            "are made readable and coloured; in a pipe they stay as they were logged. Lines",
            "that are no log lines are counted on stderr.",
            "Examples:",
            "  docker logs -f orchestrator 2>&1 | voice logs -",
            "  voice logs errors /var/log/voice --last 1h",
            "  voice logs timeline session-abc123 orchestrator.log worker.log",
            "  voice logs count --by error_type 'logs/**/*.gz'"
        },
        subcommands = {
            LogsErrorsCommand.class,
            LogsSessionCommand.class,
            LogsTimelineCommand.class,
            LogsSlowCommand.class,
            LogsGrepCommand.class,
            LogsCountCommand.class,
            LogsExportCommand.class
        })
final class LogsCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "What is read.")
    private List<String> files = new ArrayList<>();

    @Mixin
    private LogsLines lines = new LogsLines();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        if (!files.isEmpty() && files.get(0).matches("[a-z]+") && !Files.exists(Path.of(files.get(0)))) {
            throw new ParameterException(
                    spec.commandLine(),
                    files.get(0) + ": there is no such file, and no such command; use one of "
                            + String.join(", ", spec.subcommands().keySet()));
        }
        return lines.show(files, lines.filter());
    }
}
