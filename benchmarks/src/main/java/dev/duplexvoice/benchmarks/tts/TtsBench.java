package dev.duplexvoice.benchmarks.tts;

import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.VoiceException;
import dev.duplexvoice.benchmarks.cli.OutputFile;
import dev.duplexvoice.benchmarks.cli.PiperVoices;
import dev.duplexvoice.benchmarks.cli.ProgramVersion;
import dev.duplexvoice.benchmarks.cli.Times;
import dev.duplexvoice.nativecore.NativeVoiceProvider;
import dev.duplexvoice.onnx.OnnxDecoder;
import dev.duplexvoice.tts.SpeechSynthesizer;
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

/** {@code voice bench tts}. */
@Command(
        name = "tts",
        description =
                "Time the first sound: Piper voices, cut beside whole, in one run; and the embedded voice through a session.",
        mixinStandardHelpOptions = true,
        versionProvider = ProgramVersion.class,
        sortOptions = false,
        footer = {
            "",
            "Cut and whole must give the same samples to 1e-4, or nothing is timed. All of it takes about five minutes.",
            "VOICE_FIXTURES=DIR makes its vits the default of --voices; without either only the embedded voice is timed.",
            "Example: voice bench tts --voices voices --svg tts.svg --markdown tts.md"
        })
public final class TtsBench implements Callable<Integer> {
    private static final int ROUNDS = 60;
    private static final int QUICK_ROUNDS = 6;
    private static final int REPLIES = 200;
    private static final int QUICK_REPLIES = 20;

    @Option(names = "--quick", description = "Fewer of everything, in half a minute.")
    private boolean quick;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Option(names = "--voices", paramLabel = "DIR", description = "A folder with Piper voices, X.onnx and X.onnx.json.")
    private @Nullable Path voices;

    @Option(
            names = "--decoder",
            paramLabel = "D",
            description =
                    "What makes a Piper voice's waveform: auto (default: native where it is equal), onnx, native or cuda.")
    private OnnxDecoder decoder = OnnxDecoder.AUTO;

    @Option(names = "--svg", paramLabel = "F.svg", description = "Draw a chart.")
    private @Nullable Path svg;

    @Option(
            names = "--markdown",
            paramLabel = "F.md",
            description = "Write the tables with the machine and the command.")
    private @Nullable Path markdown;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** For the command line. */
    public TtsBench() {}

    @Override
    public Integer call() throws InterruptedException {
        OutputFile.requireWritable(svg);
        OutputFile.requireWritable(markdown);
        String problem = new NativeVoiceProvider().unavailable();
        if (problem != null) {
            throw new VoiceException(VoiceException.Code.UNAVAILABLE, problem);
        }
        List<VoiceTimes> raced = new ArrayList<>();
        List<Path> models = PiperVoices.in(voices);
        if (models.isEmpty()) {
            say("no --voices: only the embedded voice is timed");
        }
        for (Path model : models) {
            raced.add(race(model));
        }
        TtsReport report = new TtsReport(raced, embedded());
        spec.commandLine().getOut().println(json ? report.json() : report.text().stripTrailing());
        OutputFile.write(svg, TtsChart.svg(report));
        OutputFile.write(
                markdown,
                report.markdown(
                        "./voice bench tts" + (quick ? " --quick" : "")
                                + (decoder == OnnxDecoder.AUTO
                                        ? ""
                                        : " --decoder " + decoder.name().toLowerCase(Locale.ROOT)),
                        rounds(),
                        quick ? QUICK_REPLIES : REPLIES));
        return 0;
    }

    private int rounds() {
        return quick ? QUICK_ROUNDS : ROUNDS;
    }

    /** In turns, so that what others do on this machine falls on both alike. */
    private VoiceTimes race(Path model) {
        say(model.getFileName() + ": loading it twice, cut and whole");
        try (VoiceRace race = VoiceRace.open(model, decoder)) {
            say(model.getFileName() + ": samples differ by at most " + race.requireAgreement() + " of 32767");
            for (int i = 0; i < 3; i++) {
                race.run(false);
            }
            for (int i = 0; i < rounds(); i++) {
                race.run(true);
            }
            VoiceTimes times = race.times();
            say(String.format(
                    Locale.ROOT,
                    "%s: first sound %.1f ms, whole graph %.1f ms, %.1f times as soon",
                    times.name(),
                    times.first().median(),
                    times.whole().median(),
                    times.sooner()));
            return times;
        }
    }

    private List<EmbeddedTimes> embedded() throws InterruptedException {
        List<EmbeddedTimes> all = new ArrayList<>();
        try (VoiceEngine engine = VoiceEngine.create();
                SpeechSynthesizer voice = engine.openVoice("rms")) {
            for (EmbeddedTimes.Text text : EmbeddedTimes.Text.values()) {
                FirstSound sound = new FirstSound(voice, text.words());
                int replies = quick ? QUICK_REPLIES : REPLIES;
                Times times = sound.run(engine, replies);
                say(String.format(
                        Locale.ROOT,
                        "rms, %s: p50 %.1f ms, p95 %.1f ms",
                        text.title(),
                        times.median(),
                        times.percentile(95)));
                all.add(new EmbeddedTimes(text, times, sound.alone(replies)));
            }
        }
        return all;
    }

    private void say(String line) {
        spec.commandLine().getErr().println("voice: " + line);
    }
}
