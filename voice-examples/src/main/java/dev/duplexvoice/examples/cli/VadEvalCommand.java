package dev.duplexvoice.examples.cli;

import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.VoiceException;
import dev.duplexvoice.examples.WholeFile;
import dev.duplexvoice.examples.vadeval.Labels;
import dev.duplexvoice.examples.vadeval.RocChart;
import dev.duplexvoice.examples.vadeval.Scores;
import dev.duplexvoice.examples.vadeval.Tally;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code voice vad-eval}. */
@Command(
        name = "vad-eval",
        description = "Score a detector on labelled recordings.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Beside NAME.wav lies NAME.csv or NAME.scv with lines of start,end,0 or start,end,1 in seconds.",
            "F1, accuracy, false alarms and onset delay are at a threshold of 0.5.",
            "Example: voice vad-eval recordings --detector webrtc --svg roc.svg"
        })
final class VadEvalCommand implements Callable<Integer> {
    private static final String ROW = "%-24s %9s %7s %7s %7s %8s %7s %9s %9s %7s%n";

    @Parameters(index = "0", paramLabel = "DIR", description = "The folder of the recordings.")
    private Path folder = Path.of("");

    @Mixin
    private DetectorChoice detector = new DetectorChoice();

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Option(names = "--svg", paramLabel = "F.svg", description = "Draw the ROC curve.")
    private @Nullable Path svg;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        detector.check();
        // All labels first: a malformed line is told before the long work.
        Map<Path, Labels> recordings = recordings();
        if (svg != null) {
            WholeFile.requireWritable(svg);
            requireBothKinds(recordings.values());
        }
        String name = detector.name();
        Set<String> devices = new TreeSet<>();
        Tally all = new Tally();
        Map<String, Scores> single = new LinkedHashMap<>();
        double seconds = 0;
        try (VoiceEngine engine = VoiceEngine.create()) {
            for (Map.Entry<Path, Labels> recording : recordings.entrySet()) {
                DetectorRun run = DetectorRun.of(engine, detector, AudioInput.read(recording.getKey()));
                devices.add(run.deviceName());
                double window = (double) run.windowSamples() / run.sampleRate();
                Tally one = new Tally();
                one.add(run.values(), window, recording.getValue());
                all.add(run.values(), window, recording.getValue());
                single.put(String.valueOf(recording.getKey().getFileName()), one.scores());
                seconds += one.windows() * window;
            }
        }
        if (all.windows() == 0) {
            throw new VoiceException(
                    VoiceException.Code.INVALID_ARGUMENT, folder + ": no label lies within its recording");
        }
        Scores scores = all.scores();
        if (svg != null) {
            requireCurve(scores.speechShare() > 0, scores.speechShare() < 1);
            WholeFile.write(svg, RocChart.svg(name, scores));
        }
        print(name, String.join(",", devices), single, seconds, scores);
        return 0;
    }

    /** Before the long work; a label outside its recording counts only after it. */
    private void requireBothKinds(Collection<Labels> labels) {
        List<Labels.Span> spans =
                labels.stream().flatMap(l -> l.spans().stream()).toList();
        requireCurve(
                spans.stream().anyMatch(Labels.Span::speech), !spans.stream().allMatch(Labels.Span::speech));
    }

    private void requireCurve(boolean speech, boolean noSpeech) {
        if (!speech || !noSpeech) {
            throw new VoiceException(
                    VoiceException.Code.INVALID_ARGUMENT,
                    folder + ": no label is of "
                            + (speech ? "audio without speech (start,end,0)" : "speech (start,end,1)")
                            + ", and a curve needs both; add some, or leave --svg out");
        }
    }

    private Map<Path, Labels> recordings() {
        if (!Files.isDirectory(folder)) {
            throw new VoiceException(
                    VoiceException.Code.NOT_FOUND, folder + " is no folder: give one with WAV files and their labels");
        }
        List<Path> files;
        try (Stream<Path> list = Files.list(folder)) {
            files = list.filter(f -> f.toString().toLowerCase(Locale.ROOT).endsWith(".wav"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new VoiceException(VoiceException.Code.IO, folder + ": cannot be read: " + e.getMessage(), e);
        }
        Map<Path, Labels> recordings = new LinkedHashMap<>();
        for (Path file : files) {
            Path labels = Labels.beside(file);
            if (labels != null) {
                recordings.put(file, Labels.read(labels));
            }
        }
        if (recordings.isEmpty()) {
            throw new VoiceException(
                    VoiceException.Code.NOT_FOUND,
                    folder + ": none of its " + files.size()
                            + " WAV files has labels; put NAME.csv or NAME.scv beside NAME.wav");
        }
        int without = files.size() - recordings.size();
        if (without > 0) {
            spec.commandLine().getErr().println("voice: " + without + " WAV files without labels are left out");
        }
        return recordings;
    }

    private void print(String name, String device, Map<String, Scores> single, double seconds, Scores scores) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Map<String, @Nullable Object> result = fields(scores);
            Map<String, @Nullable Object> whole = new LinkedHashMap<>();
            whole.put("detector", name);
            whole.put("device", device);
            whole.put("recordings", single.size());
            whole.put("seconds", Json.decimals(seconds, 3));
            whole.putAll(result);
            out.println(Json.line(whole));
            return;
        }
        out.printf(
                Locale.ROOT,
                ROW,
                name,
                "AUC",
                "F1",
                "best F1",
                "at",
                "accuracy",
                "alarms",
                "onset p50",
                "p90",
                "missed");
        single.forEach((recording, one) -> row(out, recording, one));
        row(out, "all", scores);
        out.flush();
    }

    private static void row(PrintWriter out, String title, Scores s) {
        out.printf(
                Locale.ROOT,
                ROW,
                title,
                text("%.4f", s.auc()),
                text("%.4f", s.f1()),
                text("%.4f", s.bestF1()),
                text("%.3f", s.bestThreshold()),
                text("%.4f", s.accuracy()),
                text("%.4f", s.falseAlarms()),
                text("%.0f ms", 1_000 * s.onsetMedian()),
                text("%.0f ms", 1_000 * s.onsetP90()),
                s.missed() + "/" + s.onsets());
    }

    private static String text(String pattern, double value) {
        return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, pattern, value);
    }

    private static Map<String, @Nullable Object> fields(Scores s) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("windows", s.windows());
        put(fields, "speech_share", s.speechShare());
        put(fields, "auc", s.auc());
        put(fields, "f1", s.f1());
        put(fields, "best_f1", s.bestF1());
        put(fields, "best_threshold", s.bestThreshold());
        put(fields, "accuracy", s.accuracy());
        put(fields, "false_alarms", s.falseAlarms());
        put(fields, "onset_median_ms", 1_000 * s.onsetMedian());
        put(fields, "onset_p90_ms", 1_000 * s.onsetP90());
        fields.put("onsets", s.onsets());
        fields.put("missed", s.missed());
        return fields;
    }

    /** A number; null where the labels do not tell it. */
    private static void put(Map<String, @Nullable Object> fields, String name, double value) {
        fields.put(name, Double.isNaN(value) ? null : Json.decimals(value, 4));
    }
}
