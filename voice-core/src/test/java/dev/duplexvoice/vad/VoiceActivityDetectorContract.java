package dev.duplexvoice.vad;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every {@link VoiceActivityDetector} must do. Whoever writes one extends this class in a test; it is in voice-core's
 * jar with the classifier {@code tests}, and needs JUnit and AssertJ.
 */
public abstract class VoiceActivityDetectorContract {
    private @Nullable VoiceActivityDetector opened;
    private VoiceActivityDetector detector;
    private int window;
    private short[] silence;

    /** Opens the detector under test; it is closed by the contract. */
    protected abstract VoiceActivityDetector open();

    @BeforeEach
    final void openDetector() {
        detector = open();
        opened = detector;
        window = detector.windowSamples();
        silence = new short[window];
    }

    @AfterEach
    final void closeDetector() {
        if (opened != null) { // else the test was skipped, and the reason must not be hidden
            opened.close();
        }
    }

    /** Bursts of loud noise and silence, so that states differ. */
    private static short[] audio(int seed, int samples) {
        Random random = new Random(seed);
        short[] audio = new short[samples];
        int loud = 0;
        for (int i = 0; i < samples; i++) {
            if (i % 800 == 0) {
                loud = random.nextInt(3) * random.nextInt(10_000);
            }
            audio[i] = (short) (loud * Math.sin(i * 0.13) * random.nextFloat());
        }
        return audio;
    }

    @Test
    void shouldDescribeItselfWhenOpened() {
        assertThat(detector.name()).isNotBlank();
        assertThat(detector.sampleRate()).isIn(8_000, 16_000, 24_000, 32_000, 44_100, 48_000);
        assertThat(window * 1_000.0 / detector.sampleRate()).isBetween(5.0, 100.0);
        assertThat(detector.segmenting()).isNotNull();
        assertThat(detector.device()).isNotNull();
    }

    @Test
    void shouldEqualSingleStreamsWhenCallersComeAndGo() {
        int callers = 5;
        int windows = 60;
        Random random = new Random(7);
        VadBatch[] alone = new VadBatch[callers];
        int[] index = new int[callers];
        try (VadBatch batch = detector.newBatch(callers)) {
            for (int i = 0; i < callers; i++) {
                index[i] = batch.acquire();
                alone[i] = detector.newBatch(1);
                assertThat(alone[i].acquire()).isZero();
            }
            for (int w = 0; w < windows; w++) {
                boolean[] present = new boolean[callers];
                int submitted = 0;
                for (int i = 0; i < callers; i++) {
                    short[] audio = audio(i, windows * window);
                    switch (random.nextInt(10)) {
                        case 0 -> {
                            batch.reset(index[i]);
                            alone[i].reset(0);
                        }
                        case 1 -> {
                            // Submitted and taken back: it must leave no trace.
                            batch.submit(index[i], audio, 0);
                            batch.release(index[i]);
                            index[i] = batch.acquire();
                            alone[i].reset(0);
                        }
                        default -> {}
                    }
                    present[i] = random.nextInt(8) != 0;
                    if (present[i]) {
                        batch.submit(index[i], audio, w * window);
                        alone[i].submit(0, audio, w * window);
                        submitted++;
                    }
                }
                assertThat(batch.run()).isEqualTo(submitted);
                for (int i = 0; i < callers; i++) {
                    if (present[i]) {
                        assertThat(alone[i].run()).isEqualTo(1);
                        assertThat(batch.probability(index[i])).isCloseTo(alone[i].probability(0), within(1e-5f));
                    }
                }
            }
        } finally {
            for (VadBatch one : alone) {
                if (one != null) {
                    one.close();
                }
            }
        }
    }

