package dev.duplexvoice.benchmarks.scheduler;

import dev.duplexvoice.time.VirtualClock;
import dev.duplexvoice.tts.VocoderBackend;
import java.nio.FloatBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** A device that takes as long as a table says and makes silence. */
final class SimulatedDevice implements VocoderBackend {
    private final VirtualClock clock;
    private final KernelTimes times;
    private final int most;
    private final int maxBatch;
    private final int maxFrames;
    private final ArrayDeque<Batch> batches = new ArrayDeque<>();
    private long freeAt;
    private int open;
    /** Nanoseconds for which it has computed. */
    long busy;

    private record Batch(long doneAt, Job[] jobs, int count) {}

    SimulatedDevice(VirtualClock clock, KernelTimes times, int streams, int maxBatch, int maxFrames) {
        this.clock = clock;
        this.times = times;
        this.most = streams;
        this.maxBatch = maxBatch;
        this.maxFrames = maxFrames;
    }

    private final class Silence implements Stream {
        private final FloatBuffer frames = FloatBuffer.allocate(maxFrames);
        private final FloatBuffer samples =
                FloatBuffer.allocate((maxFrames + SimulatedVocoder.LOOK_AHEAD_FRAMES) * SimulatedVocoder.HOP);
        private long taken;
        private long given;

        int made(Job job) {
            taken += job.frameCount();
            long ready = taken * SimulatedVocoder.HOP;
            if (!job.isLast()) {
                ready = Math.max(0, ready - SimulatedVocoder.LOOK_AHEAD_FRAMES * SimulatedVocoder.HOP);
            }
            int made = (int) (ready - given);
            given = ready;
            return made;
        }

        @Override
        public FloatBuffer frames() {
            return frames;
        }

        @Override
        public FloatBuffer samples() {
            return samples;
        }

        @Override
        public void reset() {
            taken = 0;
            given = 0;
        }

        @Override
        public void close() {
            open--;
        }
    }

    @Override
    public int maxBatch() {
        return maxBatch;
    }

    @Override
    public int maxFrames() {
        return maxFrames;
    }

    @Override
    public @Nullable Stream newStream(@Nullable FloatBuffer condition) {
        if (open == most) {
            return null;
        }
        open++;
        return new Silence();
    }

    @Override
    public void submit(Job[] jobs, int count) {
        int frames = 0;
        for (int i = 0; i < count; i++) {
            frames += jobs[i].frameCount() + (jobs[i].isLast() ? SimulatedVocoder.LOOK_AHEAD_FRAMES : 0);
        }
        long takes = times.nanos(frames);
        busy += takes;
        freeAt = Math.max(freeAt, clock.nanoTime()) + takes;
        batches.add(new Batch(freeAt, jobs, count));
    }

    @Override
    public long doneAt() {
        return batches.element().doneAt;
    }

    @Override
    public void await() {
        Batch batch = batches.remove();
        for (int i = 0; i < batch.count; i++) {
            Job job = batch.jobs[i];
            job.made(((Silence) job.stream()).made(job));
        }
    }

    @Override
    public void close() {}
}
