package dev.duplexvoice.benchmarks;

import dev.duplexvoice.audio.FrameRing;
import dev.duplexvoice.audio.SpscFrameRing;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.JJJ_Result;

/** Races between the two sides of a frame ring. Run by {@code org.openjdk.jcstress.Main}. */
public final class FrameRingStress {
    private static final int SLOTS = 2;
    private static final int BYTES = 16;

    private FrameRingStress() {}

    private static ByteBuffer payload(long value) {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(value).putLong(~value).flip();
        return bytes;
    }

    /** The value of a polled frame; -2 if its parts do not belong together. */
    private static long value(ByteBuffer bytes, FrameRing.FrameHeader header) {
        bytes.flip();
        long value = bytes.getLong();
        boolean whole = bytes.getLong() == ~value && header.flags() == (int) value && header.timestamp() == value;
        return whole ? value : -2;
    }

    private static long poll(SpscFrameRing ring) {
        ByteBuffer target = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        FrameRing.FrameHeader header = new FrameRing.FrameHeader();
        return ring.poll(target, header) == FrameRing.EMPTY ? -1 : value(target, header);
    }

    /** A frame is seen whole or not at all, and in order. */
    @JCStressTest
    @State
    @Outcome(id = "-1, -1", expect = Expect.ACCEPTABLE, desc = "Nothing was there yet.")
    @Outcome(id = "1, -1", expect = Expect.ACCEPTABLE, desc = "The first frame was there.")
    @Outcome(id = "-1, 1", expect = Expect.ACCEPTABLE, desc = "The first frame came between the polls.")
    @Outcome(id = "1, 2", expect = Expect.ACCEPTABLE, desc = "Both were there, in order.")
    @Outcome(expect = Expect.FORBIDDEN, desc = "A frame was torn, lost or out of order.")
    public static class Publication {
        private final SpscFrameRing ring = SpscFrameRing.allocate(SLOTS, BYTES);

        /** Offers two frames. */
        @Actor
        public void producer() {
            ring.offer(payload(1), 1, 1);
            ring.offer(payload(2), 2, 2);
        }

        /** Polls twice. */
        @Actor
        public void consumer(II_Result result) {
            result.r1 = (int) poll(ring);
            result.r2 = (int) poll(ring);
        }
    }

    /** A full ring takes a frame only once the consumer has given a slot back, and never overwrites one. */
    @JCStressTest
    @State
    @Outcome(id = "1, 2, -1", expect = Expect.ACCEPTABLE, desc = "The third frame found the ring full.")
    @Outcome(id = "1, 2, 3", expect = Expect.ACCEPTABLE, desc = "The third frame found the slot given back.")
    @Outcome(expect = Expect.FORBIDDEN, desc = "A frame was overwritten, torn, lost or out of order.")
    public static class Reuse {
        private final SpscFrameRing ring = SpscFrameRing.allocate(SLOTS, BYTES);

        /** A full ring. */
        public Reuse() {
            ring.offer(payload(1), 1, 1);
            ring.offer(payload(2), 2, 2);
        }

        /** Offers a third frame. */
        @Actor
        public void producer() {
            ring.offer(payload(3), 3, 3);
        }

        /** Takes the first. */
        @Actor
        public void consumer(JJJ_Result result) {
            result.r1 = poll(ring);
        }

        /** Takes what is left. */
        @Arbiter
        public void rest(JJJ_Result result) {
            result.r2 = poll(ring);
            result.r3 = poll(ring);
        }
    }
}
