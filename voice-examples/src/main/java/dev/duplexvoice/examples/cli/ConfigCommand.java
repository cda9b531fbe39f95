package dev.duplexvoice.examples.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code voice config}. */
@Command(
        name = "config",
        description = "The settings of a server: whether a file can be used, what counts, what there is.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {"", "Example: voice config check voice.yaml"},
        subcommands = {ConfigCheckCommand.class, ConfigPrintCommand.class, ConfigDocsCommand.class})
final class ConfigCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "which of check, print and docs?");
    }
}
