package dev.duplexvoice.examples.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code voice debug}. */
@Command(
        name = "debug",
        description = "Ask a running worker how it does.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {"", "Example: voice debug metrics --url http://127.0.0.1:9464"},
        subcommands = {DebugMetricsCommand.class, DebugMemoryCommand.class, DebugErrorsCommand.class})
final class DebugCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(),
                "a command is missing; use one of "
                        + String.join(", ", spec.subcommands().keySet()));
    }
}
