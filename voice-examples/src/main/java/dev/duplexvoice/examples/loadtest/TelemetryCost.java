package dev.duplexvoice.examples.loadtest;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * What telemetry costs: the same load without it and with it by turns, in one process.
 *
 * @param plan what each run was, with the telemetry that is compared
 * @param runs in the order in which they were made: {@code none}, with, with, {@code none}, and so on
 */
public record TelemetryCost(LoadPlan plan, List<CpuRun> runs) {
    /** Whatever changes as time goes by, the compiler's work for one, falls on both sides alike. */
    private static final boolean[] WITH = {false, true, true, false};

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
     * Runs each side once uncounted for the plan's warm-up, and then both by turns.
     *
     * @param plan its telemetry is that of the one side
     * @param nextWarmup seconds before each run that counts
     * @param rounds of four runs
     * @param told each run that counts
     */
    public static TelemetryCost measure(
            LoadTest test, LoadPlan plan, int nextWarmup, int rounds, Consumer<CpuRun> told) {
        check(plan, rounds);
        LoadPlan warmUp = plan.with(plan.sessions(), 0).withSeconds(Math.max(1, plan.warmup()));
        test.cpu(warmUp.with(TelemetryKind.NONE));
        test.cpu(warmUp);
        LoadPlan next = plan.with(plan.sessions(), nextWarmup);
        List<CpuRun> runs = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            for (boolean with : WITH) {
                CpuRun run = test.cpu(with ? next : next.with(TelemetryKind.NONE));
                runs.add(run);
                told.accept(run);
            }
        }
        return new TelemetryCost(plan, runs);
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

    /** The same of each two neighbours, of which one is with and the other without: how far they spread is how sure the ratio is. */
    public List<Double> ratios() {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i + 1 < runs.size(); i += 2) {
            CpuRun first = runs.get(i);
            CpuRun second = runs.get(i + 1);
            boolean firstWith = first.telemetry() != TelemetryKind.NONE;
            ratios.add(firstWith ? first.cpuSeconds() / second.cpuSeconds() : second.cpuSeconds() / first.cpuSeconds());
        }
        return ratios;
    }

    /** What makes the figures worthless; empty if nothing does. */
    public String defects() {
        return runs.stream()
                .map(CpuRun::defects)
                .filter(defects -> !defects.isEmpty())
                .collect(Collectors.joining("; "));
    }
}
