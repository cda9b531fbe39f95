package dev.duplexvoice.vad;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplexvoice.support.LoudnessDetector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SpeechStreamTest {
    private final LoudnessDetector detector = new LoudnessDetector();

    /** Speech and silence in turn, of up to 0.4 s each, so that every option comes into play. */
    private static short[] audio(Random random) {
        short[] samples = new short[random.nextInt(60_000)];
        boolean speech = random.nextBoolean();
        int until = 0;
        for (int i = 0; i < samples.length; i++) {
            if (i == until) {
                speech = !speech;
                until = i + 1 + random.nextInt(6_400);
            }
            samples[i] = LoudnessDetector.sample(i, speech);
        }
        return samples;
    }

    private List<SpeechSegment> segments(short[] audio, VadOptions options, Random chunks, int longestChunk) {
        List<SpeechSegment> found = new ArrayList<>();
        try (SpeechStream stream = new SpeechStream(detector, options, found::add)) {
            int length;
            for (int at = 0; at < audio.length; at += length) {
                length = Math.min(audio.length - at, chunks.nextInt(longestChunk + 1));
                stream.accept(audio, at, length);
            }
            stream.finish();
        }
        return found;
    }

    @Test
    void shouldFindTheSameSegmentsWhenChunksAreOfAnySize() {
        Random random = new Random(11);
        int found = 0;
        for (int round = 0; round < 1_000; round++) {
            short[] audio = audio(random);
            VadOptions options = new VadOptions(
                    0.5f,
                    0.15f,
                    Duration.ofMillis(random.nextInt(100)),
                    Duration.ofMillis(random.nextInt(200)),
                    Duration.ofMillis(random.nextInt(100)),
                    random.nextBoolean() ? VadOptions.NO_MAXIMUM : Duration.ofMillis(100 + random.nextInt(1_000)));
            List<Float> probabilities = new ArrayList<>();
            List<SpeechSegment> whole = new ArrayList<>();
            try (SpeechStream stream = new SpeechStream(detector, options, new SpeechStream.Listener() {
                @Override
                public void segment(SpeechSegment segment) {
                    whole.add(segment);
                }

                @Override
                public void probability(float probability) {
                    probabilities.add(probability);
                }
            })) {
                stream.accept(audio, 0, audio.length);
                stream.finish();
            }
            float[] values = new float[probabilities.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = probabilities.get(i);
            }

            assertThat(SpeechSegments.of(values, options, 16_000, LoudnessDetector.WINDOW, audio.length))
                    .isEqualTo(whole);
            for (int longest : new int[] {7, 160, 512, 5_000}) {
                assertThat(segments(audio, options, random, longest)).isEqualTo(whole);
            }
            found += whole.size();
        }
        assertThat(found).isGreaterThan(4_000);
    }

    @Test
    void shouldRefuseWhenFinishedClosedOrOutsideTheArray() {
        List<SpeechSegment> found = new ArrayList<>();
        SpeechStream stream = new SpeechStream(detector, VadOptions.OFFLINE, found::add);
        assertThatThrownBy(() -> stream.accept(new short[10], 5, 6)).isInstanceOf(IndexOutOfBoundsException.class);
        stream.finish();
        stream.finish();
        assertThat(found).isEmpty();
        assertThatIllegalStateException().isThrownBy(() -> stream.accept(new short[10], 0, 10));
        stream.close();
        stream.close();
        assertThat(detector.batches.get(0).closed).isTrue();
    }
}
