package dev.duplexvoice.examples.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code voice models}. */
@Command(
        name = "models",
        description = "Voices and detectors in packs: what there is, getting it, and whether it is whole.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Packs are looked for in the folders of VOICE_PACKS, else in ./voicepacks and",
            "~/.local/share/duplexvoice/voicepacks ($XDG_DATA_HOME in place of ~/.local/share).",
            "Example: voice models pull silero-vad en_US-amy-medium"
        },
        subcommands = {ModelsListCommand.class, ModelsPullCommand.class, ModelsVerifyCommand.class})
final class ModelsCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "which of list, pull and verify?");
    }
}
