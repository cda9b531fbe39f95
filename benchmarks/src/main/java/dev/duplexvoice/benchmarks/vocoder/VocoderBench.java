package dev.duplexvoice.benchmarks.vocoder;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.benchmarks.cli.OtherPrograms;
import dev.duplexvoice.benchmarks.cli.OutputFile;
import dev.duplexvoice.benchmarks.cli.PiperVoices;
import dev.duplexvoice.benchmarks.cli.ProgramVersion;
import dev.duplexvoice.benchmarks.vad.SimdPath;
import dev.duplexvoice.nativecore.NativeVoiceProvider;
import java.io.IOException;
import java.nio.file.Files;
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

/** {@code voice bench vocoder}. */
@Command(
        name = "vocoder",
        description = "Time the decoders of neural voices alone, whole and in chunks, beside ONNX Runtime: one run, one"
                + " thread, the same frames.",
        mixinStandardHelpOptions = true,
        versionProvider = ProgramVersion.class,
        sortOptions = false,
        footer = {
            "",
            "Targets, for a sentence of ten seconds: the same samples to 1e-4; no longer than ONNX Runtime; chunks cost",
            "less than 5 %% more; the first samples ten times as soon as ONNX Runtime's last. Exit code 1 if one is",
            "missed; with --quick only for samples that differ, because its sentences are short. All of it takes about",
            "four minutes.",
            "VOICE_SIMD=avx512, avx2 or portable times that path only.",
            "VOICE_FIXTURES=DIR makes its vits the default of --voices, and its hifigan/hifigan_v2_lj.safetensors that of",
            "--weights. HiFi-GAN V1, V3 and, without weights, V2 have random ones.",
            "Example: voice bench vocoder --voices voices --svg vocoder.svg --markdown vocoder.md"
        })
public final class VocoderBench implements Callable<Integer> {
    private static final List<Integer> CHUNKS = List.of(45, DecoderRace.CHUNK, 3, 1);
    private static final List<Integer> FEW_CHUNKS = List.of(DecoderRace.CHUNK);
    private static final double SECONDS = 10;
    private static final double BRIEF_SECONDS = 3;
    private static final double QUICK_SECONDS = 1;
    /** What is spent on a decoder, in seconds; a large one takes longer for the least number of rounds. */
    private static final double BUDGET = 12;

    private static final double BRIEF_BUDGET = 4;
    private static final double QUICK_BUDGET = 0.5;
    private static final int LEAST_ROUNDS = 3;
    private static final int MOST_ROUNDS = 15;

    @Option(names = "--quick", description = "Short sentences and few rounds, in a quarter of a minute.")
    private boolean quick;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Option(
            names = "--voices",
            paramLabel = "DIR",
            description = "A folder with Piper voices of one speaker, X.onnx and X.onnx.json.")
    private @Nullable Path voices;

    @Option(
            names = "--weights",
            paramLabel = "F.safetensors",
            description = "Weights of HiFi-GAN V2, with its config.json in the same folder.")
    private @Nullable Path weights;

    @Option(names = "--svg", paramLabel = "F.svg", description = "Draw a chart.")
    private @Nullable Path svg;

    @Option(
            names = "--markdown",
            paramLabel = "F.md",
            description = "Write the tables with the machine and the command.")
    private @Nullable Path markdown;

    /** What the other SIMD paths' processes are asked for. */
    @Option(names = "--brief", hidden = true)
    private boolean brief;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** For the command line. */
    public VocoderBench() {}

    @Override
    public Integer call() throws InterruptedException {
        OutputFile.requireWritable(svg);
        OutputFile.requireWritable(markdown);
        String problem = new NativeVoiceProvider().unavailable();
        if (problem != null) {
            throw new VoiceException(VoiceException.Code.UNAVAILABLE, problem);
        }
        List<String> paths = SimdPath.available();
        List<Subject> given = given();
        OtherPrograms others = new OtherPrograms(ownSeconds());
        List<Figures> decoders = race(given, paths.get(0));
        double otherPercent = others.percent(ownSeconds());
        List<Figures> slower = new ArrayList<>();
        if (!quick && !brief) {
            for (String path : paths.subList(1, paths.size())) {
                slower.addAll(SlowerPath.measure(path, briefArguments()));
            }
        }
        VocoderReport report = new VocoderReport(decoders, slower);
        spec.commandLine().getOut().println(json ? report.json() : report.text().stripTrailing());
        OutputFile.write(svg, VocoderChart.svg(report));
        OutputFile.write(markdown, report.markdown("./voice bench vocoder" + (quick ? " --quick" : ""), otherPercent));
        return judge(report);
    }

