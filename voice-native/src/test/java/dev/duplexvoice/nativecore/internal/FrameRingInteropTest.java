package dev.duplexvoice.nativecore.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.audio.FrameRing;
import dev.duplexvoice.audio.FrameRingDescriptor;
import dev.duplexvoice.audio.SpscFrameRing;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrameRingInteropTest {
    private static final int SLOTS = 1_024;
    private static final int FRAME_BYTES = 64;
    /** {@code -Dvoice.fuzz.frames=1000000} for a short run. */
    private static final long FRAMES = Long.getLong("voice.fuzz.frames", 10_000_000);

    @Test
    void shouldCarryMillionsOfFramesIntactWhenJavaProducesAndNativeConsumes() {
        SpscFrameRing java = SpscFrameRing.allocate(SLOTS, FRAME_BYTES);
        NativeFrameRing core = NativeFrameRing.attach(java.memory());
        CompletableFuture<Void> producer = CompletableFuture.runAsync(() -> {
            ByteBuffer frame = ByteBuffer.allocateDirect(FRAME_BYTES).order(ByteOrder.LITTLE_ENDIAN);
            for (long n = 0; n < FRAMES; n++) {
                fill(frame, n);
                while (!java.offer(frame, (int) n, ~n)) {
                    Thread.yield();
                }
            }
        });
        long wrong = 0;
        for (long n = 0; n < FRAMES; ) {
            int length = core.poll();
            if (length == NativeFrameRing.EMPTY) {
                Thread.yield();
                continue;
            }
            wrong += length == FRAME_BYTES
                            && core.flags() == (int) n
                            && core.timestamp() == ~n
                            && intact(core.payload(), n)
                    ? 0
                    : 1;
            n++;
        }
        producer.join();
        assertThat(wrong).isZero();
        assertThat(java.consumed()).isEqualTo(FRAMES);
        assertThat(java.size()).isZero();
    }

    @Test
    void shouldCarryMillionsOfFramesIntactWhenNativeProducesAndJavaConsumes() {
        ByteBuffer memory = ByteBuffer.allocateDirect(FrameRingDescriptor.requiredBytes(SLOTS, FRAME_BYTES) + 64)
                .alignedSlice(64);
        NativeFrameRing core = NativeFrameRing.format(memory, SLOTS, FRAME_BYTES);
        SpscFrameRing java = SpscFrameRing.attach(memory);
        CompletableFuture<Void> producer = CompletableFuture.runAsync(() -> {
            for (long n = 0; n < FRAMES; n++) {
                fill(core.payload(), n);
                while (!core.offer(FRAME_BYTES, (int) n, ~n)) {
                    Thread.yield();
                }
            }
        });
        ByteBuffer frame = ByteBuffer.allocateDirect(FRAME_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        FrameRing.FrameHeader header = new FrameRing.FrameHeader();
        long wrong = 0;
        for (long n = 0; n < FRAMES; ) {
            frame.clear();
            int length = java.poll(frame, header);
            if (length == FrameRing.EMPTY) {
                Thread.yield();
                continue;
            }
            wrong += length == FRAME_BYTES && header.flags() == (int) n && header.timestamp() == ~n && intact(frame, n)
                    ? 0
                    : 1;
            n++;
        }
        producer.join();
        assertThat(wrong).isZero();
        assertThat(java.produced()).isEqualTo(FRAMES);
    }

    /** A sequence number, six words that follow from it, and their sum. */
    private static void fill(ByteBuffer frame, long n) {
        long sum = n;
        frame.putLong(0, n);
        for (int at = Long.BYTES; at < FRAME_BYTES - Long.BYTES; at += Long.BYTES) {
            long word = (n + at) * 0x9e3779b97f4a7c15L;
            frame.putLong(at, word);
            sum += word;
        }
        frame.putLong(FRAME_BYTES - Long.BYTES, sum);
    }

    private static boolean intact(ByteBuffer frame, long n) {
        long sum = 0;
        for (int at = 0; at < FRAME_BYTES - Long.BYTES; at += Long.BYTES) {
            sum += frame.getLong(at);
        }
        return frame.getLong(0) == n && frame.getLong(FRAME_BYTES - Long.BYTES) == sum;
    }

    @ParameterizedTest
    @CsvSource({"2, 8", "1024, 64", "65536, 1920", "4, 65536", "3, 64", "0, 64", "131072, 64", "64, 12", "64, 0"})
    void shouldAgreeOnTheSizeWhenARingIsPlanned(int slots, int slotBytes) {
        long java;
        try {
            java = FrameRingDescriptor.requiredBytes(slots, slotBytes);
        } catch (IllegalArgumentException e) {
            java = 0;
        }
        assertThat(NativeFrameRing.requiredBytes(slots, slotBytes)).isEqualTo(java);
    }

    @Test
    void shouldSeeTheSameCountsWhenOneSideRefuses() {
        SpscFrameRing java = SpscFrameRing.allocate(2, 8);
        NativeFrameRing core = NativeFrameRing.attach(java.memory());
        core.payload().putLong(0, 42);
        assertThat(core.offer(8, 1, 2)).isTrue();
        assertThat(core.offer(8, 1, 2)).isTrue();
        assertThat(core.offer(8, 1, 2)).isFalse();
        assertThat(java.refused()).isEqualTo(1);
        assertThat(java.size()).isEqualTo(2);
        assertThat(core.refused()).isEqualTo(1);
        assertThat(core.size()).isEqualTo(2);
    }

    @Test
    void shouldRefuseToAttachWhenMemoryHoldsNoRing() {
        assertThatExceptionOfType(VoiceException.class)
                .isThrownBy(() -> NativeFrameRing.attach(ByteBuffer.allocateDirect(4_096)))
                .satisfies(e -> assertThat(e.code()).isEqualTo(VoiceException.Code.INVALID_ARGUMENT));
    }
}
