package dev.duplexvoice.nativecore.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import dev.duplexvoice.nativecore.NativeVoiceProvider;
import dev.duplexvoice.vad.VadBatch;
import dev.duplexvoice.vad.VoiceActivityDetector;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NativeVadBatchTest {
    private static final int WINDOW = 512;
    private static final short[] SILENCE = new short[WINDOW];

    private VoiceActivityDetector detector;

    @BeforeEach
    void open() {
        detector = new NativeVoiceProvider().openDetector("duplex", null, 16_000);
    }

    @AfterEach
    void close() {
        detector.close();
    }

    @Test
    void shouldDescribeItselfWhenOpened() {
        assertThat(detector.name()).isEqualTo("duplex");
        assertThat(detector.sampleRate()).isEqualTo(16_000);
        assertThat(detector.windowSamples()).isEqualTo(WINDOW);
    }

    @Test
    void shouldEqualSingleStreamsWhenCallersComeAndGo() {
        int callers = 9;
        int windows = 60;
        List<short[]> audio = new ArrayList<>();
        for (int i = 0; i < callers; i++) {
            audio.add(Signals.babble(i, 16_000, windows * WINDOW));
        }
        Random random = new Random(7);
        try (VadBatch batch = detector.newBatch(callers)) {
            List<VadBatch> alone = new ArrayList<>();
            int[] index = new int[callers];
            int[] indexAlone = new int[callers];
            for (int i = 0; i < callers; i++) {
                alone.add(detector.newBatch(1));
                index[i] = batch.acquire();
                indexAlone[i] = alone.get(i).acquire();
            }
            for (int w = 0; w < windows; w++) {
                int submitted = 0;
                boolean[] present = new boolean[callers];
                for (int i = 0; i < callers; i++) {
                    int event = random.nextInt(10);
                    if (event == 0) {
                        batch.reset(index[i]);
                        alone.get(i).reset(indexAlone[i]);
                    } else if (event == 1) {
                        // Submitted and taken back: it must leave no trace.
                        batch.submit(index[i], audio.get(i), 0);
                        batch.release(index[i]);
                        index[i] = batch.acquire();
                        alone.get(i).reset(indexAlone[i]);
                    }
                    present[i] = event != 2;
                    if (present[i]) {
                        batch.submit(index[i], audio.get(i), w * WINDOW);
                        submitted++;
                    }
                }
                assertThat(batch.run()).isEqualTo(submitted);
                for (int i = 0; i < callers; i++) {
                    if (present[i]) {
                        alone.get(i).submit(indexAlone[i], audio.get(i), w * WINDOW);
                        alone.get(i).run();
                        assertThat(batch.probability(index[i]))
                                .isCloseTo(alone.get(i).probability(indexAlone[i]), within(1e-5f));
                    }
                }
            }
            alone.forEach(VadBatch::close);
        }
    }

    @Test
    void shouldHandOutEachCallerOnceWhenAcquiredUntilFull() {
        try (VadBatch batch = detector.newBatch(3)) {
            assertThat(List.of(batch.acquire(), batch.acquire(), batch.acquire()))
                    .containsExactlyInAnyOrder(0, 1, 2);
            assertThat(batch.acquire()).isEqualTo(-1);
            batch.release(1);
            assertThat(batch.acquire()).isEqualTo(1);
            assertThat(batch.capacity()).isEqualTo(3);
        }
    }

    @Test
    void shouldRefuseWhenMisused() {
        try (VadBatch batch = detector.newBatch(2)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> batch.submit(0, SILENCE, 0))
                    .withMessage("caller=0: not in use");
            int caller = batch.acquire();
            assertThatIllegalArgumentException().isThrownBy(() -> batch.release(2));
            assertThatIllegalArgumentException().isThrownBy(() -> batch.reset(-1));
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
            batch.run();
            assertThat(batch.probability(caller)).isBetween(0f, 1f);
            batch.run();
            assertThatIllegalStateException().isThrownBy(() -> batch.probability(caller));
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> detector.newBatch(0))
                .withMessage("capacity=0: must be 1 to 65536");
        assertThatIllegalArgumentException().isThrownBy(() -> detector.newBatch(65_537));
    }

    @Test
    void shouldRefuseWhenClosed() {
        VadBatch batch = detector.newBatch(1);
        int caller = batch.acquire();
        batch.close();
        batch.close();
        assertThatIllegalStateException().isThrownBy(batch::acquire).withMessage("VAD batch is closed");
        assertThatIllegalStateException().isThrownBy(() -> batch.submit(caller, SILENCE, 0));
        assertThatIllegalStateException().isThrownBy(batch::run);
        assertThatIllegalStateException().isThrownBy(() -> batch.probability(caller));
        detector.close();
        detector.close();
        assertThatIllegalStateException()
                .isThrownBy(() -> detector.newBatch(1))
                .withMessage("detector duplex is closed");
    }

    @Test
    void shouldGoOnWhenTheDetectorIsClosedFirst() {
        int live = NativeHandle.live();
        VadBatch batch = detector.newBatch(1);
        int caller = batch.acquire();
        detector.close();
        batch.submit(caller, SILENCE, 0);
        assertThat(batch.run()).isEqualTo(1);
        assertThat(batch.probability(caller)).isLessThan(0.5f);
        batch.close();
        assertThat(NativeHandle.live()).isEqualTo(live - 1);
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
    void shouldFreeAfterTheRunWhenClosedByAnotherThread() throws Exception {
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try {
            for (int round = 0; round < 50; round++) {
                VadBatch batch = detector.newBatch(64);
                for (int i = 0; i < 64; i++) {
                    batch.acquire();
                }
                CountDownLatch started = new CountDownLatch(1);
                Future<?> loop = executor.submit(() -> {
                    started.countDown();
                    try {
                        while (true) {
                            for (int i = 0; i < 64; i++) {
                                batch.submit(i, SILENCE, 0);
                            }
                            batch.run();
                        }
                    } catch (IllegalStateException closed) {
                        assertThat(closed).hasMessage("VAD batch is closed");
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

    @Test
    void shouldAllocateNothingWhenRunning() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (VadBatch batch = detector.newBatch(4)) {
            int[] callers = {batch.acquire(), batch.acquire(), batch.acquire(), batch.acquire()};
            advance(batch, callers, 100);
            long before = threads.getCurrentThreadAllocatedBytes();
            advance(batch, callers, 1_000);
            assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(10_000);
        }
    }

    private static void advance(VadBatch batch, int[] callers, int windows) {
        for (int w = 0; w < windows; w++) {
            for (int caller : callers) {
                batch.submit(caller, SILENCE, 0);
            }
            batch.run();
            for (int caller : callers) {
                batch.probability(caller);
            }
        }
    }
}
