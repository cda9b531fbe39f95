package dev.duplexvoice.nativecore.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.duplexvoice.nativecore.NativeVoiceProvider;
import dev.duplexvoice.vad.VadBatch;
import dev.duplexvoice.vad.VoiceActivityDetector;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a stream costs in memory, on the Java heap and beside it. */
class VadMemoryTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final short[] SILENCE = new short[512];

    private VoiceActivityDetector detector;

    @BeforeEach
    void open() {
        detector = new NativeVoiceProvider().openDetector("duplex", null, 16_000);
    }

    @AfterEach
    void close() {
        detector.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 8, 64, 512})
    void shouldAllocateNoByteOnTheHeapWhenWarm(int streams) {
        try (VadBatch batch = detector.newBatch(streams)) {
            for (int i = 0; i < streams; i++) {
                assertThat(batch.acquire()).isEqualTo(i);
            }
            advance(batch, streams, 20);
            long least = Long.MAX_VALUE;
            // The JVM may allocate on this thread when it compiles or links, but not every time.
            for (int i = 0; i < 10 && least > 0; i++) {
                long before = THREADS.getCurrentThreadAllocatedBytes();
                advance(batch, streams, 20);
                least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
            }
            assertThat(least).isZero();
        }
    }

    @Test
    void shouldTakeLittleMoreThanTheStateWhenThereAreManyStreams() {
        int streams = 10_000;
        long heapBefore = THREADS.getCurrentThreadAllocatedBytes();
        long directBefore = directBytes();
        try (VadBatch batch = detector.newBatch(streams)) {
            long direct = (directBytes() - directBefore) / streams;
            long heap = (THREADS.getCurrentThreadAllocatedBytes() - heapBefore) / streams;
            assertThat(batch.capacity()).isEqualTo(streams);
            assertThat(direct + heap).isLessThan(1_400);
        }
    }

    private static long directBytes() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }

    private static void advance(VadBatch batch, int streams, int windows) {
        for (int w = 0; w < windows; w++) {
            for (int i = 0; i < streams; i++) {
                batch.submit(i, SILENCE, 0);
            }
            batch.run();
            for (int i = 0; i < streams; i++) {
                batch.probability(i);
            }
        }
    }
}
