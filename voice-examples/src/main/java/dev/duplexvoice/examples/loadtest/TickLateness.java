package dev.duplexvoice.examples.loadtest;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;

/** How late every tick of every session was. The one place that knows where this comes from: the engine's telemetry. */
final class TickLateness {
    private final List<Loop> loops = new CopyOnWriteArrayList<>();
    private final ThreadLocal<Loop> mine = ThreadLocal.withInitial(this::newLoop);

    /** A recorder has one writer, so each audio loop has its own. */
    private static final class Loop {
        final SingleWriterRecorder recorder = new SingleWriterRecorder(Nanos.LEAST, Nanos.MOST, Nanos.DIGITS);
        Histogram spare = recorder.getIntervalHistogram();
    }

    private Loop newLoop() {
        Loop loop = new Loop();
        loops.add(loop);
        return loop;
    }

    /** On an audio loop; allocates at a loop's first call only. */
    void record(long nanos) {
        mine.get().recorder.recordValue(Nanos.clamp(nanos));
    }

    /** Adds what was recorded since the last call. One thread. */
    void drainTo(Histogram sum) {
        for (Loop loop : loops) {
            loop.spare = loop.recorder.getIntervalHistogram(loop.spare);
            sum.add(loop.spare);
        }
    }
}