    @Test
    void shouldAnswerWithProbabilitiesWhenSamplesAreExtreme() {
        short[] extreme = new short[window];
        for (int i = 0; i < window; i++) {
            extreme[i] = i % 2 == 0 ? Short.MIN_VALUE : Short.MAX_VALUE;
        }
        try (VadBatch batch = detector.newBatch(1)) {
            int caller = batch.acquire();
            for (int i = 0; i < 40; i++) {
                batch.submit(caller, i % 5 == 0 ? silence : extreme, 0);
                batch.run();
                assertThat(batch.probability(caller)).isBetween(0f, 1f);
            }
        }
    }

    @Test
    void shouldHearNothingWhenThereIsSilence() {
        try (VadBatch batch = detector.newBatch(1)) {
            int caller = batch.acquire();
            for (int i = 0; i < 40; i++) {
                batch.submit(caller, silence, 0);
                batch.run();
                assertThat(batch.probability(caller)).isLessThan(0.5f);
            }
        }
    }

    @Test
    void shouldTakeTheAgentsActivityWhenTheCallerIsInUse() {
        try (VadBatch batch = detector.newBatch(1)) {
            int caller = batch.acquire();
            for (NoiseGate.Activity activity : NoiseGate.Activity.values()) {
                batch.activity(caller, activity);
                batch.submit(caller, silence, 0);
                assertThat(batch.run()).isEqualTo(1);
            }
        }
    }

    @Test
    void shouldHandOutEachCallerOnceWhenAcquiredUntilFull() {
        try (VadBatch batch = detector.newBatch(3)) {
            assertThat(batch.capacity()).isEqualTo(3);
            assertThat(List.of(batch.acquire(), batch.acquire(), batch.acquire()))
                    .containsExactlyInAnyOrder(0, 1, 2);
            assertThat(batch.acquire()).isEqualTo(-1);
            batch.release(1);
            assertThat(batch.acquire()).isEqualTo(1);
        }
    }

