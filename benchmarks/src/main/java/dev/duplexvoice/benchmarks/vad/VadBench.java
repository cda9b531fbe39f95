package dev.duplexvoice.benchmarks.vad;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.benchmarks.cli.OutputFile;
import dev.duplexvoice.benchmarks.cli.ProgramVersion;
import dev.duplexvoice.nativecore.NativeVoiceProvider;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code voice bench vad}. */
@Command(
        name = "vad",
        description =
                "Time voice activity detection beside ONNX Runtime's Java binding: one run, one thread, the same audio.",
        mixinStandardHelpOptions = true,
        versionProvider = ProgramVersion.class,
        sortOptions = false,
        footer = {
            "",
            "Both must give the same probabilities to 1e-4, or nothing is timed. All of it takes about five minutes.",
            "VOICE_SIMD=avx512, avx2 or portable times that path only.",
            "VOICE_FIXTURES=DIR makes its vad/silero_vad_16k_op15.onnx and audio/silero_test.wav the defaults.",
            "Example: voice bench vad --svg vad.svg --markdown vad.md"
        })
public final class VadBench implements Callable<Integer> {
    /** A quick run answers within 50 s on a busy machine too: with fewer rounds. */
    private static final long QUICK_NANOS = 38_000_000_000L;

    private static final int[] STREAMS = {1, 8, 64, 512, 10_000};

    @Option(names = "--quick", description = "Only what the JSON holds, in half a minute.")
    private boolean quick;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Option(
            names = "--model",
            paramLabel = "F.onnx",
            description = "Weights in Silero's 16 kHz form; default: the embedded ones.")
    private @Nullable Path model;

    @Option(
            names = "--audio",
            paramLabel = "F.wav",
            description = "A recording at 16 kHz, repeated or cut to 60 s; default: an embedded voice.")
    private @Nullable Path audio;

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
    public VadBench() {}

    @Override
    public Integer call() {
        OutputFile.requireWritable(svg);
        OutputFile.requireWritable(markdown);
        String problem = new NativeVoiceProvider().unavailable();
        if (problem != null) {
            throw new VoiceException(VoiceException.Code.UNAVAILABLE, problem);
        }
        List<String> paths = SimdPath.available();
        String simd = paths.get(0);
        try (Material material = Material.gather(model, audio)) {
            requireAgreement(material, simd);
            List<Subject> subjects = quick ? quickSubjects(simd) : allSubjects(paths);
            int iterations = quick ? 4 : 6;
            Timings timings =
                    quick ? new Timings(material, iterations, 250, 500) : new Timings(material, iterations, 500, 1_000);
            int rounds = measure(timings, subjects, quick ? 4 : 3);
            VadReport report = new VadReport(timings, subjects, simd);
            spec.commandLine()
                    .getOut()
                    .println(json ? report.json() : report.text().stripTrailing());
            OutputFile.write(svg, VadChart.svg(report, subjects));
            OutputFile.write(markdown, report.markdown(material, command(), rounds, iterations));
        }
        return 0;
    }

    private void requireAgreement(Material material, String simd) {
        material.compute();
        try (Windows ours = new DuplexWindows(material.model(), material.audio(), 1)) {
            double difference = material.requireAgreement("the path " + simd, ours, 1);
            say(String.format(
                    Locale.ROOT,
                    "%s, %s: probabilities differ by at most %.1e",
                    material.weights(),
                    material.recording(),
                    difference));
        }
    }

    private static List<Subject> quickSubjects(String simd) {
        return List.of(Subject.ort(1), Subject.duplex(simd, 1), Subject.duplex(simd, 64));
    }

    private static List<Subject> allSubjects(List<String> paths) {
        List<Subject> subjects = new ArrayList<>(
                List.of(Subject.crossing(true), Subject.crossing(false), Subject.ort(1), Subject.ort(64)));
        for (String simd : paths) {
            for (int streams : STREAMS) {
                subjects.add(Subject.duplex(simd, streams));
            }
        }
        return subjects;
    }

    /** A machine that others use is slow for seconds or minutes at a time: rounds let that fall on all alike. */
    private int measure(Timings timings, List<Subject> subjects, int rounds) {
        long start = System.nanoTime();
        for (int round = 1; round <= rounds; round++) {
            if (quick && round > 1 && System.nanoTime() - start > QUICK_NANOS * (round - 1) / round) {
                say("round " + round + " is left out: the machine is busy");
                return round - 1;
            }
            for (Subject subject : subjects) {
                double nanoseconds = timings.add(subject) / Math.max(1, subject.streams());
                say(String.format(
                        Locale.ROOT,
                        "round %d of %d, %s: %.3f µs",
                        round,
                        rounds,
                        subject.title(),
                        nanoseconds / 1_000));
            }
        }
        return rounds;
    }

    private String command() {
        StringBuilder command = new StringBuilder("./voice bench vad");
        if (quick) {
            command.append(" --quick");
        }
        if (model != null) {
            command.append(" --model ").append(model.getFileName());
        }
        if (audio != null) {
            command.append(" --audio ").append(audio.getFileName());
        }
        return command.toString();
    }

    private void say(String line) {
        spec.commandLine().getErr().println("voice: " + line);
    }
}
