package dev.duplexvoice.vad;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SpeechSegmentsTest {
    private static final int RATE = 16_000;
    private static final int WINDOW = 512;

    private static long samples(Duration duration) {
        return duration.toMillis() * RATE / 1_000;
    }

    private static List<SpeechSegment> reference(float[] probabilities, VadOptions options, long total) {
        return OfficialSegments.of(probabilities, options, RATE, WINDOW, total);
    }

    private static VadOptions options(Random random) {
        return new VadOptions(
                0.2f + random.nextInt(7) / 10f,
                random.nextInt(5) / 10f,
                Duration.ofMillis(random.nextInt(10) * 32L),
                Duration.ofMillis(random.nextInt(10) * 25L),
                Duration.ofMillis(random.nextInt(8) * 30L));
    }

    /** With a longest segment of 0.1 to 2.1 s. */
    private static VadOptions cuttingOptions(Random random) {
        return options(random).withMaxSpeech(Duration.ofMillis(100 + random.nextInt(200) * 10L));
    }

    /** Speech and silence of random lengths with flicker. */
    private static float[] probabilities(Random random) {
        float[] probabilities = new float[random.nextInt(120)];
        boolean speech = random.nextBoolean();
        for (int i = 0; i < probabilities.length; i++) {
            speech ^= random.nextInt(6) == 0;
            float value = random.nextInt(5) == 0 ? random.nextFloat() : speech ? 0.9f : 0.05f;
            probabilities[i] = random.nextInt(8) == 0 ? Math.round(value * 10) / 10f : value;
        }
        return probabilities;
    }

    @Test
    void shouldFindTheSegmentsOfSileroWhenProbabilitiesAreRandom() {
        Random random = new Random(7);
        int found = 0;
        for (int round = 0; round < 20_000; round++) {
            VadOptions options = options(random);
            float[] probabilities = probabilities(random);
            long total = Math.max(0, (long) probabilities.length * WINDOW - random.nextInt(WINDOW));

            List<SpeechSegment> expected = reference(probabilities, options, total);
            assertThat(SpeechSegments.of(probabilities, options, RATE, WINDOW, total))
                    .as("round %d, %s", round, options)
                    .isEqualTo(expected);
            found += expected.size();
        }
        assertThat(found).isGreaterThan(30_000);
    }

    @Test
    void shouldCutWhereSileroDoesWhenSegmentsHaveALongestDuration() {
        Random random = new Random(9);
        int found = 0;
        int uncut = 0;
        for (int round = 0; round < 50_000; round++) {
            VadOptions options = cuttingOptions(random);
            float[] probabilities = probabilities(random);
            long total = Math.max(0, (long) probabilities.length * WINDOW - random.nextInt(WINDOW));

            List<SpeechSegment> expected = reference(probabilities, options, total);
            assertThat(SpeechSegments.of(probabilities, options, RATE, WINDOW, total))
                    .as("round %d, %s", round, options)
                    .isEqualTo(expected);
            found += expected.size();
            uncut += reference(probabilities, options.withMaxSpeech(VadOptions.NO_MAXIMUM), total)
                    .size();
        }
        assertThat(found).isGreaterThan(uncut + 50_000);
    }

    @Test
    void shouldAnnounceExactlyTheSegmentsThatCountWhenStreaming() {
        Random random = new Random(8);
        for (int round = 0; round < 20_000; round++) {
            VadOptions options = round % 2 == 0 ? options(random) : cuttingOptions(random);
            float[] probabilities = probabilities(random);
            SpeechSegmenter segmenter = new SpeechSegmenter(options, RATE, WINDOW);
            List<SpeechSegment> ended = new ArrayList<>();
            long started = -1;
            for (float probability : probabilities) {
                SpeechSegmenter.Signal signal = segmenter.window(probability);
                while (signal != SpeechSegmenter.Signal.NONE) {
                    switch (signal) {
                        case STARTED -> {
                            assertThat(started).isEqualTo(-1);
                            started = segmenter.start();
                        }
                        case ENDED -> {
                            assertThat(segmenter.start()).isEqualTo(started);
                            ended.add(new SpeechSegment(started, segmenter.end()));
                            started = -1;
                        }
                        default -> assertThat(started).isEqualTo(-1);
                    }
                    signal = segmenter.next();
                }
            }
            long total = (long) probabilities.length * WINDOW;
            List<SpeechSegment> expected = OfficialSegments.withoutPadding(probabilities, options, RATE, WINDOW, total);
            if (segmenter.finish(total) == SpeechSegmenter.Signal.ENDED) {
                ended.add(new SpeechSegment(segmenter.start(), segmenter.end()));
            } else {
                assertThat(started).isEqualTo(-1);
            }
            assertThat(ended).as("round %d, %s", round, options).isEqualTo(expected);
        }
    }

    @Test
    void shouldCutAtTheLongestPauseWhenASegmentIsTooLong() {
        // Pauses of 4 and 5 windows, 128 and 160 ms, neither long enough to end a segment by itself.
        float[] probabilities = new float[60];
        Arrays.fill(probabilities, 0.9f);
        Arrays.fill(probabilities, 10, 14, 0.1f);
        Arrays.fill(probabilities, 20, 25, 0.1f);
        VadOptions options = new VadOptions(0.5f, 0.15f, Duration.ZERO, Duration.ofSeconds(1), Duration.ZERO)
                .withMaxSpeech(Duration.ofMillis(1_312));

        // The limit is 40 windows and is passed at window 41; from 25 on there are 35 more.
        assertThat(SpeechSegments.of(probabilities, options, RATE, WINDOW, 60 * WINDOW))
                .containsExactly(new SpeechSegment(0, 20 * WINDOW), new SpeechSegment(25 * WINDOW, 60 * WINDOW));
    }

    @Test
    void shouldCutAtTheLimitWhenThereIsNoPause() {
        float[] probabilities = new float[60];
        Arrays.fill(probabilities, 0.9f);
        VadOptions options = new VadOptions(0.5f, 0.15f, Duration.ZERO, Duration.ZERO, Duration.ZERO)
                .withMaxSpeech(Duration.ofMillis(1_312));

        assertThat(SpeechSegments.of(probabilities, options, RATE, WINDOW, 60 * WINDOW))
                .containsExactly(new SpeechSegment(0, 41 * WINDOW), new SpeechSegment(42 * WINDOW, 60 * WINDOW));
    }

    @Test
    void shouldRefuseTheNextWindowWhenSignalsWereNotTaken() {
        float[] probabilities = new float[45];
        Arrays.fill(probabilities, 0.9f);
        Arrays.fill(probabilities, 10, 15, 0.1f);
        SpeechSegmenter segmenter = new SpeechSegmenter(
                new VadOptions(0.5f, 0.15f, Duration.ZERO, Duration.ofSeconds(1), Duration.ZERO)
                        .withMaxSpeech(Duration.ofMillis(1_312)),
                RATE,
                WINDOW);

        assertThatIllegalStateException()
                .isThrownBy(() -> {
                    for (float probability : probabilities) {
                        segmenter.window(probability);
                    }
                })
                .withMessageStartingWith("signals=1");
    }

    @Test
    void shouldTellStartWhenItIsLongEnoughAndEndWhenSilenceIs() {
        VadOptions options = new VadOptions(0.5f, 0.15f, Duration.ofMillis(64), Duration.ofMillis(64), Duration.ZERO);
        SpeechSegmenter segmenter = new SpeechSegmenter(options, RATE, WINDOW);
        float[] probabilities = {0.1f, 0.5f, 0.9f, 0.4f, 0.34f, 0.4f, 0.34f, 0.2f, 0.1f};
        List<SpeechSegmenter.Signal> signals = new ArrayList<>();
        for (float probability : probabilities) {
            signals.add(segmenter.window(probability));
        }

        // 64 ms are exactly two windows: not longer, so the third tells. Window 5 is above the negative threshold.
        SpeechSegmenter.Signal none = SpeechSegmenter.Signal.NONE;
        assertThat(signals)
                .containsExactly(
                        none,
                        none,
                        none,
                        SpeechSegmenter.Signal.STARTED,
                        none,
                        none,
                        SpeechSegmenter.Signal.ENDED,
                        none,
                        none);
        assertThat(segmenter.start()).isEqualTo(512);
        assertThat(segmenter.end()).isEqualTo(4 * 512);
        assertThat(segmenter.inSpeech()).isFalse();
    }

    @Test
    void shouldShareTheGapWhenPaddingIsWiderThanHalfOfIt() {
        assertThat(padded(80, 3_050)).containsExactly(new SpeechSegment(920, 2_050), new SpeechSegment(2_051, 3_050));
        assertThat(padded(50, 9_999)).containsExactly(new SpeechSegment(950, 2_050), new SpeechSegment(2_051, 3_050));
    }

    private static List<SpeechSegment> padded(long padding, long total) {
        List<SpeechSegment> segments = new ArrayList<>();
        SegmentPadding widened = new SegmentPadding(padding, segments::add);
        widened.segment(1_000, 2_000);
        widened.silentUntil(2_048);
        widened.segment(2_101, 3_000);
        widened.finish(total);
        return segments;
    }
}
