package dev.duplexvoice.examples.cli;

import dev.duplexvoice.SessionOptions;
import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.VoiceException;
import dev.duplexvoice.audio.AudioFormat;
import dev.duplexvoice.audio.WavFile;
import dev.duplexvoice.examples.WholeFile;
import dev.duplexvoice.examples.loadtest.Baseline;
import dev.duplexvoice.examples.loadtest.Callers;
import dev.duplexvoice.examples.loadtest.CostReport;
import dev.duplexvoice.examples.loadtest.DensityChart;
import dev.duplexvoice.examples.loadtest.DensitySearch;
import dev.duplexvoice.examples.loadtest.LoadPlan;
import dev.duplexvoice.examples.loadtest.LoadReport;
import dev.duplexvoice.examples.loadtest.LoadResult;
import dev.duplexvoice.examples.loadtest.LoadTest;
import dev.duplexvoice.examples.loadtest.Percentiles;
import dev.duplexvoice.examples.loadtest.PreparedVoice;
import dev.duplexvoice.examples.loadtest.TelemetryCost;
import dev.duplexvoice.examples.loadtest.TelemetryKind;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code voice loadtest}. */
@Command(
        name = "loadtest",
        description = "Hold many conversations at once on the real clock and measure what they cost.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Without --sessions it looks for the most that hold a p99 of tick lateness below 2 ms.",
            "Callers speak with the embedded voices unless --audio is given; replies come out of memory.",
            "Exit code 1 if anything failed, dropped or ended in the run, or if not even one session holds.",
            "--compare-telemetry runs the load without and with telemetry, both at the same time in one process, --sessions",
            "on each side, and prints the CPU time of both: once uncounted, then --rounds of --seconds each (30).",
            "Examples:",
            "  voice loadtest --sessions 200 --seconds 60 --json",
            "  voice loadtest --sessions 500 --compare-telemetry"
        })
final class LoadTestCommand implements Callable<Integer> {
    private static final int SECONDS = 60;
    private static final int SEARCH_SECONDS = 10;
    private static final int WARMUP = 10;
    private static final int CALL_SECONDS = 120;
    private static final int COMPARED_SECONDS = 30;
    private static final int COMPARED_SESSIONS = 200;
    /** In a search the compiler has seen all of it after the first run. */
    private static final int NEXT_WARMUP = 3;

    private static final int SEARCH_START = 32;
    /** A number that fails by less than so many times is given a second run: one disturbance is no limit. */
    private static final int NEAR = 5;

    @Option(
            names = "--sessions",
            paramLabel = "N",
            description = "Sessions at once; with --find, the number to begin with.")
    private @Nullable Integer sessions;

    @Option(names = "--seconds", paramLabel = "S", description = "Measured seconds: 60, or 10 a run with --find.")
    private @Nullable Integer seconds;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Option(names = "--find", description = "Look for the most sessions that hold.")
    private boolean find;

    @Option(names = "--svg", paramLabel = "F.svg", description = "With --find: draw lateness and CPU over sessions.")
    private @Nullable Path svg;

    @Option(
            names = "--audio",
            paramLabel = "PATH",
            description = "A WAV file, or a folder of them: what the callers say, over and over.")
    private @Nullable Path audio;

    @Option(names = "--warmup", paramLabel = "S", description = "Seconds before that, not counted (10).")
    private int warmup = WARMUP;

    @Option(
            names = "--call",
            paramLabel = "S",
            description = "Seconds until a caller hangs up and the next one calls (120); 0: never.")
    private int callSeconds = CALL_SECONDS;

    @Option(names = "--loops", paramLabel = "L", description = "Audio loops (1).")
    private int loops = 1;

    @Option(
            names = "--feeders",
            paramLabel = "F",
            description = "Threads that put audio in and take it out (as many as cores, at most 4).")
    private int feeders = Math.min(4, Math.max(1, Runtime.getRuntime().availableProcessors()));

