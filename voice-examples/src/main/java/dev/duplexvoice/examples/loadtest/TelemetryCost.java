package dev.duplexvoice.examples.loadtest;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * What telemetry costs: the same load without it and with it at the same time, in one process.
 *
 * @param plan what each side was, with the telemetry that is compared
 * @param runs {@code none} and with it, at the same time, and so on
 */
public record TelemetryCost(LoadPlan plan, List<CpuRun> runs) {
    /** Copies the runs. */
    public TelemetryCost {
        runs = List.copyOf(runs);
    }

    /** @throws IllegalArgumentException if that cannot be measured */
    public static void check(LoadPlan plan, int rounds) {
        if (plan.telemetry() == TelemetryKind.NONE) {
            throw new IllegalArgumentException("telemetry=none: must be metrics or all, to be compared with none");
        }
        if (rounds < 1 || rounds > 100) {
            throw new IllegalArgumentException("rounds=" + rounds + ": must be 1 to 100");
        }
    }

    /**
     * Runs both sides once uncounted for the plan's warm-up, and then so many times.
     *
     * @param plan its telemetry is that of the one side
     * @param nextWarmup seconds before each run that counts
     * @param rounds of both sides
     * @param told of each side of each round
     */
    public static TelemetryCost measure(LoadTest test, LoadPlan plan, int nextWarmup, int rounds, Consumer<CpuRun> told)
            throws InterruptedException {
        check(plan, rounds);
        LoadPlan warmUp = plan.with(plan.sessions(), 0).withSeconds(Math.max(1, plan.warmup()));
        Together together = new Together();
        both(test, together, warmUp, 0);
        LoadPlan next = plan.with(plan.sessions(), nextWarmup);
        List<CpuRun> runs = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            // What the round before has left is not to be collected in this one.
            System.gc();
            for (CpuRun run : both(test, together, next, round % 2)) {
                runs.add(run);
                told.accept(run);
            }
        }
        return new TelemetryCost(plan, runs);
    }

    private static List<CpuRun> both(LoadTest test, Together together, LoadPlan plan, int first)
            throws InterruptedException {
        LoadPlan none = plan.with(TelemetryKind.NONE);
        return together.run(
                first, (group, both) -> test.cpu(none, group, both), (group, both) -> test.cpu(plan, group, both));
    }

    /** CPU seconds of all runs of a kind. */
    double cpuSeconds(TelemetryKind kind) {
        return runs.stream()
                .filter(run -> run.telemetry() == kind)
                .mapToDouble(CpuRun::cpuSeconds)
                .sum();
    }

    /** CPU time with telemetry by that without, of all runs. */
    public double ratio() {
        return cpuSeconds(plan.telemetry()) / cpuSeconds(TelemetryKind.NONE);
    }

    /** The same of each round: how far they spread is how sure the ratio is. */
    public List<Double> ratios() {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i + 1 < runs.size(); i += 2) {
            ratios.add(runs.get(i + 1).cpuSeconds() / runs.get(i).cpuSeconds());
        }
        return ratios;
    }

    /** Standard error of the mean of {@link #ratios}; NaN of one. */
    public double standardError() {
        List<Double> ratios = ratios();
        double mean = ratios.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
        double squares = ratios.stream()
                .mapToDouble(ratio -> (ratio - mean) * (ratio - mean))
                .sum();
        return Math.sqrt(squares / (ratios.size() - 1) / ratios.size());
    }

    /** Bytes allocated with telemetry by those without. */
    public double allocation() {
        return (double) allocated(plan.telemetry()) / allocated(TelemetryKind.NONE);
    }

    /** CPU time with telemetry by that without, of the threads that both sides have: audio loops, workers, transports. */
    public double conversationRatio() {
        return conversationSeconds(plan.telemetry()) / conversationSeconds(TelemetryKind.NONE);
    }

    private double conversationSeconds(TelemetryKind kind) {
        return runs.stream()
                .filter(run -> run.telemetry() == kind)
                .mapToDouble(CpuRun::conversationSeconds)
                .sum();
    }

    /** CPU seconds of the process that belong to neither side: compiler, collector, receiver of spans. */
    double otherSeconds() {
        double process = 0;
        for (int i = 0; i + 1 < runs.size(); i += 2) {
            process += Math.max(runs.get(i).processSeconds(), runs.get(i + 1).processSeconds());
        }
        return process - cpuSeconds(TelemetryKind.NONE) - cpuSeconds(plan.telemetry());
    }

    private long allocated(TelemetryKind kind) {
        return runs.stream()
                .filter(run -> run.telemetry() == kind)
                .mapToLong(CpuRun::allocated)
                .sum();
    }

    /** What makes the figures worthless; empty if nothing does. */
    public String defects() {
        return runs.stream()
                .map(CpuRun::defects)
                .filter(defects -> !defects.isEmpty())
                .collect(Collectors.joining("; "));
    }
}
