package dev.duplexvoice.benchmarks.worker;

import dev.duplexvoice.VoiceEngine;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code voice bench worker}. */
@Command(
        name = "worker",
        description =
                "Time a voice at a worker on this machine's loopback beside the same voice in process, in one run.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {"", "Worker and client share one process and its cores. Example: voice bench worker --json"})
public final class WorkerBench implements Callable<Integer> {
    /** It logs each call that is cancelled; kept, because the JDK forgets loggers that nobody holds. */
    private static final Logger TRANSPORT = Logger.getLogger("io.grpc");

    @Option(names = "--rounds", paramLabel = "N", description = "Of first audio and of PAUSE: 400.")
    private int rounds = 400;

    @Option(names = "--streams", paramLabel = "N", description = "Streams at once: 200.")
    private int streams = 200;

    @Option(names = "--seconds", paramLabel = "S", description = "Of those streams, at most 50: 20.")
    private int seconds = 20;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** For the command line. */
    public WorkerBench() {}

    @Override
    public Integer call() throws InterruptedException {
        require("--rounds", rounds, 10_000);
        require("--streams", streams, 5_000);
        require("--seconds", seconds, 50);
        TRANSPORT.setLevel(Level.SEVERE);
        FirstAudio first = new FirstAudio(rounds, VoiceEngine.create(), "rms");
        FirstAudio way = new FirstAudio(rounds, PreparedVoices.engine(), "prepared");
        Pauses pauses = new Pauses(rounds);
        Streams many = new Streams(streams, seconds);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println("{\"first_audio_local\":" + first.local.json() + ",\"first_audio_worker\":"
                    + first.remote.json() + ",\"first_audio_way\":" + way.remote.json() + ",\"first_audio_added\":"
                    + first.added.json() + ",\"pause_last_frame\":"
                    + pauses.lastFrame.json() + ",\"pause_reply\":" + pauses.reply.json() + ",\"streams\":" + streams
                    + ",\"frame_lateness\":" + many.lateness.json() + ",\"frames_missed\":" + many.missed + "}");
            return 0;
        }
        out.println("first audio in process     " + first.local.text());
        out.println("first audio at a worker    " + first.remote.text());
        out.println("what the worker adds       " + first.added.text() + " (of each pair)");
        out.println("the way to it and back     " + way.remote.text() + " (a voice that computes nothing)");
        out.println("PAUSE to the last frame    " + pauses.lastFrame.text());
        out.println("PAUSE to its answer        " + pauses.reply.text());
        out.println(String.format(
                Locale.ROOT,
                "%-26s %s, %d of %d frames not there when due",
                "frames of " + streams + " streams",
                many.lateness.text(),
                many.missed,
                many.lateness.nanos().length));
        return 0;
    }

    private void require(String name, int value, int most) {
        if (value < 1 || value > most) {
            throw new ParameterException(spec.commandLine(), name + "=" + value + ": must be 1 to " + most);
        }
    }
}
