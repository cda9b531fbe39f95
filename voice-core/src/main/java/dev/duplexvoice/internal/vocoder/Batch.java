package dev.duplexvoice.internal.vocoder;

import java.util.Arrays;

/** Jobs that go to the device together. Used again and again. */
final class Batch {
    final VocoderJob[] jobs;
    int count;
    /** Frames of the longest job. */
    int longest;

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
        longest = 0;
        frames = 0;
        first = 0;
        waited = 0;
    }

    void add(VocoderJob job, long now) {
        jobs[count++] = job;
        longest = Math.max(longest, job.frames);
        frames += job.frames;
        first += job.first ? 1 : 0;
        waited = Math.max(waited, now - job.arrived);
    }

    /** As {@link BatchTimes} has it. */
    long work() {
        return (long) count * Math.max(1, longest);
    }

    /** The same with one job more. */
    long workWith(VocoderJob job) {
        return (count + 1L) * Math.max(1, Math.max(longest, job.frames));
    }
}
