package dev.duplexvoice.benchmarks;

import dev.duplexvoice.audio.FrameRing;
import dev.duplexvoice.audio.SpscFrameRing;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Group;
import org.openjdk.jmh.annotations.GroupThreads;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Frames of 20 ms at 48 kHz through the ring; counts the refused and the empty-handed too. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class FrameRingBenchmark {
    private static final int SAMPLES = 960;

    /** One ring between two threads. */
    @State(Scope.Group)
    public static class Shared {
        /** The ring. */
        SpscFrameRing ring = SpscFrameRing.allocate(64, SAMPLES * Short.BYTES);

        /** For JMH. */
        public Shared() {}
    }

    /** What a side works with. */
    @State(Scope.Thread)
    public static class Side {
        /** A frame. */
        final short[] samples = new short[SAMPLES];

        /** Its header. */
        final FrameRing.FrameHeader header = new FrameRing.FrameHeader();

        /** A ring of its own, for one thread. */
        SpscFrameRing ring = SpscFrameRing.allocate(64, SAMPLES * Short.BYTES);

        /** For JMH. */
        public Side() {}

        /** Starts empty. */
        @Setup(Level.Iteration)
        public void empty() {
            ring = SpscFrameRing.allocate(64, SAMPLES * Short.BYTES);
        }
    }

    /** How often it worked. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Outcomes {
        /** Frames that went in. */
        public long offered;

        /** Frames that found no room. */
        public long refused;

        /** Frames that came out. */
        public long polled;

        /** Polls that found none. */
        public long empty;

        /** For JMH. */
        public Outcomes() {}
    }

    /** For JMH. */
    public FrameRingBenchmark() {}

    /** One thread: in and out. */
    @Benchmark
    public int offerAndPoll(Side side) {
        side.ring.offer(side.samples, 0, SAMPLES, 0, 0);
        return side.ring.poll(side.samples, 0, side.header);
    }

    /** Two threads: in. */
    @Benchmark
    @Group("twoThreads")
    @GroupThreads(1)
    public void offer(Shared shared, Side side, Outcomes outcomes) {
        if (shared.ring.offer(side.samples, 0, SAMPLES, 0, 0)) {
            outcomes.offered++;
        } else {
            outcomes.refused++;
        }
    }

    /** Two threads: out. */
    @Benchmark
    @Group("twoThreads")
    @GroupThreads(1)
    public void poll(Shared shared, Side side, Outcomes outcomes) {
        if (shared.ring.poll(side.samples, 0, side.header) == FrameRing.EMPTY) {
            outcomes.empty++;
        } else {
            outcomes.polled++;
        }
    }
}
