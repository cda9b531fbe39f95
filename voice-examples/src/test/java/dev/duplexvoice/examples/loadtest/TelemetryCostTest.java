package dev.duplexvoice.examples.loadtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class TelemetryCostTest {
    private static final Counts COUNTS = new Counts(100, 10, 10, 5, 2, 3, 0);

    private static LoadPlan plan(TelemetryKind kind) {
        return new LoadPlan(10, 30, 0, 0, 1, 1, false, 1, kind);
    }

    private static CpuRun run(TelemetryKind kind, double cpu, long lost) {
        long allocated = kind == TelemetryKind.NONE ? 1_000_000 : 1_250_000;
        return new CpuRun(
                kind,
                cpu,
                kind == TelemetryKind.NONE ? 8 : 8.08,
                22,
                allocated,
                30,
                COUNTS,
                new Told(1, 2, 3, lost),
                0,
                0);
    }

    private static CpuRun run(TelemetryKind kind, double cpu) {
        return run(kind, cpu, 0);
    }

    @Test
    void shouldCompareTheSidesOfEachRoundAndAllTogether() {
        TelemetryCost cost = new TelemetryCost(
                plan(TelemetryKind.ALL),
                List.of(
                        run(TelemetryKind.NONE, 10),
                        run(TelemetryKind.ALL, 10.1),
                        run(TelemetryKind.NONE, 10.2),
                        run(TelemetryKind.ALL, 10.4)));

        assertThat(cost.ratio()).isEqualTo(20.5 / 20.2, within(1e-9));
        assertThat(cost.ratios()).containsExactly(10.1 / 10, 10.4 / 10.2);
        assertThat(cost.defects()).isEmpty();
        assertThat(CostReport.text(cost))
                .contains("10 sessions on each side, 2 rounds of 30 s: CPU time 20.20 s with none, 20.50 s with all")
                .contains("telemetry adds 1.5 % (1.0 to 2.0 % in a round, standard error 0.5 %), 1.0 % to the")
                .contains("conversations' own threads, and 25.0 % of the bytes allocated")
                .endsWith("compiler, collector and the receiver of spans took 3.30 s");
        assertThat(CostReport.fields(cost))
                .containsEntry("ratio", LoadReport.decimals(1.0149, 4))
                .containsEntry("telemetry", "all");
    }

    @Test
    void shouldSayThatTheFiguresDoNotStandWhenTelemetryLeftSomethingOut() {
        TelemetryCost cost = new TelemetryCost(
                plan(TelemetryKind.METRICS), List.of(run(TelemetryKind.NONE, 10), run(TelemetryKind.METRICS, 10, 17)));

        assertThat(cost.defects()).isEqualTo("17 events or log lines not told");
    }

    @Test
    void shouldRefuseToCompareNothing() {
        assertThatThrownBy(() -> TelemetryCost.check(plan(TelemetryKind.NONE), 1))
                .hasMessage("telemetry=none: must be metrics or all, to be compared with none");
        assertThatThrownBy(() -> TelemetryCost.check(plan(TelemetryKind.ALL), 0))
                .hasMessage("rounds=0: must be 1 to 100");
    }
}
