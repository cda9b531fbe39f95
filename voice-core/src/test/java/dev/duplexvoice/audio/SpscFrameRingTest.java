package dev.duplexvoice.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpscFrameRingTest {
    private final FrameRing.FrameHeader header = new FrameRing.FrameHeader();

    private static ByteBuffer memory(int bytes) {
        ByteBuffer memory = ByteBuffer.allocateDirect(bytes + 64).alignedSlice(64);
        memory.limit(bytes);
        return memory.slice();
    }

    private static byte[] bytes(ByteBuffer memory, int from, int length) {
        byte[] bytes = new byte[length];
        memory.get(from, bytes);
        return bytes;
    }

    @Test
    void shouldLayMemoryOutAsDescribedWhenFormatted() {
        ByteBuffer memory = memory(512 + 4 * 32);
        for (int i = 0; i < memory.capacity(); i++) {
            memory.put(i, (byte) 0xEE);
        }
        SpscFrameRing.format(memory, 4, 16);

        assertThat(bytes(memory, 0, 16)).containsExactly('V', 'R', 'N', 'G', 1, 0, 0, 0, 4, 0, 0, 0, 16, 0, 0, 0);
        assertThat(bytes(memory, 16, 496)).containsOnly(0);
    }

    @Test
    void shouldWriteFramesAsDescribedWhenOffered() {
        ByteBuffer memory = memory(512 + 2 * 24);
        SpscFrameRing ring = SpscFrameRing.format(memory, 2, 8);

        assertThat(ring.offer(new short[] {9, 0x0102, -2, 9}, 1, 2, 0x0A0B0C0D, 0x1122334455667788L))
                .isTrue();
        assertThat(ring.offer(ByteBuffer.wrap(new byte[] {7, 5, 6, 7, 7}, 1, 3), -1, -2))
                .isTrue();

        assertThat(bytes(memory, 512, 20))
                .containsExactly(
                        4, 0, 0, 0, 0x0D, 0x0C, 0x0B, 0x0A, 0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11, 2, 1, 0xFE,
                        0xFF);
        assertThat(bytes(memory, 536, 19))
                .containsExactly(3, 0, 0, 0, -1, -1, -1, -1, -2, -1, -1, -1, -1, -1, -1, -1, 5, 6, 7);
        ByteBuffer little = memory.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        assertThat(little.getLong(128)).as("producer").isEqualTo(2);
        assertThat(little.getLong(256)).as("consumer").isZero();

        assertThat(ring.offer(new short[4], 0, 4, 0, 0)).isFalse();
        assertThat(little.getLong(144)).as("refused").isEqualTo(1);
        assertThat(ring.poll(new short[4], 0, header)).isEqualTo(2);
        assertThat(little.getLong(256)).as("consumer").isEqualTo(1);
        assertThat(little.getLong(264)).as("consumer's copy of the producer").isEqualTo(2);
        assertThat(ring.offer(new short[4], 0, 4, 0, 0)).isTrue();
        assertThat(little.getLong(136)).as("producer's copy of the consumer").isEqualTo(1);
        assertThat(little.getInt(512)).as("frame 2 is in slot 0").isEqualTo(8);
    }

    @Test
    void shouldGiveFramesBackInOrderWhenItWrapsAround() {
        SpscFrameRing ring = SpscFrameRing.allocate(4, 8);
        short[] frame = new short[4];
        for (int i = 0; i < 1_000; i++) {
            int length = i % 5;
            for (int k = 0; k < length; k++) {
                frame[k] = (short) (i * 7 + k);
            }
            assertThat(ring.offer(frame, 0, length, i, -i)).isTrue();
            if (i >= 3) {
                checkFrame(ring, i - 3);
            }
        }
        assertThat(ring.size()).isEqualTo(3);
        assertThat(ring.produced()).isEqualTo(1_000);
        assertThat(ring.consumed()).isEqualTo(997);
    }

    private void checkFrame(SpscFrameRing ring, int number) {
        short[] taken = new short[6];
        assertThat(ring.poll(taken, 1, header)).isEqualTo(number % 5);
        assertThat(header.flags()).isEqualTo(number);
        assertThat(header.timestamp()).isEqualTo(-number);
        for (int k = 0; k < number % 5; k++) {
            assertThat(taken[1 + k]).isEqualTo((short) (number * 7 + k));
        }
    }

    @Test
    void shouldRefuseAndCountWhenItIsFull() {
        SpscFrameRing ring = SpscFrameRing.allocate(2, 8);
        short[] frame = {1};
        assertThat(ring.offer(frame, 0, 1, 0, 0)).isTrue();
        assertThat(ring.offer(frame, 0, 1, 0, 0)).isTrue();
        assertThat(ring.offer(frame, 0, 1, 0, 0)).isFalse();
        assertThat(ring.offer(ByteBuffer.allocate(2), 0, 0)).isFalse();

        assertThat(ring.refused()).isEqualTo(2);
        assertThat(ring.size()).isEqualTo(2);
        assertThat(ring.produced()).isEqualTo(2);
        ring.poll(frame, 0, header);
        assertThat(ring.offer(frame, 0, 1, 0, 0)).isTrue();
        assertThat(ring.refused()).isEqualTo(2);
    }

    @Test
    void shouldBeEmptyWhenNothingWasOfferedOrAllWasDropped() {
        SpscFrameRing ring = SpscFrameRing.allocate(4, 8);
        assertThat(ring.poll(new short[4], 0, header)).isEqualTo(FrameRing.EMPTY);
        assertThat(ring.poll(ByteBuffer.allocate(8), header)).isEqualTo(FrameRing.EMPTY);
        assertThat(ring.drop()).isZero();

        ring.offer(new short[4], 0, 4, 0, 0);
        ring.offer(new short[4], 0, 4, 0, 0);
        assertThat(ring.drop()).isEqualTo(2);
        assertThat(ring.size()).isZero();
        assertThat(ring.poll(new short[4], 0, header)).isEqualTo(FrameRing.EMPTY);
    }

    @Test
    void shouldNameTheValuesWhenAFrameIsTooLong() {
        SpscFrameRing ring = SpscFrameRing.allocate(2, 8);

        assertThatThrownBy(() -> ring.offer(new short[5], 0, 5, 0, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("length=10: a slot holds 8 bytes");
        assertThatThrownBy(() -> ring.offer(ByteBuffer.allocate(9), 0, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("length=9: a slot holds 8 bytes");
        assertThat(ring.size()).isZero();
        assertThat(ring.refused()).isZero();
    }

    @Test
    void shouldKeepTheFrameWhenTheTargetIsTooShort() {
        SpscFrameRing ring = SpscFrameRing.allocate(2, 8);
        ring.offer(new short[] {1, 2, 3}, 0, 3, 0, 0);

        assertThatThrownBy(() -> ring.poll(new short[4], 2, header))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("samples.length=4, offset=2: the frame has 3 samples");
        assertThatThrownBy(() -> ring.poll(ByteBuffer.allocate(5), header))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("target.remaining=5: the frame has 6 bytes");
        short[] taken = new short[3];
        assertThat(ring.poll(taken, 0, header)).isEqualTo(3);
        assertThat(taken).containsExactly(1, 2, 3);
    }

    @Test
    void shouldSeeTheFramesWhenAttachedToTheSameMemory() {
        SpscFrameRing one = SpscFrameRing.allocate(4, 16);
        one.offer(new short[] {1, 2}, 0, 2, 3, 4);
        SpscFrameRing two = SpscFrameRing.attach(one.memory());

        assertThat(two.capacity()).isEqualTo(4);
        assertThat(two.slotBytes()).isEqualTo(16);
        ByteBuffer taken = ByteBuffer.allocate(6).order(ByteOrder.LITTLE_ENDIAN);
        taken.position(1);
        assertThat(two.poll(taken, header)).isEqualTo(4);
        assertThat(taken.position()).isEqualTo(5);
        assertThat(taken.getShort(1)).isEqualTo((short) 1);
        assertThat(taken.getShort(3)).isEqualTo((short) 2);
        assertThat(header.flags()).isEqualTo(3);
        assertThat(header.timestamp()).isEqualTo(4);
        assertThat(one.size()).isZero();
    }

    @Test
    void shouldRefuseMemoryWhenItHoldsNoRing() {
        ByteBuffer memory = memory(2_048);
        assertThatThrownBy(() -> SpscFrameRing.attach(memory))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("magic=0x0, version=0: not a frame ring of version 1");

        SpscFrameRing.format(memory, 4, 16);
        memory.order(ByteOrder.LITTLE_ENDIAN).putInt(4, 2);
        assertThatThrownBy(() -> SpscFrameRing.attach(memory))
                .hasMessage("magic=0x474e5256, version=2: not a frame ring of version 1");

        memory.putInt(4, 1).putInt(8, 5);
        assertThatThrownBy(() -> SpscFrameRing.attach(memory))
                .hasMessage("slots=5: must be a power of two from 2 to 65536");

        memory.putInt(8, 1_024);
        assertThatThrownBy(() -> SpscFrameRing.attach(memory)).hasMessage("memory.capacity=2048: needs 33280 bytes");
    }

    @Test
    void shouldRefuseMemoryWhenItIsOfTheWrongKind() {
        assertThatThrownBy(() -> SpscFrameRing.format(ByteBuffer.allocate(2_048), 4, 16))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("memory is on the heap: a frame ring needs a direct buffer");
        assertThatThrownBy(() -> SpscFrameRing.format(memory(639), 4, 16))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("memory.capacity=639: needs 640 bytes");
        ByteBuffer odd = memory(2_048).position(4).slice();
        assertThatThrownBy(() -> SpscFrameRing.format(odd, 4, 16))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("memory is not aligned to 8 bytes");
    }

    @ParameterizedTest
    @CsvSource({
        "1, 8, 'slots=1: must be a power of two from 2 to 65536'",
        "3, 8, 'slots=3: must be a power of two from 2 to 65536'",
        "131072, 8, 'slots=131072: must be a power of two from 2 to 65536'",
        "-8, 8, 'slots=-8: must be a power of two from 2 to 65536'",
        "2, 0, 'slotBytes=0: must be a multiple of 8 from 8 to 65536'",
        "2, 12, 'slotBytes=12: must be a multiple of 8 from 8 to 65536'",
        "2, 65544, 'slotBytes=65544: must be a multiple of 8 from 8 to 65536'",
        "65536, 65536, 'slots=65536, slotBytes=65536: the ring would need 4296016384 bytes, at most 2147483647 fit into"
                + " one buffer'",
    })
    void shouldNameTheValuesWhenSizesAreOutOfRange(int slots, int slotBytes, String message) {
        assertThatThrownBy(() -> FrameRingDescriptor.requiredBytes(slots, slotBytes))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void shouldKeepEveryFrameWholeWhenTwoThreadsRace() throws Exception {
        // Full and empty are both common with few slots.
        SpscFrameRing ring = SpscFrameRing.allocate(4, 64);
        int frames = 300_000;
        // Threads of their own: the common pool may have but one.
        ExecutorService threads = Executors.newFixedThreadPool(2);
        Future<?> producer = threads.submit(() -> {
            short[] frame = new short[32];
            for (int n = 0; n < frames; n++) {
                int length = 1 + n % 32;
                Arrays.fill(frame, 0, length, (short) n);
                while (!ring.offer(frame, 0, length, n, ~n)) {
                    Thread.onSpinWait();
                }
            }
        });
        Future<?> consumer = threads.submit(() -> {
            FrameRing.FrameHeader taken = new FrameRing.FrameHeader();
            short[] frame = new short[32];
            for (int n = 0; n < frames; n++) {
                int length = ring.poll(frame, 0, taken);
                while (length < 0) {
                    Thread.onSpinWait();
                    length = ring.poll(frame, 0, taken);
                }
                if (length != 1 + n % 32
                        || taken.flags() != n
                        || taken.timestamp() != ~n
                        || frame[0] != (short) n
                        || frame[length - 1] != (short) n) {
                    throw new AssertionError("frame " + n + ": length=" + length + ", flags=" + taken.flags());
                }
            }
        });
        await(consumer);
        await(producer);
        threads.shutdown();

        assertThat(ring.produced()).isEqualTo(frames);
        assertThat(ring.consumed()).isEqualTo(frames);
    }

    private static void await(Future<?> side) throws InterruptedException, ExecutionException, TimeoutException {
        side.get(60, TimeUnit.SECONDS);
    }
}
