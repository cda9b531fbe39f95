package dev.duplexvoice.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.audio.AudioFormat;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class InputRingTest {
    private static final int LIMIT = 10_240;

    private final InputRing ring = new InputRing(new AudioFormat(8_000));

    /** Sample n of the stream; neighbours differ, and so do samples that share a place in the memory. */
    private static short sample(long n) {
        return (short) (n * 40_503 >>> 3);
    }

    private static short[] samples(long from, int length) {
        short[] samples = new short[length];
        for (int i = 0; i < length; i++) {
            samples[i] = sample(from + i);
        }
        return samples;
    }

    private static void assertIs(short[] polled, int length, long from) {
        for (int i = 0; i < length; i++) {
            if (polled[i] != sample(from + i)) {
                throw new AssertionError("sample " + (from + i) + " is " + polled[i]);
            }
        }
    }

    @Test
    void shouldGiveWhatWasPutInWhenChunksDiffer() {
        short[] target = new short[160];
        long in = 0;
        long out = 0;
        assertThat(ring.poll(target)).isZero();
        for (int i = 0; i < 2_000; i++) {
            int length = i * 7 % 300;
            assertThat(ring.offer(samples(in, length), 0, length)).isZero();
            in += length;
            for (int taken = ring.poll(target); taken > 0; taken = ring.poll(target)) {
                assertIs(target, taken, out);
                out += taken;
                assertThat(ring.position()).isEqualTo(out);
            }
        }
        assertThat(out).isEqualTo(in);
        assertThat(ring.dropped()).isZero();
    }

    @Test
    void shouldDropTheOldestWhenTooManyWait() {
        assertThat(ring.limit()).isEqualTo(LIMIT);
        assertThat(ring.offer(samples(0, LIMIT), 0, LIMIT)).isZero();
        assertThat(ring.offer(samples(LIMIT, 100), 0, 100)).isEqualTo(100);
        assertThat(ring.offer(samples(LIMIT + 100, LIMIT), 0, LIMIT)).isEqualTo(LIMIT);

        short[] target = new short[2 * LIMIT];
        assertThat(ring.poll(target)).isEqualTo(LIMIT);
        assertIs(target, LIMIT, LIMIT + 100);
        assertThat(ring.position()).isEqualTo(2 * LIMIT + 100);
        assertThat(ring.dropped()).isEqualTo(LIMIT + 100);
    }

    @Test
    void shouldLoseNothingWhenItsMemoryGrowsAndShrinks() {
        short[] target = new short[LIMIT];
        long in = 0;
        long out = 0;
        for (int i = 0; i < 5_000; i++) {
            int length = i % 1_500 == 0 ? 9_000 : 160;
            ring.offer(samples(in, length), 0, length);
            in += length;
            if (i % 3 == 0) {
                int taken = ring.poll(target);
                assertIs(target, taken, out);
                out += taken;
            }
        }
        assertThat(ring.dropped()).isZero();
        assertThat(ring.written()).isEqualTo(in);
    }

    @Test
    void shouldGiveTrueSamplesOnlyWhenTwoThreadsRace() throws Exception {
        long total = 30_000_000;
        ExecutorService threads = Executors.newFixedThreadPool(2);
        Future<?> producer = threads.submit(() -> {
            long in = 0;
            while (in < total) {
                int length = 1 + (int) (in % 977);
                ring.offer(samples(in, length), 0, length);
                in += length;
            }
        });
        Future<Long> consumer = threads.submit(() -> {
            short[] target = new short[160];
            long before = 0;
            long missing = 0;
            while (before < total) {
                int taken = ring.poll(target);
                if (taken > 0) {
                    long from = ring.position() - taken;
                    assertIs(target, taken, from);
                    missing += from - before;
                    before = ring.position();
                }
            }
            return missing;
        });
        long missing = consumer.get(60, TimeUnit.SECONDS);
        producer.get(60, TimeUnit.SECONDS);
        threads.shutdown();

        assertThat(missing).isEqualTo(ring.dropped());
    }
}
