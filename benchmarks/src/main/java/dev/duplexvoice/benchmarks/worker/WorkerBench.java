package dev.duplexvoice.benchmarks.worker;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.benchmarks.cli.OtherPrograms;
import dev.duplexvoice.benchmarks.cli.OutputFile;
import dev.duplexvoice.benchmarks.cli.ProgramVersion;
import dev.duplexvoice.benchmarks.worker.WorkerReport.FirstTimes;
import dev.duplexvoice.benchmarks.worker.WorkerReport.PauseTimes;
import dev.duplexvoice.nativecore.NativeVoiceProvider;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code voice bench worker}. */
@Command(
        name = "worker",
        description =
                "Time a voice at a worker on this machine's loopback beside the same voice in process, in one run; PAUSE; many streams.",
        mixinStandardHelpOptions = true,
        versionProvider = ProgramVersion.class,
        sortOptions = false,
        footer = {
            "",
            "The worker has a process of its own; both share the machine's processors. All of it takes about four minutes.",
            "Example: voice bench worker --svg worker.svg --markdown worker.md"
        })
public final class WorkerBench implements Callable<Integer> {
    private static final String VOICE = "rms";
    private static final int WARM_UP = 200;
    /** A worker runs for days; for about so many texts the compilers of both processes compete with what they compile. */
    private static final int FIRST_WARM_UP = 1_000;

    private static final int WARM_UP_SECONDS = 8;
    private static final int LONGEST = 100;

    @Option(names = "--quick", description = "Fewer of everything, in half a minute.")
    private boolean quick;

    @Option(names = "--rounds", paramLabel = "N", description = "Of first audio and of PAUSE: 400.")
    private @Nullable Integer rounds;

    @Option(names = "--streams", paramLabel = "N", description = "Streams at once: 200.")
    private int streams = 200;

    @Option(names = "--seconds", paramLabel = "S", description = "Of those streams, at most 100: 20.")
    private @Nullable Integer seconds;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Option(names = "--svg", paramLabel = "F.svg", description = "Draw a chart.")
    private @Nullable Path svg;

    @Option(
            names = "--markdown",
            paramLabel = "F.md",
            description = "Write the table with the machine and the command.")
    private @Nullable Path markdown;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** For the command line. */
    public WorkerBench() {}

    @Override
    public Integer call() throws InterruptedException {
        int many = required("--rounds", rounds, quick ? 40 : 400, 10_000);
        int streaming = required("--seconds", seconds, quick ? 3 : 20, LONGEST);
        int ignored = required("--streams", streams, 200, 5_000);
        OutputFile.requireWritable(svg);
        OutputFile.requireWritable(markdown);
        String problem = new NativeVoiceProvider().unavailable();
        if (problem != null) {
            throw new VoiceException(VoiceException.Code.UNAVAILABLE, problem);
        }
        WorkerProgram.TRANSPORT.setLevel(Level.SEVERE);
        try (WorkerProcess worker = new WorkerProcess()) {
            WorkerReport report = measure(worker, many, streaming);
            spec.commandLine()
                    .getOut()
                    .println(json ? report.json() : report.text().stripTrailing());
            OutputFile.write(svg, WorkerChart.svg(report));
            OutputFile.write(markdown, report.markdown(command()));
        }
        return 0;
    }

    private WorkerReport measure(WorkerProcess worker, int many, int streaming) throws InterruptedException {
        int warmUp = Math.min(WARM_UP, many);
        OtherPrograms others = new OtherPrograms(ownSeconds(worker));
        say("first audio, in process and at a worker in turns");
        int firstWarmUp = quick ? warmUp : FIRST_WARM_UP;
        FirstTimes first = FirstAudio.measure(many, firstWarmUp, worker, VOICE);
        FirstTimes way = FirstAudio.measure(many, warmUp, worker, PreparedVoices.SHORT);
        say("PAUSE and STOP");
        PauseTimes pauses = Pauses.measure(many, warmUp, worker, VOICE);
        say(streams + " streams");
        Streams running = new Streams(worker, streams, streaming, Math.min(WARM_UP_SECONDS, streaming));
        StreamTimes live = running.live();
        StreamTimes played = running.played();
        return new WorkerReport(
                first, way.remote(), pauses, live, played, streams, streaming, others.percent(ownSeconds(worker)));
    }

    private static double ownSeconds(WorkerProcess worker) {
        return (WorkerProcess.ownProcessorTime() + worker.processorTime()) / 1e9;
    }

    private String command() {
        return "./voice bench worker" + (quick ? " --quick" : "") + (rounds == null ? "" : " --rounds " + rounds)
                + (streams == 200 ? "" : " --streams " + streams) + (seconds == null ? "" : " --seconds " + seconds);
    }

    private int required(String name, @Nullable Integer given, int otherwise, int most) {
        int value = given == null ? otherwise : given;
        if (value < 1 || value > most) {
            throw new ParameterException(spec.commandLine(), name + "=" + value + ": must be 1 to " + most);
        }
        return value;
    }

    private void say(String line) {
        spec.commandLine().getErr().println("voice: " + line);
    }
}
