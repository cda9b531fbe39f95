package dev.duplexvoice.examples.cli;

import dev.duplexvoice.examples.serve.ServerLog;
import dev.duplexvoice.server.VoiceServer;
import dev.duplexvoice.server.config.ConfigException;
import dev.duplexvoice.server.config.ServerConfig;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code voice config check}. */
@Command(
        name = "check",
        description = "Whether settings can be used; tells all that is wrong, a line each.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Certificates and secrets that it names are read, and its log folder is looked at. The environment counts, too.",
            "Exit code 0: can be used; 2: cannot.",
            "Example: voice config check voice.yaml"
        })
final class ConfigCheckCommand implements Callable<Integer> {
    @Parameters(paramLabel = "F.yaml", arity = "0..1", description = "The file; without it, the environment alone.")
    private @Nullable Path file;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        try {
            ServerConfig config = ServerConfig.load(file, System.getenv());
            VoiceServer.builder(config).check();
            ServerLog.check(config);
            int keys = config.settings().size();
            spec.commandLine()
                    .getOut()
                    .println("can be used; " + keys + (keys == 1 ? " key is" : " keys are")
                            + " set, the others have their defaults");
            return 0;
        } catch (ConfigException e) {
            e.problems().forEach(problem -> spec.commandLine().getErr().println("voice: " + problem));
            return VoiceCommand.WRONG_USAGE;
        }
    }
}
