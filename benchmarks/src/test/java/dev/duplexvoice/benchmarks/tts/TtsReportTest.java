package dev.duplexvoice.benchmarks.tts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.benchmarks.cli.Times;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is told of times that are known. */
class TtsReportTest {
    private static final TtsReport REPORT = new TtsReport(
            List.of(new VoiceTimes(
                    "amy", 10, 150, times(20, 30, 40), times(210, 220, 230), times(150, 200, 250), "5, 6")),
            List.of(
                    new EmbeddedTimes(EmbeddedTimes.Text.SHORT, times(4, 9, 16), times(3)),
                    new EmbeddedTimes(EmbeddedTimes.Text.LONG, times(20, 22, 39), times(7))));

    private static Times times(int... milliseconds) {
        Times times = new Times();
        for (int value : milliseconds) {
            times.add(value * 1_000_000L);
        }
        return times;
    }

    @Test
    void shouldCompareMedians() {
        assertThat(REPORT.json())
                .isEqualTo("{\"piper\":[{\"voice\":\"amy\",\"audio_s\":10.00,\"first_ms\":30.00,\"total_ms\":220.00,"
                        + "\"whole_ms\":200.00,\"sooner\":6.67,\"total_ratio\":1.100,\"rtf\":0.0220}],"
                        + "\"embedded\":[{\"text\":\"clause of three words\",\"p50_ms\":9.00,\"p95_ms\":16.00},"
                        + "{\"text\":\"sentence of twelve words\",\"p50_ms\":22.00,\"p95_ms\":39.00}]}");
    }

    @Test
    void shouldNameAMissAsOne() {
        assertThat(REPORT.markdown("cmd", 3, 3).lines())
                .contains(
                        "| clause of three words | 9.0 ms | 16.0 ms | 15 ms | **missed** | 3.0 ms |",
                        "| sentence of twelve words | 22.0 ms | 39.0 ms | 40 ms | met | 7.0 ms |");
    }

    @Test
    void shouldTakeThePercentileThatIsNotExceeded() {
        Times times = new Times();
        for (int i = 200; i >= 1; i--) {
            times.add(i * 1_000_000L);
        }
        assertThat(times.median()).isEqualTo(100);
        assertThat(times.percentile(95)).isEqualTo(190);
        assertThat(times.percentile(100)).isEqualTo(200);
        assertThat(times.count()).isEqualTo(200);
    }

    @Test
    void shouldFindTheTokenThatCompletesAClause() {
        List<String> words = EmbeddedTimes.Text.SHORT.words();
        assertThat(words.get(FirstSound.completing(words))).isEqualTo(" how");
        words = EmbeddedTimes.Text.LONG.words();
        assertThat(words.get(FirstSound.completing(words))).isEqualTo(" Hurry");
    }
}