    @Test
    void shouldRefuseWhenMisused() {
        try (VadBatch batch = detector.newBatch(2)) {
            assertThatIllegalArgumentException().isThrownBy(() -> batch.submit(0, silence, 0));
            int caller = batch.acquire();
            assertThatIllegalArgumentException().isThrownBy(() -> batch.release(2));
            assertThatIllegalArgumentException().isThrownBy(() -> batch.reset(-1));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> batch.submit(caller, silence, 1))
                    .withMessageContaining("offset=1");
            assertThatIllegalArgumentException().isThrownBy(() -> batch.submit(caller, silence, -1));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> batch.submit(caller, new short[window - 1], 0))
                    .withMessageContaining("samples.length=" + (window - 1))
                    .withMessageContaining(window + " samples");
            assertThatIllegalArgumentException().isThrownBy(() -> batch.submit(caller, new short[0], 0));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> batch.submit(caller, silence, Integer.MAX_VALUE))
                    .withMessageContaining("offset=" + Integer.MAX_VALUE);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> batch.submit(Integer.MIN_VALUE, silence, 0))
                    .withMessageContaining("caller=" + Integer.MIN_VALUE);
            // What was refused has left nothing behind.
            assertThat(batch.run()).isZero();
            assertThatIllegalStateException().isThrownBy(() -> batch.probability(caller));
            batch.submit(caller, silence, 0);
            assertThatIllegalStateException().isThrownBy(() -> batch.submit(caller, silence, 0));
            assertThat(batch.run()).isEqualTo(1);
            assertThat(batch.run()).isZero();
            assertThatIllegalStateException().isThrownBy(() -> batch.probability(caller));
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> detector.newBatch(0))
                .withMessageContaining("capacity=0");
        assertThatIllegalArgumentException().isThrownBy(() -> detector.newBatch(65_537));
    }

    @Test
    void shouldRefuseWhenClosed() {
        VadBatch batch = detector.newBatch(1);
        int caller = batch.acquire();
        batch.close();
        batch.close();
        assertThatIllegalStateException().isThrownBy(batch::acquire);
        assertThatIllegalStateException().isThrownBy(() -> batch.submit(caller, silence, 0));
        assertThatIllegalStateException().isThrownBy(() -> batch.reset(caller));
        assertThatIllegalStateException().isThrownBy(batch::run);
        assertThatIllegalStateException().isThrownBy(() -> batch.probability(caller));
        detector.close();
        detector.close();
        assertThatIllegalStateException().isThrownBy(() -> detector.newBatch(1)).withMessageContaining(detector.name());
    }

    @Test
    void shouldGoOnWhenTheDetectorIsClosedFirst() {
        try (VadBatch batch = detector.newBatch(1)) {
            int caller = batch.acquire();
            detector.close();
            batch.submit(caller, silence, 0);
            assertThat(batch.run()).isEqualTo(1);
            assertThat(batch.probability(caller)).isLessThan(0.5f);
        }
    }

    @Test
    void shouldEndCleanlyWhenClosedByAnotherThread() throws Exception {
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try {
            for (int round = 0; round < 30; round++) {
                VadBatch batch = detector.newBatch(16);
                for (int i = 0; i < 16; i++) {
                    batch.acquire();
                }
                CountDownLatch started = new CountDownLatch(1);
                Future<?> loop = executor.submit(() -> {
                    started.countDown();
                    try {
                        while (true) {
                            for (int i = 0; i < 16; i++) {
                                batch.submit(i, silence, 0);
                            }
                            batch.run();
                        }
                    } catch (IllegalStateException closed) {
                        assertThat(closed).hasMessageContaining("closed");
                    }
                });
                started.await();
                batch.close();
                loop.get();
            }
        } finally {
            executor.shutdown();
        }
    }

    @Test
    void shouldTakeAWindowOutOfALongerArrayWhenAnOffsetIsGiven() {
        short[] audio = audio(3, 3 * window + 7);
        try (VadBatch whole = detector.newBatch(1);
                VadBatch copied = detector.newBatch(1)) {
            int first = whole.acquire();
            int second = copied.acquire();
            for (int w = 0; w < 3; w++) {
                whole.submit(first, audio, 7 + w * window);
                copied.submit(second, Arrays.copyOfRange(audio, 7 + w * window, 7 + (w + 1) * window), 0);
                whole.run();
                copied.run();
                assertThat(whole.probability(first)).isEqualTo(copied.probability(second));
            }
        }
    }

    @Test
    void shouldFinishOrRefuseWhenTheDetectorIsClosedByAnotherThread() throws Exception {
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try {
            for (int round = 0; round < 20; round++) {
                VoiceActivityDetector closing = open();
                CountDownLatch started = new CountDownLatch(1);
                Future<Integer> loop = executor.submit(() -> {
                    int windows = 0;
                    try (VadBatch batch = closing.newBatch(2)) {
                        int caller = batch.acquire();
                        for (int i = 0; i < 20; i++) {
                            started.countDown();
                            batch.submit(caller, silence, 0);
                            windows += batch.run();
                            assertThat(batch.probability(caller)).isBetween(0f, 1f);
                            try (VadBatch other = closing.newBatch(1)) {
                                assertThat(other.capacity()).isEqualTo(1);
                            } catch (IllegalStateException closed) {
                                assertThat(closed).hasMessageContaining("closed");
                            }
                        }
                    }
                    return windows;
                });
                started.await();
                closing.close();
                assertThat(loop.get()).isEqualTo(20);
            }
        } finally {
            executor.shutdown();
        }
    }

    @Test
    void shouldAllocateNothingWhenRunning() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (VadBatch batch = detector.newBatch(4)) {
            for (int i = 0; i < 4; i++) {
                batch.acquire();
            }
            advance(batch, 200);
            long before = threads.getCurrentThreadAllocatedBytes();
            advance(batch, 1_000);
            assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(10_000);
        }
    }

    private void advance(VadBatch batch, int windows) {
        for (int w = 0; w < windows; w++) {
            for (int caller = 0; caller < 4; caller++) {
                batch.submit(caller, silence, 0);
            }
            batch.run();
            for (int caller = 0; caller < 4; caller++) {
                batch.probability(caller);
            }
        }
    }
}
