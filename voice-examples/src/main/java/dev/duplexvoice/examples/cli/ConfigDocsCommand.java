package dev.duplexvoice.examples.cli;

import dev.duplexvoice.server.config.ConfigText;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code voice config docs}. */
@Command(
        name = "docs",
        description = "Every key with default, range and meaning, as Markdown.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class ConfigDocsCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        spec.commandLine().getOut().print(ConfigText.markdown().stripLeading());
        return 0;
    }
}
