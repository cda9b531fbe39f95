package dev.duplexvoice.benchmarks.vad;

import dev.duplexvoice.VoiceException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** JMH's results, collected over rounds: in each round every subject has a process of its own, one after the other. */
final class Timings {
    private final Material material;
    private final int iterations;
    private final TimeValue iteration;
    private final TimeValue warmup;
    private final Map<Subject, List<Double>> nanoseconds = new HashMap<>();
    private final Map<Subject, List<Double>> counted = new HashMap<>();
    private final Map<Subject, List<Double>> profiled = new HashMap<>();

    /**
     * No results yet.
     *
     * @param iterations of a subject in a round
     */
    Timings(Material material, int iterations, int iterationMillis, int warmupMillis) {
        this.material = material;
        this.iterations = iterations;
        this.iteration = TimeValue.milliseconds(iterationMillis);
        this.warmup = TimeValue.milliseconds(warmupMillis);
        // Another user's lock file in the shared temporary folder would keep JMH from starting.
        System.setProperty("jmh.ignoreLock", "true");
    }

    /** Times a subject once more; returns this round's median in nanoseconds a call. */
    double add(Subject subject) {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include("^" + Pattern.quote(subject.benchmark()) + "$")
                .forks(1)
                .threads(1)
                .warmupIterations(1)
                .warmupTime(warmup)
                .measurementIterations(iterations)
                .measurementTime(iteration)
                .addProfiler(GCProfiler.class)
                .addProfiler(SimdPath.class)
                .shouldFailOnError(true)
                .jvmArgsAppend(material.jvmArguments().toArray(String[]::new));
        subject.parameters().forEach(options::param);
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        RunResult result;
        try {
            result = new Runner(
                            options.build(),
                            OutputFormatFactory.createFormatInstance(
                                    new PrintStream(log, true, StandardCharsets.UTF_8), VerboseMode.NORMAL))
                    .runSingle();
        } catch (RunnerException e) {
            String text = log.toString(StandardCharsets.UTF_8);
            if (System.getenv("VOICE_TRACE") != null) {
                System.err.print(text);
            }
            throw new VoiceException(
                    VoiceException.Code.INTERNAL, subject.title() + " could not be timed: " + reason(text, e), e);
        }
        List<Double> scores = new ArrayList<>();
        for (BenchmarkResult process : result.getBenchmarkResults()) {
            for (IterationResult one : process.getIterationResults()) {
                scores.add(one.getPrimaryResult().getScore());
            }
        }
        nanoseconds.computeIfAbsent(subject, s -> new ArrayList<>()).addAll(scores);
        keep(result.getSecondaryResults().get("gc.alloc.rate.norm"), 1, profiled, subject);
        keep(result.getSecondaryResults().get("heapBytes"), iterations * Heap.CALLS, counted, subject);
        return median(scores);
    }

    private static void keep(
            @Nullable Result<?> result, int calls, Map<Subject, List<Double>> results, Subject subject) {
        if (result != null) {
            results.computeIfAbsent(subject, s -> new ArrayList<>()).add(result.getScore() / calls);
        }
    }

    /** The exception that the process printed; JMH's own says only that there was one. */
    private static String reason(String log, RunnerException e) {
        return log.lines()
                .filter(line -> line.matches("(Caused by: )?[\\w.]*(Exception|Error): .*"))
                .reduce((first, last) -> last)
                .map(line -> line.replaceFirst("^(Caused by: )?[\\w.]*: ", ""))
                .orElse(e.getMessage() + " (set VOICE_TRACE=1 for JMH's output)");
    }

    /** Nanoseconds of a call, the median of all iterations of all rounds. */
    double median(Subject subject) {
        return median(all(nanoseconds, subject));
    }

    /** Nanoseconds of a call in the iteration that was disturbed least. */
    double least(Subject subject) {
        return all(nanoseconds, subject).stream().mapToDouble(d -> d).min().orElse(Double.NaN);
    }

    /** Bytes on the Java heap for a call, as {@link Heap} counts them; NaN where it does not. */
    double allocated(Subject subject) {
        return median(all(counted, subject));
    }

    /** The same as JMH's gc profiler has it, with JMH's own share. */
    double profiledAllocation(Subject subject) {
        return median(all(profiled, subject));
    }

    private static List<Double> all(Map<Subject, List<Double>> results, Subject subject) {
        return results.getOrDefault(subject, List.of());
    }

    private static double median(List<Double> values) {
        double[] sorted = values.stream().mapToDouble(d -> d).toArray();
        Arrays.sort(sorted);
        int n = sorted.length;
        return n == 0 ? Double.NaN : (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
    }
}