    @Option(names = "--seed", paramLabel = "X", description = "Decides what callers say and where they begin (1).")
    private long seed = 1;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "A session option, such as output.fade=0ms; may be repeated.")
    private Map<String, String> settings = new LinkedHashMap<>();

    @Option(
            names = "--telemetry",
            paramLabel = "KIND",
            description = {
                "none (default); metrics: at a Prometheus registry, scraped every 15 s; all: also traces over OTLP/gRPC,",
                "a log of JSON lines, and what warns of slow answers, long contexts and much memory."
            })
    private @Nullable TelemetryKind telemetry;

    @Option(
            names = "--compare-telemetry",
            description = "Measure the CPU time that telemetry costs; all unless --telemetry is given.")
    private boolean compare;

    @Option(names = "--rounds", paramLabel = "N", description = "With --compare-telemetry: how many times (6).")
    private int rounds = 6;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws InterruptedException {
        boolean search = !compare && (find || sessions == null);
        LoadPlan plan = plan(search);
        if (compare && find) {
            throw new IllegalArgumentException("--find with --compare-telemetry: give one of them");
        }
        if (compare) {
            TelemetryCost.check(plan, rounds);
        }
        if (svg != null) {
            if (!search) {
                throw new IllegalArgumentException("svg=" + svg + ": one run is no curve; use it with --find");
            }
            WholeFile.requireWritable(svg);
        }
        if (audio != null && !Files.exists(audio)) {
            throw new VoiceException(VoiceException.Code.NOT_FOUND, audio + ": there is no such file or folder");
        }
        settings.forEach(SessionOptions.builder()::set);
        LoadTest test = prepare();
        Percentiles baseline = Baseline.measure();
        if (Baseline.isBusy(baseline)) {
            tell(String.format(
                    Locale.ROOT,
                    "this machine is busy: it wakes an idle thread p99 %.1f ms late, and the figures will be as much too high",
                    baseline.p99()));
        }
        if (compare) {
            return compare(test, plan);
        }
        return search ? search(test, plan, baseline) : single(test, plan, baseline);
    }

    private LoadPlan plan(boolean search) {
        int first = or(sessions, compare ? COMPARED_SESSIONS : SEARCH_START);
        int measured = or(seconds, compare ? COMPARED_SECONDS : search ? SEARCH_SECONDS : SECONDS);
        TelemetryKind kind = telemetry == null ? compare ? TelemetryKind.ALL : TelemetryKind.NONE : telemetry;
        return new LoadPlan(first, measured, warmup, callSeconds, loops, feeders, !search && !compare, seed, kind);
    }

    private static int or(@Nullable Integer given, int otherwise) {
        return given == null ? otherwise : given;
    }

    private LoadTest prepare() {
        // An engine of its own: what is prepared is not to be counted.
        try (VoiceEngine engine = VoiceEngine.create()) {
            List<short[]> recordings = audio == null ? Callers.spoken(engine, seed) : recordings(engine, audio);
            return new LoadTest(recordings, new PreparedVoice(engine, AudioFormat.CANONICAL), settings, this::tell);
        }
    }

    private static List<short[]> recordings(VoiceEngine engine, Path path) {
        List<short[]> recordings = new ArrayList<>();
        for (Path file : Files.isDirectory(path) ? wavFiles(path) : List.of(path)) {
            WavFile wav = AudioInput.read(file);
            recordings.add(AudioInput.resample(engine, wav.samples(), wav.sampleRate(), Callers.RATE));
        }
        return Callers.recorded(recordings);
    }

    private static List<Path> wavFiles(Path folder) {
        try (Stream<Path> list = Files.list(folder)) {
            List<Path> files = list.filter(
                            file -> file.toString().toLowerCase(Locale.ROOT).endsWith(".wav"))
                    .sorted()
                    .toList();
            if (files.isEmpty()) {
                throw new VoiceException(
                        VoiceException.Code.NOT_FOUND, folder + " has no WAV files: give a folder that has");
            }
            return files;
        } catch (IOException e) {
            throw new VoiceException(VoiceException.Code.IO, folder + ": cannot be read: " + e.getMessage(), e);
        }
    }

    private int single(LoadTest test, LoadPlan plan, Percentiles baseline) {
        LoadResult result = test.run(plan);
        PrintWriter out = spec.commandLine().getOut();
        out.println(json ? Json.line(LoadReport.fields(result, baseline)) : LoadReport.text(result, baseline));
        if (!result.isSound()) {
            tell(LoadReport.defects(result) + ": the figures do not stand; try fewer sessions or more --loops");
            return VoiceCommand.FAILED;
        }
        return 0;
    }

    private int compare(LoadTest test, LoadPlan plan) throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter rows = json ? spec.commandLine().getErr() : out;
        rows.println(CostReport.rowTitle());
        TelemetryCost cost = TelemetryCost.measure(
                test, plan, Math.min(warmup, NEXT_WARMUP), rounds, run -> rows.println(CostReport.row(run)));
        if (json) {
            out.println(Json.line(CostReport.fields(cost)));
        } else {
            out.println();
            out.println(CostReport.text(cost));
        }
        if (!cost.defects().isEmpty()) {
            tell(cost.defects() + ": the figures do not stand; try fewer sessions");
            return VoiceCommand.FAILED;
        }
        return 0;
    }

    private int search(LoadTest test, LoadPlan plan, Percentiles baseline) {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter rows = json ? spec.commandLine().getErr() : out;
        Map<Integer, LoadResult> runs = new TreeMap<>();
        rows.println(LoadReport.rowTitle());
        int most = DensitySearch.highest(plan.sessions(), LoadPlan.MOST_SESSIONS, number -> {
            boolean first = runs.isEmpty();
            try {
                LoadResult result = test.run(plan.with(number, first ? warmup : Math.min(warmup, NEXT_WARMUP)));
                rows.println(LoadReport.row(result));
                if (!result.holds()
                        && result.isSound()
                        && result.lateness().p99() < NEAR * LoadResult.MOST_LATENESS_MILLIS) {
                    result = test.run(plan.with(number, Math.min(warmup, NEXT_WARMUP)));
                    rows.println(LoadReport.row(result));
                }
                runs.put(number, result);
                return result.holds();
            } catch (VoiceException e) {
                if (e.code() != VoiceException.Code.OVERLOADED) {
                    throw e;
                }
                rows.println(String.format(Locale.ROOT, "%8d cannot be opened: %s", number, e.getMessage()));
                return false;
            }
        });
        if (svg != null && !runs.isEmpty()) {
            WholeFile.write(svg, DensityChart.svg(List.copyOf(runs.values()), most));
        }
        LoadResult best = runs.get(most);
        if (best == null) {
            throw new VoiceException(
                    VoiceException.Code.OVERLOADED,
                    "not even one session holds a p99 of tick lateness below 2 ms here: leave the machine alone and try again");
        }
        if (json) {
            Map<String, @Nullable Object> fields = LoadReport.fields(best, baseline);
            fields.put(
                    "runs",
                    runs.values().stream()
                            .map(run -> LoadReport.fields(run, baseline))
                            .toList());
            out.println(Json.line(fields));
        } else {
            out.println();
            out.println(LoadReport.text(best, baseline));
        }
        return 0;
    }

    private void tell(String line) {
        spec.commandLine().getErr().println("voice: " + line);
    }
}
