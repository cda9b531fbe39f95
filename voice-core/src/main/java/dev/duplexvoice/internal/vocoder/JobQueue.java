package dev.duplexvoice.internal.vocoder;

import org.jspecify.annotations.Nullable;

/**
 * Jobs that wait, and whose turn it is:
 *
 * <ol>
 *   <li>whose listener hears nothing and who has waited for so long that nobody may go before him any more, the oldest first;
 *   <li>whose listener would run out of audio if he did not go now, the soonest first;
 *   <li>whose listener hears nothing, the oldest first;
 *   <li>all others, by when their listener runs out.
 * </ol>
 *
 * So nobody waits for ever: whose listener hears nothing is among the first after a while, and of all others a deadline comes before which
 * only so many can have theirs. One thread at a time.
 */
final class JobQueue {
    private final long longestWait;
    /** Whose listener hears nothing. */
    private final JobHeap first = new JobHeap();
    /** Whose listener has something. */
    private final JobHeap running = new JobHeap();

    private @Nullable VocoderJob oldest;
    private @Nullable VocoderJob newest;
    private long numbers;

    JobQueue(long longestWait) {
        this.longestWait = longestWait;
    }

    int size() {
        return first.size() + running.size();
    }

    /** Whether there is one whose listener hears nothing. */
    boolean hasFirst() {
        return first.size() > 0;
    }

    /** The one that has waited longest; null if none does. */
    @Nullable
    VocoderJob oldest() {
        return oldest;
    }

    /** When the first listener runs out, of those who hear something; {@link Long#MAX_VALUE} if nobody waits. */
    long nextDeadline() {
        VocoderJob next = running.first();
        return next == null ? Long.MAX_VALUE : next.deadline;
    }

    void add(VocoderJob job) {
        job.number = numbers++;
        job.older = newest;
        job.newer = null;
        if (newest == null) {
            oldest = job;
        } else {
            newest.newer = job;
        }
        newest = job;
        heap(job).add(job);
    }

    /** Takes out one that waits here. */
    void remove(VocoderJob job) {
        heap(job).remove(job);
        VocoderJob before = job.older;
        VocoderJob after = job.newer;
        if (before == null) {
            oldest = after;
        } else {
            before.newer = after;
        }
        if (after == null) {
            newest = before;
        } else {
            after.older = before;
        }
        job.older = null;
        job.newer = null;
    }

    private JobHeap heap(VocoderJob job) {
        return job.first ? first : running;
    }

    /**
     * Whose turn it is; null if nobody waits.
     *
     * @param endangered who runs out before this has to go now
     */
    @Nullable
    VocoderJob next(long now, long endangered) {
        VocoderJob silent = first.first();
        if (silent != null && now - silent.arrived >= longestWait) {
            return silent;
        }
        VocoderJob next = running.first();
        if (next != null && next.deadline - endangered < 0) {
            return next;
        }
        return silent != null ? silent : next;
    }
}
