package dev.duplexvoice.vad;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A detector of a host's own may answer with anything. */
class NotANumberTest {
    private static final int RATE = 16_000;
    private static final int WINDOW = 512;

    /** Answers with what the first samples of the window say: a sum that takes NaN along. */
    private static final class Summing extends IndependentVadBatch {
        private final float[] sums;

        Summing(int capacity) {
            super(capacity, WINDOW);
            sums = new float[capacity];
        }

        @Override
        protected void clear(int caller) {
            sums[caller] = 0;
        }

        @Override
        protected float advance(int caller, short[] samples, int offset) {
            sums[caller] += samples[offset] < 0 ? Float.NaN : samples[offset] / 100f;
            return sums[caller];
        }
    }

    private static short[] window(int first) {
        short[] window = new short[WINDOW];
        window[0] = (short) first;
        return window;
    }

    @Test
    void shouldStayWithItsCallerWhenOneStateIsNaN() {
        try (VadBatch batch = new Summing(3)) {
            int[] callers = {batch.acquire(), batch.acquire(), batch.acquire()};
            for (int w = 1; w <= 4; w++) {
                for (int i = 0; i < callers.length; i++) {
                    batch.submit(callers[i], window(i == 1 ? -1 : 20), 0);
                }
                batch.run();
                assertThat(batch.probability(callers[0])).isCloseTo(w * 0.2f, within(1e-6f));
                assertThat(batch.probability(callers[1])).isNaN();
                assertThat(batch.probability(callers[2])).isCloseTo(w * 0.2f, within(1e-6f));
            }
            batch.reset(callers[1]);
            batch.submit(callers[1], window(20), 0);
            batch.run();
            assertThat(batch.probability(callers[1])).isCloseTo(0.2f, within(1e-6f));
        }
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.NEGATIVE_INFINITY})
    void shouldEndTheSegmentWhenProbabilitiesAreNoNumbersAnyMore(float value) {
        float[] probabilities = new float[60];
        Arrays.fill(probabilities, 0, 20, 0.9f);
        Arrays.fill(probabilities, 20, 60, value);
        assertThat(SpeechSegments.of(probabilities, VadOptions.OFFLINE, RATE, WINDOW, 60L * WINDOW))
                .isEqualTo(List.of(new SpeechSegment(0, 20 * WINDOW + 480)));
    }

    @Test
    void shouldHearSpeechWhenProbabilitiesAreInfinite() {
        float[] probabilities = new float[60];
        Arrays.fill(probabilities, 0, 20, Float.POSITIVE_INFINITY);
        assertThat(SpeechSegments.of(probabilities, VadOptions.OFFLINE, RATE, WINDOW, 60L * WINDOW))
                .isEqualTo(List.of(new SpeechSegment(0, 20 * WINDOW + 480)));
    }

    @Test
    void shouldHearNothingWhenProbabilitiesAreNaNFromTheStart() {
        float[] probabilities = new float[60];
        Arrays.fill(probabilities, Float.NaN);
        assertThat(SpeechSegments.of(probabilities, VadOptions.OFFLINE, RATE, WINDOW, 60L * WINDOW))
                .isEmpty();
    }
}
