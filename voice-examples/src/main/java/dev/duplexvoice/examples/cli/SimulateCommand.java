package dev.duplexvoice.examples.cli;

import dev.duplexvoice.examples.conversation.EventJson;
import dev.duplexvoice.examples.simulate.Scenario;
import dev.duplexvoice.examples.simulate.Simulation;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code voice simulate}. */
@Command(
        name = "simulate",
        description = "Run the session engine over a script on a virtual clock; prints events as JSON lines.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "A scenario (times in seconds):",
            "  {\"options\": {\"endpointing.minDelay\": \"500ms\"},",
            "   \"user\":  [{\"from\": 0.5, \"to\": 2.5, \"text\": \"Hello, how are you?\", \"sttDelay\": 0.2}],",
            "   \"reply\": [{\"to\": \"Hello, how are you?\", \"text\": \"I'm doing well, thank you!\",",
            "              \"ttft\": 0.1, \"duration\": 0.3}],",
            "   \"tts\":   [{\"audio\": 2.0, \"ttfb\": 0.2, \"duration\": 0.3}]}"
        })
final class SimulateCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "S.json", description = "The scenario.")
    private Path file = Path.of("");

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        Scenario scenario = Scenario.read(file);
        try {
            Simulation.run(scenario, event -> out.println(EventJson.line(event)));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(file + ": options: " + e.getMessage(), e);
        }
        return 0;
    }
}
