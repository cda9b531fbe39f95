package dev.duplexvoice.benchmarks.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.benchmarks.cli.Times;
import dev.duplexvoice.benchmarks.worker.WorkerReport.FirstTimes;
import dev.duplexvoice.benchmarks.worker.WorkerReport.PauseTimes;
import org.junit.jupiter.api.Test;

/** What is told of times that are known. */
class WorkerReportTest {
    private static final WorkerReport REPORT = new WorkerReport(
            new FirstTimes(times(7, 8), times(9, 12), times(2, 4)),
            times(1),
            new PauseTimes(times(1, 3), times(2), times(8)),
            new StreamTimes(times(1, 12), 9, 34),
            new StreamTimes(times(0, 1), 8, 12),
            200,
            20,
            3);

    private static Times times(int... milliseconds) {
        Times times = new Times();
        for (int value : milliseconds) {
            times.add(value * 1_000_000L);
        }
        return times;
    }

    @Test
    void shouldTellWhichTargetsAreMissedWhenOthersAreMet() {
        assertThat(REPORT.markdown("cmd").lines())
                .contains(
                        "| first 20 ms of a sentence, in process | 7.00 | 8.00 | 8.00 | 8.00 |  |  |",
                        "| what the worker adds, pair by pair | 2.00 | 4.00 | 4.00 | 4.00 | 3 | **missed** |",
                        "| PAUSE to the last frame | 1.00 | 3.00 | 3.00 | 3.00 | 5 | met |",
                        "| 200 streams, frames as they are made: late by | 1.00 | 12.00 | 12.00 | 12.00 | 10 | **missed** |",
                        "| 200 streams, frames as they are played: late by | 0.00 | 1.00 | 1.00 | 1.00 | 10 | met |");
    }

    @Test
    void shouldBeOneObjectWhenItIsJson() {
        assertThat(REPORT.json())
                .startsWith("{\"first_audio_local\":{\"p50_ms\":7.000,\"p95_ms\":8.000,")
                .contains("\"frame_lateness\":{\"p50_ms\":1.000,\"p95_ms\":12.000,\"p99_ms\":12.000,\"max_ms\":12.000}")
                .endsWith("\"streams\":200,\"seconds\":20,\"frame_client_us\":9.0,\"frame_worker_us\":34.0,"
                        + "\"played_client_us\":8.0,\"played_worker_us\":12.0,\"others_percent\":3.0}");
    }

    @Test
    void shouldMarkTheTargetsAndNothingElseWhenItIsDrawn() {
        assertThat(WorkerChart.svg(REPORT).lines().filter(line -> line.contains("<line class=\"target\"")))
                .hasSize(4);
        assertThat(WorkerChart.svg(REPORT)).contains("p50 2.00, p95 4.00 ms; target 3", "p50 7.00, p95 8.00 ms<");
    }
}
