package dev.duplexvoice.nativecore.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.tts.Vocoder;
import dev.duplexvoice.tts.VocoderStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The vocoder through Java against the golden waveforms; how it computes is tested where it is written. */
class NativeVocoderTest {
    private static final float TOLERANCE = 1e-4f;

    @ParameterizedTest
    @CsvSource({
        "vits/en_US-random-x_low.onnx, vits/golden/x_low.decoder_input.npy, vits/golden/x_low.output.npy, 7",
        "vits/en_US-random-medium.onnx, vits/golden/medium.decoder_input.npy, vits/golden/medium.output.npy, 45",
        "hifigan/hifigan_v2_lj.safetensors, hifigan/jfk_6s.mel.npy, hifigan/jfk_6s.output.npy, 3"
    })
    void shouldMakeTheGoldenSamplesPieceByPiece(String model, String frames, String output, int chunk) {
        float[] golden = Fixtures.npy(output);
        FloatBuffer input = direct(Fixtures.npy(frames));
        try (Vocoder vocoder = NativeVocoder.open(Fixtures.file(model));
                VocoderStream stream = vocoder.newStream(null)) {
            int count = input.capacity() / vocoder.channels();
            assertThat(count * vocoder.samplesPerFrame()).isEqualTo(golden.length);
            for (int utterance = 0; utterance < 2; utterance++) {
                assertClose(speak(vocoder, stream, input, count, chunk), golden);
                stream.reset();
            }
        }
    }

    @Test
    void shouldTellWhatItTakesInMemory() {
        try (NativeVocoder vocoder = NativeVocoder.open(Fixtures.file("hifigan/hifigan_v2_lj.safetensors"))) {
            // 925,985 parameters; a stream looks back over at least what it is late by.
            assertThat(vocoder.weightBytes()).isBetween(3_703_940L, 4_000_000L);
            assertThat(vocoder.streamBytes()).isBetween(4L * vocoder.lookAheadSamples(), 2_000_000L);
        }
    }

    private static float[] speak(Vocoder vocoder, VocoderStream stream, FloatBuffer frames, int count, int chunk) {
        FloatBuffer samples =
                direct(new float[Math.max(chunk * vocoder.samplesPerFrame(), vocoder.lookAheadSamples())]);
        float[] all = new float[count * vocoder.samplesPerFrame()];
        int made = 0;
        for (int at = 0; at < count; at += chunk) {
            int some = Math.min(chunk, count - at);
            int length = stream.push(frames.slice(at, frames.capacity() - at), some, count, samples);
            samples.get(0, all, made, length);
            made += length;
            assertThat(made)
                    .isEqualTo(Math.max(0, (at + some) * vocoder.samplesPerFrame() - vocoder.lookAheadSamples()));
        }
        int rest = stream.flush(samples);
        samples.get(0, all, made, rest);
        assertThat(made + rest).isEqualTo(all.length);
        return all;
    }

    private static void assertClose(float[] actual, float[] expected) {
        float worst = 0;
        for (int i = 0; i < actual.length; i++) {
            worst = Math.max(worst, Math.abs(actual[i] - expected[i]));
        }
        assertThat(worst).as("largest difference").isLessThan(TOLERANCE);
    }

    private static FloatBuffer direct(float[] values) {
        return ByteBuffer.allocateDirect(values.length * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer()
                .put(0, values);
    }

    @Test
    void shouldRefuseWhatItCannotUse() {
        assertThatThrownBy(() -> NativeVocoder.open(Path.of("none.onnx")))
                .isInstanceOf(VoiceException.class)
                .hasMessageContaining("none.onnx");
        assertThatThrownBy(() -> NativeVocoder.open(Fixtures.file("vad/silero_vad.onnx")))
                .isInstanceOfSatisfying(
                        VoiceException.class, e -> assertThat(e.code()).isEqualTo(VoiceException.Code.UNSUPPORTED));

        Vocoder vocoder = NativeVocoder.open(Fixtures.file("vits/en_US-random-x_low.onnx"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> vocoder.newStream(direct(new float[3])))
                .withMessage("condition.length=3: this voice takes 0 values");
        VocoderStream stream = vocoder.newStream(null);
        vocoder.close();
        assertThatIllegalStateException().isThrownBy(() -> vocoder.newStream(null));

        FloatBuffer frames = direct(new float[96 * 4]);
        FloatBuffer samples = direct(new float[16 * 256]);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> stream.push(frames, 0, 4, samples))
                .withMessageContaining("count=0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> stream.push(frames, 4, 3, samples))
                .withMessageContaining("stride=3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> stream.push(frames, 5, 5, samples))
                .withMessageContaining("frames.remaining=384");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> stream.push(frames, 4, 4, samples.slice(0, 1_023)))
                .withMessageContaining("samples.remaining=1023");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> stream.push(FloatBuffer.allocate(96 * 4), 4, 4, samples))
                .withMessageContaining("direct");
        FloatBuffer swapped = ByteBuffer.allocateDirect(96 * 4 * Float.BYTES).asFloatBuffer();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> stream.push(swapped, 4, 4, samples))
                .withMessageContaining("byte order");
        frames.put(5, Float.NaN);
        assertThatThrownBy(() -> stream.push(frames, 4, 4, samples)).isInstanceOf(VoiceException.class);
        frames.put(5, 0f);
        assertThat(stream.push(frames, 4, 4, samples))
                .as("nothing was taken before")
                .isZero();
        assertThat(stream.flush(samples)).isEqualTo(4 * 256);
        assertThatIllegalStateException()
                .isThrownBy(() -> stream.flush(samples))
                .withMessageContaining("reset");
        assertThatIllegalStateException().isThrownBy(() -> stream.push(frames, 4, 4, samples));
        stream.reset();
        stream.close();
        stream.close();
        assertThatIllegalStateException().isThrownBy(() -> stream.push(frames, 4, 4, samples));
    }
}
