package dev.duplexvoice.vad;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SpeechSegmentsTest {
    private static final int RATE = 16_000;
    private static final int WINDOW = 512;

    private static long samples(Duration duration) {
        return duration.toMillis() * RATE / 1_000;
    }

    /** Silero's get_speech_timestamps without a longest duration, line by line. */
    private static List<SpeechSegment> reference(float[] probabilities, VadOptions options, long total) {
        long minSpeech = samples(options.minSpeech());
        long minSilence = samples(options.minSilence());
        long pad = samples(options.padding());
        float threshold = options.threshold();
        float negative = Math.max(threshold - options.hysteresis(), 0.01f);
        boolean triggered = false;
        long tempEnd = 0;
        long start = 0;
        List<long[]> speeches = new ArrayList<>();
        for (int i = 0; i < probabilities.length; i++) {
            long at = (long) WINDOW * i;
            if (probabilities[i] >= threshold && tempEnd > 0) {
                tempEnd = 0;
            }
            if (probabilities[i] >= threshold && !triggered) {
                triggered = true;
                start = at;
                continue;
            }
            if (probabilities[i] < negative && triggered) {
                if (tempEnd == 0) {
                    tempEnd = at;
                }
                if (at - tempEnd < minSilence) {
                    continue;
                }
                if (tempEnd - start > minSpeech) {
                    speeches.add(new long[] {start, tempEnd});
                }
                tempEnd = 0;
                triggered = false;
            }
        }
        if (triggered && total - start > minSpeech) {
            speeches.add(new long[] {start, total});
        }
        for (int i = 0; i < speeches.size(); i++) {
            long[] speech = speeches.get(i);
            if (i == 0) {
                speech[0] = Math.max(0, speech[0] - pad);
            }
            if (i == speeches.size() - 1) {
                speech[1] = Math.min(total, speech[1] + pad);
                continue;
            }
            long[] next = speeches.get(i + 1);
            long silence = next[0] - speech[1];
            if (silence < 2 * pad) {
                speech[1] += silence / 2;
                next[0] = Math.max(0, next[0] - silence / 2);
            } else {
                speech[1] = Math.min(total, speech[1] + pad);
                next[0] = Math.max(0, next[0] - pad);
            }
        }
        return speeches.stream().map(s -> new SpeechSegment(s[0], s[1])).toList();
    }

    private static VadOptions options(Random random) {
        return new VadOptions(
                0.2f + random.nextInt(7) / 10f,
                random.nextInt(5) / 10f,
                Duration.ofMillis(random.nextInt(10) * 32L),
                Duration.ofMillis(random.nextInt(10) * 25L),
                Duration.ofMillis(random.nextInt(8) * 30L));
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
    void shouldAnnounceExactlyTheSegmentsThatCountWhenStreaming() {
        Random random = new Random(8);
        for (int round = 0; round < 5_000; round++) {
            VadOptions options = options(random);
            float[] probabilities = probabilities(random);
            SpeechSegmenter segmenter = new SpeechSegmenter(options, RATE, WINDOW);
            List<SpeechSegment> ended = new ArrayList<>();
            long started = -1;
            for (float probability : probabilities) {
                switch (segmenter.window(probability)) {
                    case STARTED -> {
                        assertThat(started).isEqualTo(-1);
                        started = segmenter.start();
                        assertThat(segmenter.position() - started).isGreaterThan(samples(options.minSpeech()));
                    }
                    case ENDED -> {
                        assertThat(segmenter.start()).isEqualTo(started);
                        ended.add(new SpeechSegment(started, segmenter.end()));
                        started = -1;
                    }
                    case DROPPED -> assertThat(started).isEqualTo(-1);
                    case NONE -> {}
                }
            }
            long total = (long) probabilities.length * WINDOW;
            VadOptions bare = new VadOptions(
                    options.threshold(),
                    options.hysteresis(),
                    options.minSpeech(),
                    options.minSilence(),
                    Duration.ZERO);
            List<SpeechSegment> expected = reference(probabilities, bare, total);
            if (segmenter.finish(total) == SpeechSegmenter.Signal.ENDED) {
                ended.add(new SpeechSegment(segmenter.start(), segmenter.end()));
            }
            assertThat(ended).isEqualTo(expected);
        }
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
        List<SpeechSegment> segments = List.of(new SpeechSegment(1_000, 2_000), new SpeechSegment(2_101, 3_000));

        assertThat(SpeechSegments.pad(segments, 80, 3_050))
                .containsExactly(new SpeechSegment(920, 2_050), new SpeechSegment(2_051, 3_050));
        assertThat(SpeechSegments.pad(segments, 50, 9_999))
                .containsExactly(new SpeechSegment(950, 2_050), new SpeechSegment(2_051, 3_050));
    }
}
