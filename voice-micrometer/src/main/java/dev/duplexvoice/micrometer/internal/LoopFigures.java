package dev.duplexvoice.micrometer.internal;

import dev.duplexvoice.micrometer.VoiceMetric;
import dev.duplexvoice.telemetry.LatencySnapshot;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongConsumer;

/**
 * What audio loops count, each in histograms of its own: nothing is shared, locked or allocated but at a loop's first call. {@link #drain}
 * takes it to the meters, which may do as they like.
 */
public final class LoopFigures {
    private final Meters meters;
    private final String worker;
    private final List<Loop> loops = new CopyOnWriteArrayList<>();
    private final ThreadLocal<Loop> mine = ThreadLocal.withInitial(this::newLoop);
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong starved = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final AtomicLong blocked = new AtomicLong();

    private static final class Loop {
        final LoopHistogram lateness = new LoopHistogram(VoiceMetric.AUDIO_LOOP_LATENESS_MS.buckets());
        final LoopHistogram jitter = new LoopHistogram(VoiceMetric.WORKER_AUDIO_FRAME_JITTER_MS.buckets());
    }

    /** Counts in meters of this worker's. */
    public LoopFigures(Meters meters, String worker) {
        this.meters = meters;
        this.worker = worker;
        meters.histogram(VoiceMetric.AUDIO_LOOP_LATENESS_MS, new Sum(loop -> loop.lateness));
        meters.histogram(VoiceMetric.WORKER_AUDIO_FRAME_JITTER_MS, new Sum(loop -> loop.jitter), worker);
        meters.slide(VoiceMetric.AUDIO_LOOP_LATENESS_MS, () -> sum(loop -> loop.lateness));
        meters.slide(VoiceMetric.WORKER_AUDIO_FRAME_JITTER_MS, () -> sum(loop -> loop.jitter));
    }

    /** Makes the counters; there is a registry. */
    public void prepare() {
        meters.counter(VoiceMetric.WORKER_AUDIO_FRAMES_EMITTED, this::frames, worker);
        meters.counter(VoiceMetric.WORKER_AUDIO_FRAME_DROPS, dropped::get, worker, "backpressure");
        meters.counter(VoiceMetric.AUDIO_FRAMES_STARVED, starved::get);
        meters.counter(VoiceMetric.AUDIO_FRAMES_BLOCKED, blocked::get);
    }

    /** The histograms of all loops together. */
    private final class Sum implements HistogramSeries {
        private final Function<Loop, LoopHistogram> of;
        private final long[] none;

        Sum(Function<Loop, LoopHistogram> of) {
            this.of = of;
            this.none = of.apply(new Loop()).counts();
        }

        @Override
        public long[] counts() {
            long[] sum = none.clone();
            for (Loop loop : loops) {
                long[] counts = of.apply(loop).counts();
                for (int i = 0; i < sum.length; i++) {
                    sum[i] += counts[i];
                }
            }
            return sum;
        }

        @Override
        public double sum() {
            return loops.stream().mapToDouble(loop -> of.apply(loop).sum()).sum();
        }
    }

    private Loop newLoop() {
        Loop loop = new Loop();
        loops.add(loop);
        return loop;
    }

    private LatencySnapshot sum(Function<Loop, LoopHistogram> of) {
        LatencySnapshot sum = LatencySnapshot.EMPTY;
        for (Loop loop : loops) {
            sum = sum.plus(of.apply(loop).snapshot());
        }
        return sum;
    }

    private long frames() {
        long frames = sent.get();
        for (Loop loop : loops) {
            frames += Arrays.stream(loop.jitter.counts()).sum();
        }
        return frames;
    }

    /** A tick was over this late. */
    public void tick(long latenessNanos) {
        mine.get().lateness.record(latenessNanos);
    }

    /** A frame was put out this late. */
    public void frame(long latenessNanos) {
        mine.get().jitter.record(latenessNanos);
    }

    /** Frames were sent by a worker, which has no time at which they are due. */
    public void sent(long frames) {
        sent.addAndGet(frames);
    }

    /** A frame was not there in time. */
    public void starved() {
        starved.incrementAndGet();
    }

    /** Input was dropped. */
    public void dropped(long frames) {
        dropped.addAndGet(frames);
    }

    /** The host has not taken its frames. */
    public void blocked(long frames) {
        blocked.addAndGet(frames);
    }

    /**
     * Takes what came since the last call to the meters. Any thread.
     *
     * @param threshold in milliseconds, one of the jitter's buckets: what counts as in time
     * @param onTime told how many frames were
     * @param late told how many were not
     */
    public synchronized void drain(double threshold, LongConsumer onTime, LongConsumer late) {
        for (Loop loop : loops) {
            loop.lateness.drainTo(
                    (millis, count) -> meters.recordElsewhere(VoiceMetric.AUDIO_LOOP_LATENESS_MS, millis, count));
            loop.jitter.drainTo((millis, count) -> {
                meters.recordElsewhere(VoiceMetric.WORKER_AUDIO_FRAME_JITTER_MS, millis, count, worker);
                (millis <= threshold ? onTime : late).accept(count);
            });
        }
    }
}
