package dev.duplexvoice.benchmarks.scheduler;

import dev.duplexvoice.benchmarks.cli.OutputFile;
import dev.duplexvoice.benchmarks.cli.ProgramVersion;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code voice bench vocoder-scheduler}. */
@Command(
        name = "vocoder-scheduler",
        description =
                "Simulate sessions that share a GPU for their voices: the scheduler is real, the GPU and time are not.",
        mixinStandardHelpOptions = true,
        versionProvider = ProgramVersion.class,
        sortOptions = false,
        footer = {
            "",
            "Every run gives the same figures on every machine. They are as good as the times of the device:",
            "measure those, and give them with --times.",
            "Example: voice bench vocoder-scheduler --launch-us 300 --frame-us 0.8 --markdown scheduler.md"
        })
public final class SchedulerBench implements Callable<Integer> {
    private static final int SECONDS = 20;
    private static final int QUICK_SECONDS = 5;

    @Option(names = "--quick", description = "Shorter, and at most 1,000 sessions.")
    private boolean quick;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Option(
            names = "--launch-us",
            paramLabel = "US",
            description = "Microseconds of each batch, 1 to 1000000; 500 (default) is an assumption.")
    private double launch = 500;

    @Option(
            names = "--frame-us",
            paramLabel = "US",
            description = "Microseconds of each frame of a batch, 0.001 to 1000; 0.5 (default) is an assumption.")
    private double frame = 0.5;

    @Option(
            names = "--times",
            paramLabel = "F.csv",
            description = "What a device took: lines of frames,microseconds, in the place of the two above.")
    private @Nullable Path times;

    @Option(names = "--svg", paramLabel = "F.svg", description = "Draw a chart.")
    private @Nullable Path svg;

    @Option(names = "--markdown", paramLabel = "F.md", description = "Write the tables with the command.")
    private @Nullable Path markdown;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** For the command line. */
    public SchedulerBench() {}

    @Override
    public Integer call() {
        require("--launch-us", launch, 1, 1e6);
        require("--frame-us", frame, 1e-3, 1e3);
        OutputFile.requireWritable(svg);
        OutputFile.requireWritable(markdown);
        KernelTimes device = times == null ? KernelTimes.linear(launch, frame) : KernelTimes.table(times);
        List<Outcome> outcomes = new ArrayList<>();
        for (Simulation load : Simulation.loads(device, quick ? 1_000 : 10_000, quick ? QUICK_SECONDS : SECONDS)) {
            for (Policy policy : new Policy[] {Policy.TOLD, Policy.FIFO}) {
                outcomes.add(load.run(policy));
            }
        }
        SchedulerReport report = new SchedulerReport(outcomes);
        spec.commandLine().getOut().println(json ? report.json() : report.text().stripTrailing());
        OutputFile.write(svg, report.svg());
        OutputFile.write(markdown, report.markdown(command()));
        return 0;
    }

    private void require(String name, double value, double least, double most) {
        if (!(value >= least && value <= most)) {
            throw new ParameterException(
                    spec.commandLine(),
                    String.format(Locale.ROOT, "%s=%s: must be %s to %s", name, value, least, most));
        }
    }

    private String command() {
        return "./voice bench vocoder-scheduler" + (quick ? " --quick" : "")
                + (times == null
                        ? String.format(Locale.ROOT, " --launch-us %s --frame-us %s", launch, frame)
                        : " --times " + times);
    }
}
