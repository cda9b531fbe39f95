package dev.duplexvoice.examples.vadeval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TallyTest {

    private static Labels labels(Labels.Span... spans) {
        return new Labels(List.of(spans));
    }

    @Test
    void shouldScoreByHandCountedWindowsWhenLabelsAreFew() {
        Tally tally = new Tally();
        // Windows of 0.1 s: silence, speech from 0.35 to 0.8, then unlabelled.
        tally.add(
                new float[] {0.1f, 0.6f, 0.2f, 0.3f, 0.4f, 0.7f, 0.9f, 0.8f, 1f, 1f},
                0.1,
                labels(new Labels.Span(0, 0.35, false), new Labels.Span(0.35, 0.8, true)));
        Scores scores = tally.scores();

        assertThat(scores.windows()).isEqualTo(8);
        // Speech 0.3 0.4 0.7 0.9 0.8 (the middle of window 3 is its onset), silence 0.1 0.6 0.2: 13 of 15 pairs are in
        // order.
        assertThat(scores.auc()).isCloseTo(13 / 15.0, within(1e-12));
        assertThat(scores.f1()).isCloseTo(6 / 9.0, within(1e-12));
        assertThat(scores.bestF1()).isCloseTo(10 / 11.0, within(1e-12));
        assertThat(scores.bestThreshold()).isCloseTo(0.3, within(1e-6));
        assertThat(scores.accuracy()).isEqualTo(5 / 8.0);
        assertThat(scores.falseAlarms()).isEqualTo(1 / 3.0);
        assertThat(scores.onsetMedian()).isCloseTo(0.25, within(1e-9));
        assertThat(scores.missed()).isZero();
    }

    @Test
    void shouldEqualTheCountOfPairsWhenProbabilitiesTie() {
        Random random = new Random(3);
        for (int round = 0; round < 200; round++) {
            float[] values = new float[40];
            Labels.Span[] spans = new Labels.Span[40];
            for (int i = 0; i < 40; i++) {
                values[i] = random.nextInt(6) / 5f;
                spans[i] = new Labels.Span(i, i + 1, i % 3 == 0);
            }
            double ordered = 0;
            for (int s = 0; s < 40; s += 3) {
                for (int n = 0; n < 40; n++) {
                    if (n % 3 != 0) {
                        ordered += values[s] > values[n] ? 1 : values[s] == values[n] ? 0.5 : 0;
                    }
                }
            }
            Tally tally = new Tally();
            tally.add(values, 1, labels(spans));
            assertThat(tally.scores().auc()).isCloseTo(ordered / (14 * 26), within(1e-9));
        }
    }

    @Test
    void shouldLeaveOpenWhatLabelsDoNotTellWhenTheyAreOfOneKind() {
        Tally tally = new Tally();
        tally.add(new float[] {0.1f, 0.9f}, 1, labels(new Labels.Span(0, 2, false)));
        Scores scores = tally.scores();
        assertThat(scores.auc()).isNaN();
        assertThat(scores.f1()).isNaN();
        assertThat(scores.onsetMedian()).isNaN();
        assertThat(scores.falseAlarms()).isEqualTo(0.5);
        assertThatIllegalArgumentException().isThrownBy(() -> RocChart.svg("d", scores));
    }
}
