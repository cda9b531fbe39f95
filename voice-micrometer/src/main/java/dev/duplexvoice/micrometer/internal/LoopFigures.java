package dev.duplexvoice.micrometer.internal;

import dev.duplexvoice.micrometer.VoiceMetric;
import dev.duplexvoice.telemetry.LatencySnapshot;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What audio loops count, each in histograms of its own: nothing is shared, locked or allocated but at a loop's first call. {@link #drain}
 * takes it to the meters, which may do as they like.
 */
public final class LoopFigures {
    private final Meters meters;
    private final String worker;
    /** The first is nobody's: what threads that have ended recorded. */
    private final List<Loop> loops = new CopyOnWriteArrayList<>(List.of(new Loop(null)));

    private final ThreadLocal<Loop> mine = ThreadLocal.withInitial(this::newLoop);
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong starved = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final AtomicLong blocked = new AtomicLong();

    private static final class Loop {
        /** Null if it is nobody's. */
        final @Nullable Thread thread;

        final LoopHistogram lateness = new LoopHistogram(VoiceMetric.AUDIO_LOOP_LATENESS_MS.buckets());
        final LoopHistogram jitter = new LoopHistogram(VoiceMetric.WORKER_AUDIO_FRAME_JITTER_MS.buckets());

        Loop(@Nullable Thread thread) {
            this.thread = thread;
        }
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
            this.none = new long[of.apply(loops.get(0)).counts().length];
        }

        @Override
        public long[] counts() {
            synchronized (LoopFigures.this) {
                long[] sum = none.clone();
                for (Loop loop : loops) {
                    long[] counts = of.apply(loop).counts();
                    for (int i = 0; i < sum.length; i++) {
                        sum[i] += counts[i];
                    }
                }
                return sum;
            }
        }

        @Override
        public double sum() {
            synchronized (LoopFigures.this) {
                return loops.stream().mapToDouble(loop -> of.apply(loop).sum()).sum();
            }
        }
    }

    /** Hosts make engines again and again; what their threads have recorded is kept once, not once for each. */
    private void takeOver() {
        Loop nobodys = loops.get(0);
        for (Loop loop : loops) {
            if (loop.thread != null && !loop.thread.isAlive()) {
                nobodys.lateness.takeOver(loop.lateness);
                nobodys.jitter.takeOver(loop.jitter);
                loops.remove(loop);
            }
        }
    }

    /** Whose figures are kept one by one. */
    int threads() {
        return loops.size() - 1;
    }

    private Loop newLoop() {
        Loop loop = new Loop(Thread.currentThread());
        loops.add(loop);
        return loop;
    }

    private synchronized LatencySnapshot sum(Function<Loop, LoopHistogram> of) {
        LatencySnapshot sum = LatencySnapshot.EMPTY;
        for (Loop loop : loops) {
            sum = sum.plus(of.apply(loop).snapshot());
        }
        return sum;
    }

    private synchronized long frames() {
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
        takeOver();
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