    private int judge(VocoderReport report) {
        List<String> misses = new ArrayList<>();
        boolean all = !quick && !brief;
        report.decoders().forEach(one -> misses.addAll(all ? one.misses() : one.differences()));
        report.slower().forEach(one -> misses.addAll(one.differences()));
        misses.forEach(miss -> say("missed: " + miss));
        return misses.isEmpty() ? 0 : 1;
    }

    private List<String> briefArguments() {
        List<String> arguments = new ArrayList<>(List.of("--brief", "--json"));
        if (voices != null) {
            arguments.addAll(List.of("--voices", voices.toString()));
        }
        if (weights != null) {
            arguments.addAll(List.of("--weights", weights.toString()));
        }
        return arguments;
    }

    /** Those that come from files, opened once, so that what is wrong with one is told before the long work. */
    private List<Subject> given() {
        List<Subject> subjects = new ArrayList<>();
        for (Path model : PiperVoices.in(voices)) {
            subjects.add(Subject.voice(model));
        }
        Path trained = weights != null ? weights : PiperVoices.fixture("hifigan", "hifigan_v2_lj.safetensors");
        if (trained != null) {
            subjects.add(Subject.generator(HifiGan.V2, trained));
        }
        subjects.forEach(StreamedDecoder::samplesPerFrame);
        if (subjects.isEmpty()) {
            say("neither --voices nor --weights: only generators with random weights are timed");
        }
        return subjects;
    }

    private List<Figures> race(List<Subject> given, String simd) {
        List<Figures> all = new ArrayList<>();
        given.forEach(subject -> all.add(race(subject, simd)));
        Path folder = temporaryFolder();
        try {
            for (HifiGan shape : List.of(HifiGan.V2, HifiGan.V3, HifiGan.V1)) {
                if (all.stream().noneMatch(one -> one.decoder().equals(shape.name()))) {
                    all.add(race(Subject.random(shape, folder), simd));
                }
            }
        } finally {
            delete(folder);
        }
        return all;
    }

    private Figures race(Subject subject, String simd) {
        double seconds = quick ? QUICK_SECONDS : brief ? BRIEF_SECONDS : SECONDS;
        try (DecoderRace race = new DecoderRace(subject, seconds, quick || brief ? FEW_CHUNKS : CHUNKS)) {
            race.run(quick ? QUICK_BUDGET : brief ? BRIEF_BUDGET : BUDGET, quick ? 2 : LEAST_ROUNDS, MOST_ROUNDS);
            Figures figures = race.figures(simd);
            say(String.format(
                    Locale.ROOT,
                    "%s, %s: %.2f of ONNX Runtime's time, first samples %.1f times as soon, samples differ by %.1e",
                    figures.decoder(),
                    simd,
                    figures.totalRatio(),
                    figures.sooner(),
                    figures.difference()));
            return figures;
        }
    }

    private static Path temporaryFolder() {
        try {
            return Files.createTempDirectory("voice-bench");
        } catch (IOException e) {
            throw new VoiceException(
                    VoiceException.Code.IO,
                    "no temporary folder can be made; set java.io.tmpdir: " + e.getMessage(),
                    e);
        }
    }

    private static void delete(Path folder) {
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
            Files.delete(folder);
        } catch (IOException e) {
            throw new VoiceException(
                    VoiceException.Code.IO, folder + " cannot be deleted, do it by hand: " + e.getMessage(), e);
        }
    }

    private static double ownSeconds() {
        return ProcessHandle.current()
                .info()
                .totalCpuDuration()
                .map(time -> time.toNanos() / 1e9)
                .orElse(Double.NaN);
    }

    private void say(String line) {
        spec.commandLine().getErr().println("voice: " + line);
    }
}
