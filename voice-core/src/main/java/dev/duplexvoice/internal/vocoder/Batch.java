package dev.duplexvoice.internal.vocoder;

import java.util.Arrays;

/** Jobs that go to the device together. Used again and again. */
final class Batch {
    final VocoderJob[] jobs;
    int count;
    /** Of all jobs together, those included that a flush makes up: what the device's time depends on. */
    long work;

    int frames;
    int first;
    long waited;
    long submittedAt;

    Batch(int most) {
        jobs = new VocoderJob[most];
    }

    /** Lets go of its jobs, whose streams may be closed. */
    void clear() {
        Arrays.fill(jobs, 0, count, null);
        count = 0;
        work = 0;
        frames = 0;
        first = 0;
        waited = 0;
    }

    void add(VocoderJob job, long now) {
        jobs[count++] = job;
        work += job.work;
        frames += job.frames;
        first += job.first ? 1 : 0;
        waited = Math.max(waited, now - job.arrived);
    }
}
