package dev.duplexvoice.nativecore.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.nativecore.NativeVoiceProvider;
import dev.duplexvoice.telemetry.ServiceEvent;
import dev.duplexvoice.telemetry.TelemetryEvent;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import dev.duplexvoice.tts.Vocoder;
import dev.duplexvoice.tts.VocoderDevice;
import dev.duplexvoice.tts.VocoderOptions;
import dev.duplexvoice.tts.VocoderStream;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The vocoder on the emulated GPU beside the one on the CPU. */
@Timeout(300)
class GpuVocoderTest {
    private static final String MODEL = "vits/en_US-random-x_low.onnx";
    private static final VocoderOptions TWO =
            VocoderOptions.of(VocoderDevice.CUDA).withStreams(2);
    /** The emulation takes a while for each. */
    private static final int FRAMES = 20;

    private final NativeVoiceProvider provider = new NativeVoiceProvider();

    private Vocoder open(VocoderOptions options) {
        EmulatedGpu.plugin();
        Vocoder vocoder = provider.openVocoder(Fixtures.file(MODEL), options);
        assertThat(vocoder).isNotNull();
        assertThat(vocoder.problem()).isNull();
        assertThat(vocoder.device()).isEqualTo(options.device());
        return vocoder;
    }

    @Test
    void shouldSayWhatTheCpuSaysWithTheStreamsOfOthersAndBeyondThem() throws Exception {
        int live = NativeHandle.live();
        float[] values = Fixtures.npy("vits/golden/x_low.decoder_input.npy");
        ConcurrentLinkedQueue<TelemetryEvent> told = new ConcurrentLinkedQueue<>();
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try (Vocoder onCpu = open(VocoderOptions.CPU);
                Vocoder onGpu = open(TWO)) {
            onGpu.telemetry(new VoiceTelemetry() {
                @Override
                public void on(TelemetryEvent event) {
                    told.add(event);
                }
            });
            assertThat(onGpu.sampleRate()).isEqualTo(16_000);
            FloatBuffer frames = VocoderRun.direct(values);
            int stride = values.length / onCpu.channels();
            List<VocoderStream> streams = new ArrayList<>();
            List<Future<float[]>> said = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                VocoderStream stream = onGpu.newStream(null); // the third one is on the CPU
                int from = 7 * i;
                int chunk = new int[] {20, 7, 5}[i];
                streams.add(stream);
                said.add(threads.submit(() -> VocoderRun.speak(
                        onGpu, stream, frames.slice(from, frames.capacity() - from), FRAMES, stride, chunk)));
            }
            for (int i = 0; i < 3; i++) {
                float[] expected;
                try (VocoderStream stream = onCpu.newStream(null)) {
                    FloatBuffer from = frames.slice(7 * i, frames.capacity() - 7 * i);
                    expected = VocoderRun.speak(onCpu, stream, from, FRAMES, stride, FRAMES);
                }
                double decibels = VocoderRun.decibels(expected, said.get(i).get());
                assertThat(decibels).as("stream %d", i).isGreaterThan(i == 2 ? 100 : 50);
            }
            streams.forEach(VocoderStream::close);
        } finally {
            threads.shutdownNow();
        }
        assertThat(told.stream().filter(ServiceEvent.VocoderBatch.class::isInstance))
                .isNotEmpty();
        assertThat(told.stream().filter(ServiceEvent.FellBack.class::isInstance))
                .hasSize(1);
        for (int i = 0; i < 1_000 && NativeHandle.live() != live; i++) {
            TimeUnit.MILLISECONDS.sleep(10); // the scheduler's thread frees them
        }
        assertThat(NativeHandle.live()).isEqualTo(live);
    }

    @Test
    void shouldRefuseMisuseAsOnTheCpu() {
        try (Vocoder vocoder = open(TWO);
                VocoderStream stream = vocoder.newStream(null)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> vocoder.newStream(VocoderRun.direct(1f)))
                    .withMessage("condition.length=1: this voice takes 0 values");
            FloatBuffer frames = VocoderRun.direct(new float[vocoder.channels()]);
            FloatBuffer samples = VocoderRun.direct(new float[16 * 256]);
            frames.put(3, Float.POSITIVE_INFINITY);
            assertThatThrownBy(() -> stream.push(frames, 1, 1, samples))
                    .isInstanceOfSatisfying(
                            VoiceException.class,
                            e -> assertThat(e.code()).isEqualTo(VoiceException.Code.INVALID_ARGUMENT));
            frames.put(3, 0f);
            assertThat(stream.push(frames, 1, 1, samples))
                    .as("nothing was taken before")
                    .isZero();
            assertThat(stream.flush(samples)).isEqualTo(vocoder.samplesPerFrame());
            assertThatIllegalStateException().isThrownBy(() -> stream.flush(samples));
        }
    }

    @Test
    void shouldHaveNothingForANetworkWithoutAGenerator(@TempDir Path folder) throws IOException {
        for (VocoderOptions options : List.of(VocoderOptions.CPU, TWO)) {
            assertThatThrownBy(() -> provider.openVocoder(Fixtures.file("vad/silero_vad.onnx"), options))
                    .isInstanceOfSatisfying(
                            VoiceException.class, e -> assertThat(e.code()).isEqualTo(VoiceException.Code.UNSUPPORTED));
        }
        Path damaged = Files.writeString(folder.resolve("damaged.onnx"), "no network");
        assertThatThrownBy(() -> provider.openVocoder(damaged))
                .isInstanceOfSatisfying(
                        VoiceException.class, e -> assertThat(e.code()).isEqualTo(VoiceException.Code.MODEL));
        assertThatThrownBy(() -> provider.openVocoder(folder.resolve("none.onnx"), TWO))
                .isInstanceOfSatisfying(
                        VoiceException.class, e -> assertThat(e.code()).isEqualTo(VoiceException.Code.NOT_FOUND));
    }
}
