package dev.duplexvoice.nativecore.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import dev.duplexvoice.nativecore.NativeVoiceProvider;
import dev.duplexvoice.vad.VadBatch;
import dev.duplexvoice.vad.VadDevice;
import dev.duplexvoice.vad.VoiceActivityDetector;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the contract of detectors, {@link DetectorContractTest}, does not ask: messages word for word, and what is freed. */
class NativeVadBatchTest {
    private static final short[] SILENCE = new short[512];

    private static VoiceActivityDetector open(VadDevice device) {
        return device == VadDevice.CUDA
                ? EmulatedGpu.open("duplex", null, 16_000)
                : new NativeVoiceProvider().openDetector("duplex", null, 16_000);
    }

    @ParameterizedTest
    @EnumSource
    void shouldNameTheValueWhenMisused(VadDevice device) {
        VoiceActivityDetector detector = open(device);
        VadBatch batch = detector.newBatch(2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> batch.submit(0, SILENCE, 0))
                .withMessage("caller=0: not in use");
        int caller = batch.acquire();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> batch.submit(caller, SILENCE, 1))
                .withMessage("samples.length=512, offset=1: a window has 512 samples");
        assertThatIllegalStateException()
                .isThrownBy(() -> batch.probability(caller))
                .withMessage("caller=0: had no window in the last run");
        batch.submit(caller, SILENCE, 0);
        assertThatIllegalStateException()
                .isThrownBy(() -> batch.submit(caller, SILENCE, 0))
                .withMessage("caller=0: already has a window in this run");
        batch.close();
        assertThatIllegalStateException().isThrownBy(batch::run).withMessage("VAD batch is closed");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> detector.newBatch(0))
                .withMessage("capacity=0: must be 1 to 65536");
        detector.close();
        assertThatIllegalStateException()
                .isThrownBy(() -> detector.newBatch(1))
                .withMessage("detector duplex is closed");
    }

    /** More windows than are held: some are computed before the run, and these too can be taken back. */
    @ParameterizedTest
    @EnumSource
    void shouldEqualSingleStreamsWhenThereAreMoreWindowsThanAreHeld(VadDevice device) {
        int streams = 150;
        Random random = new Random(3);
        short[] noise = new short[3 * 512 + streams];
        for (int i = 0; i < noise.length; i++) {
            noise[i] = (short) (random.nextGaussian() * 3_000);
        }
        VoiceActivityDetector detector = open(device);
        VadBatch batch = detector.newBatch(streams);
        VadBatch alone = detector.newBatch(1);
        alone.acquire();
        for (int i = 0; i < streams; i++) {
            assertThat(batch.acquire()).isEqualTo(i);
        }
        for (int i = 0; i < streams; i++) {
            batch.submit(i, noise, i);
        }
        batch.reset(3);
        batch.release(70);
        batch.reset(149);
        batch.submit(3, noise, 3);
        assertThat(batch.acquire()).isEqualTo(70);
        assertThat(batch.run()).isEqualTo(148);
        assertThatIllegalStateException().isThrownBy(() -> batch.probability(70));
        assertThatIllegalStateException().isThrownBy(() -> batch.probability(149));
        for (int i = 0; i < streams; i++) {
            batch.submit(i, noise, 512 + i);
        }
        assertThat(batch.run()).isEqualTo(streams);
        for (int i = 0; i < streams; i++) {
            alone.reset(0);
            if (i != 70 && i != 149) {
                alone.submit(0, noise, i);
                alone.run();
            }
            alone.submit(0, noise, 512 + i);
            alone.run();
            assertThat(batch.probability(i)).as("stream %d", i).isCloseTo(alone.probability(0), within(1e-5f));
        }
        batch.close();
        alone.close();
        detector.close();
    }

    @ParameterizedTest
    @EnumSource
    void shouldFreeTheModelWithTheLastBatchWhenTheDetectorIsClosedFirst(VadDevice device) {
        int live = NativeHandle.live();
        VoiceActivityDetector detector = open(device);
        VadBatch first = detector.newBatch(1);
        VadBatch second = detector.newBatch(1);
        detector.close();
        assertThat(NativeHandle.live()).isEqualTo(live + 3);
        first.close();
        second.submit(second.acquire(), SILENCE, 0);
        assertThat(second.run()).isEqualTo(1);
        second.close();
        assertThat(NativeHandle.live()).isEqualTo(live);
    }

    @Test
    void shouldLeaveNothingBehindWhenOpenedAndClosedManyTimes() {
        int live = NativeHandle.live();
        for (int i = 0; i < 50; i++) {
            try (VoiceActivityDetector other = new NativeVoiceProvider().openDetector("duplex", null, 16_000);
                    VadBatch first = other.newBatch(1);
                    VadBatch second = other.newBatch(2)) {
                assertThat(first.capacity() + second.capacity()).isEqualTo(3);
            }
        }
        assertThat(NativeHandle.live()).isEqualTo(live);
    }

    @Test
    void shouldFreeTheModelAfterTheRunWhenDetectorAndBatchAreClosedByAnotherThread() throws Exception {
        int live = NativeHandle.live();
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try {
            for (int round = 0; round < 20; round++) {
                VoiceActivityDetector shared = new NativeVoiceProvider().openDetector("duplex", null, 16_000);
                VadBatch batch = shared.newBatch(1);
                int caller = batch.acquire();
                CountDownLatch started = new CountDownLatch(1);
                Future<Integer> loop = executor.submit(() -> {
                    for (int runs = 0; ; runs++) {
                        try {
                            batch.submit(caller, SILENCE, 0);
                            batch.run();
                            assertThat(batch.probability(caller)).isBetween(0f, 0.5f);
                        } catch (IllegalStateException closed) {
                            assertThat(closed).hasMessage("VAD batch is closed");
                            return runs;
                        }
                        started.countDown();
                    }
                });
                started.await();
                shared.close();
                batch.close();
                assertThat(loop.get()).isPositive();
            }
            assertThat(NativeHandle.live()).isEqualTo(live);
        } finally {
            executor.shutdown();
        }
    }
}
