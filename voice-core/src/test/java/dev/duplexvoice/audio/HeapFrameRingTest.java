package dev.duplexvoice.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** It behaves as the ring that native code shares, whole samples provided. */
class HeapFrameRingTest {

    @Test
    void shouldBehaveAsTheSharedRingWhateverIsDone() {
        FrameRing heap = FrameRing.onHeap(8, 16);
        FrameRing shared = SpscFrameRing.allocate(8, 32);
        Random random = new Random(5);
        FrameRing.FrameHeader one = new FrameRing.FrameHeader();
        FrameRing.FrameHeader two = new FrameRing.FrameHeader();
        for (int i = 0; i < 20_000; i++) {
            switch (random.nextInt(6)) {
                case 0, 1 -> {
                    short[] frame = new short[20];
                    for (int s = 0; s < frame.length; s++) {
                        frame[s] = (short) random.nextInt();
                    }
                    int length = random.nextInt(17);
                    assertThat(heap.offer(frame, 3, length, i, -i)).isEqualTo(shared.offer(frame, 3, length, i, -i));
                }
                case 2 -> {
                    ByteBuffer bytes = ByteBuffer.allocate(8).order(ByteOrder.BIG_ENDIAN);
                    bytes.putLong(0, random.nextLong());
                    assertThat(heap.offer(bytes, i, i)).isEqualTo(shared.offer(bytes, i, i));
                    assertThat(bytes.position()).isZero();
                }
                case 3, 4 -> {
                    short[] a = new short[18];
                    short[] b = new short[18];
                    assertThat(heap.poll(a, 2, one)).isEqualTo(shared.poll(b, 2, two));
                    assertThat(a).isEqualTo(b);
                    assertThat(one.flags()).isEqualTo(two.flags());
                    assertThat(one.timestamp()).isEqualTo(two.timestamp());
                }
                default -> {
                    if (random.nextInt(20) == 0) {
                        assertThat(heap.drop()).isEqualTo(shared.drop());
                    } else {
                        ByteBuffer a = ByteBuffer.allocate(40);
                        ByteBuffer b = ByteBuffer.allocate(40);
                        assertThat(heap.poll(a, one)).isEqualTo(shared.poll(b, two));
                        assertThat(a).isEqualTo(b);
                    }
                }
            }
            assertThat(heap.size()).isEqualTo(shared.size());
            assertThat(heap.produced()).isEqualTo(shared.produced());
            assertThat(heap.consumed()).isEqualTo(shared.consumed());
            assertThat(heap.refused()).isEqualTo(shared.refused());
        }
    }

    @Test
    void shouldKeepEveryFrameWholeWhenTwoThreadsRace() throws Exception {
        FrameRing ring = FrameRing.onHeap(4, 32);
        int frames = 300_000;
        ExecutorService executor = Executors.newSingleThreadExecutor();
        CompletableFuture<Void> producer = CompletableFuture.runAsync(
                () -> {
                    short[] frame = new short[32];
                    for (int n = 0; n < frames; ) {
                        Arrays.fill(frame, (short) n);
                        if (ring.offer(frame, 0, 1 + n % 32, n, 7L * n)) {
                            n++;
                        } else {
                            Thread.yield();
                        }
                    }
                },
                executor);
        short[] frame = new short[32];
        FrameRing.FrameHeader header = new FrameRing.FrameHeader();
        for (int n = 0; n < frames; ) {
            int samples = ring.poll(frame, 0, header);
            if (samples == FrameRing.EMPTY) {
                Thread.yield();
                continue;
            }
            boolean whole = samples == 1 + n % 32 && header.flags() == n && header.timestamp() == 7L * n;
            for (int i = 0; i < samples; i++) {
                whole &= frame[i] == (short) n;
            }
            assertThat(whole).as("frame %d", n).isTrue();
            n++;
        }
        producer.get();
        executor.shutdown();
    }

    @Test
    void shouldNameTheValueWhenMisused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FrameRing.onHeap(3, 10))
                .withMessage("slots=3: must be a power of two, at least 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FrameRing.onHeap(4, 0))
                .withMessage("slotSamples=0: must be 1 to 268435455");
        FrameRing ring = FrameRing.onHeap(2, 4);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ring.offer(new short[5], 0, 5, 0, 0))
                .withMessage("length=10: a slot holds 8 bytes");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ring.offer(ByteBuffer.allocate(3), 0, 0))
                .withMessage("length=3: must be whole samples of 2 bytes");
        ring.offer(new short[4], 0, 4, 0, 0);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ring.poll(new short[3], 0, new FrameRing.FrameHeader()))
                .withMessage("samples.length=3, offset=0: the frame has 4 samples");
        assertThat(ring.size()).isOne();
    }
}
