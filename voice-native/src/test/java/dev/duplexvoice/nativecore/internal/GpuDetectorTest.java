package dev.duplexvoice.nativecore.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.duplexvoice.nativecore.NativeVoiceProvider;
import dev.duplexvoice.vad.VadBatch;
import dev.duplexvoice.vad.VadDevice;
import dev.duplexvoice.vad.VoiceActivityDetector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GpuDetectorTest {
    private static final NativeVoiceProvider PROVIDER = new NativeVoiceProvider();
    private static final float TOLERANCE = 1e-3f;

    @Test
    void shouldComputeOnTheCpuWhenNothingElseIsAskedFor() {
        EmulatedGpu.plugin();
        try (VoiceActivityDetector duplex = PROVIDER.openDetector("duplex", null, 16_000);
                VoiceActivityDetector webrtc = PROVIDER.openDetector("webrtc", null, 16_000, VadDevice.CUDA)) {
            assertThat(duplex.device()).isEqualTo(VadDevice.CPU);
            assertThat(webrtc.device()).isEqualTo(VadDevice.CPU);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "duplex, , 16000, audio/jfk.wav",
        "silero, vad/silero_vad.onnx, 16000, audio/jfk.wav",
        "silero, vad/silero_vad.onnx, 8000, vad/silero_test_8k.wav",
    })
    void shouldAgreeWithTheCpuWhenCallersComeInAnyOrder(String name, String model, int rate, String recording) {
        Path file = model == null ? null : Fixtures.file(model);
        short[] audio = Fixtures.wav(recording);
        int callers = 5;
        Random random = new Random(2);
        float worst = 0;
        try (VoiceActivityDetector onGpu = EmulatedGpu.open(name, file, rate);
                VoiceActivityDetector onCpu = PROVIDER.openDetector(name, file, rate);
                VadBatch gpu = onGpu.newBatch(callers);
                VadBatch cpu = onCpu.newBatch(callers)) {
            int window = onGpu.windowSamples();
            List<Integer> order = new ArrayList<>();
            for (int i = 0; i < callers; i++) {
                order.add(gpu.acquire());
                assertThat(cpu.acquire()).isEqualTo(order.get(i));
            }
            for (int w = 0; w < 150; w++) {
                // Long stretches of callers in order, as an audio loop has them, and between them none of it.
                boolean steady = w % 50 < 25;
                if (!steady) {
                    Collections.shuffle(order, random);
                    gpu.reset(order.get(0));
                    cpu.reset(order.get(0));
                } else {
                    Collections.sort(order);
                }
                List<Integer> present = steady ? order : order.subList(0, 1 + random.nextInt(callers));
                for (int caller : present) {
                    int at = (caller * 7_919 + w * window) % (audio.length - window);
                    gpu.submit(caller, audio, at);
                    cpu.submit(caller, audio, at);
                }
                assertThat(gpu.run()).isEqualTo(present.size());
                assertThat(cpu.run()).isEqualTo(present.size());
                for (int caller : present) {
                    assertThat(gpu.probability(caller)).isCloseTo(cpu.probability(caller), within(TOLERANCE));
                    worst = Math.max(worst, cpu.probability(caller));
                }
            }
            assertThat(onGpu.device()).isEqualTo(VadDevice.CUDA);
        }
        assertThat(worst).as("there was speech").isGreaterThan(0.5f);
    }

    @Test
    void shouldGiveDeviceMemoryBackWhenBatchesAreClosed() throws IOException {
        int live = NativeHandle.live();
        try (VoiceActivityDetector detector = EmulatedGpu.open("duplex", null, 16_000)) {
            long least = Long.MAX_VALUE;
            // A collection disturbs some round or other; what stays of closed batches shows in each.
            for (int round = 0; round < 6; round++) {
                long before = besideTheHeap();
                for (int i = 0; i < 20; i++) {
                    detector.newBatch(4_096).close();
                }
                least = Math.min(least, besideTheHeap() - before);
            }
            // About 25 MB a batch: 500 MB a round if they stayed.
            assertThat(least).isLessThan(150_000_000);
        }
        assertThat(NativeHandle.live()).isEqualTo(live);
    }

    /** Bytes that are resident and no object of Java's: a heap that has room enough takes new pages for each array. */
    private static long besideTheHeap() throws IOException {
        Runtime heap = Runtime.getRuntime();
        long resident = 4_096
                * Long.parseLong(Files.readString(Path.of("/proc/self/statm")).split(" ")[1]);
        return resident - (heap.totalMemory() - heap.freeMemory());
    }
}
