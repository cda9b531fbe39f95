package dev.duplexvoice.examples.cli;

import dev.duplexvoice.server.config.ConfigText;
import dev.duplexvoice.server.config.ServerConfig;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code voice config print}. */
@Command(
        name = "print",
        description = "Every setting that counts, as YAML, and where each is from.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {"", "Example: voice config print voice.yaml"})
final class ConfigPrintCommand implements Callable<Integer> {
    @Parameters(paramLabel = "F.yaml", arity = "0..1", description = "The file; without it, the environment alone.")
    private @Nullable Path file;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        spec.commandLine().getOut().print(ConfigText.yaml(ServerConfig.load(file, System.getenv())));
        return 0;
    }
}
