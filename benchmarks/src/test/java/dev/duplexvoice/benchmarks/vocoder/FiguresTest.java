package dev.duplexvoice.benchmarks.vocoder;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.duplexvoice.benchmarks.vocoder.DecoderRace.Round;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** What is told of times that are known. */
class FiguresTest {
    private static final long MILLI = 1_000_000;
    private static final Offset<Double> ROUNDING = Offset.offset(1e-9);

    /** The machine is twice as slow in the second round, and the third is disturbed while ours runs. */
    private static final List<Round> ROUNDS =
            List.of(round(200, 100, 102, 5), round(400, 200, 204, 10), round(200, 150, 101, 5));

    private static Round round(int theirs, int whole, int chunked, int first) {
        return new Round(theirs * MILLI, whole * MILLI, List.of(chunked * MILLI, 2 * chunked * MILLI), first * MILLI);
    }

    private static Figures figures(double difference) {
        return Figures.of("V2", "avx2", 2, ROUNDS, List.of(8, 1), difference, 500_000, 3_000_000);
    }

    @Test
    void shouldTakeTheMedianOfTheRatiosOfRounds() {
        Figures figures = figures(1e-6);
        assertThat(figures.totalRatio()).isEqualTo(0.5, ROUNDING);
        assertThat(figures.overheads().get(8)).isEqualTo(0.02, ROUNDING);
        assertThat(figures.overheads().get(1)).isEqualTo(1.04, ROUNDING);
        assertThat(figures.sooner()).isEqualTo(40, ROUNDING);
        assertThat(figures.ortMillis()).isEqualTo(200, ROUNDING);
        assertThat(figures.realTimeFactor()).isEqualTo(0.051, ROUNDING);
        assertThat(figures.streams()).isEqualTo(1 / 0.051, ROUNDING);
    }

    @Test
    void shouldNameEachTargetThatIsMissed() {
        assertThat(figures(1e-6).misses())
                .containsExactly("V2: chunks of 1 cost 104.0 % more than all at once; less than 5 % is wanted");
        Figures slow = Figures.of("V2", "avx2", 2, List.of(round(50, 100, 99, 6)), List.of(8, 1), 2e-4, 1, 1);
        assertThat(slow.misses())
                .containsExactly(
                        "V2: samples differ by 2.0e-04; at most 1e-04 is wanted",
                        "V2: takes 2.00 of ONNX Runtime's time; at most 1 is wanted",
                        "V2: chunks of 1 cost 98.0 % more than all at once; less than 5 % is wanted",
                        "V2: the first chunk comes 8.3 times as soon as ONNX Runtime's sentence; at least 10 is wanted");
    }

    @Test
    void shouldNotTakeWhatIsNoNumberForEqual() {
        assertThat(figures(1e-4).differences()).isEmpty();
        assertThat(figures(Double.NaN).differences()).hasSize(1);
    }

    @Test
    void shouldReadBackItsOwnJson() throws JsonProcessingException {
        VocoderReport report = new VocoderReport(List.of(figures(1e-6)), List.of(figures(1e-5)));
        assertThat(report.json()).contains("\"total_ratio\":0.5,", "\"stream_bytes\":500000");
        assertThat(VocoderReport.parse(report.json())).isEqualTo(report);
    }

    @Test
    void shouldPutEachPathIntoTheTable() {
        Figures slower = Figures.of("V2", "portable", 2, ROUNDS, List.of(8, 1), 1e-6, 500_000, 3_000_000);
        assertThat(new VocoderReport(List.of(figures(1e-6)), List.of(slower))
                        .markdown("cmd", 3)
                        .lines())
                .contains(
                        "| V2 | 3 | 2.0 s | 200.0 ms | 150.0 ms | 0.500 | +2.0 % | +104.0 % | 5.00 ms | 40 | 1.0e-06 |",
                        "| V2 | `avx2` | 0.50 | 0.0510 | 19.6 | 500 kB | 3.0 MB |",
                        "| V2 | `portable` | 0.50 | 0.0510 | 19.6 | 500 kB | 3.0 MB |");
    }
}
