package dev.duplexvoice.internal.vocoder;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.telemetry.ServiceEvent;
import dev.duplexvoice.time.EngineClock;
import dev.duplexvoice.tts.VocoderBackend;
import dev.duplexvoice.tts.VocoderOptions;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes batches of what waits and has a device compute them. Any thread adds and cancels; one drives it with {@link #doWork} and {@link
 * #await}, a thread of its own or a virtual clock.
 */
final class BatchScheduler {
    /** What {@link #doWork} returns when there is nothing to do before a batch is over. */
    static final long AWAIT = Long.MIN_VALUE;

    private static final Logger LOG = LoggerFactory.getLogger(BatchScheduler.class);
    private static final int UNDER_WAY = 2;
    /** A batch may always take as long as so many of a single frame, so that launching it is a small part. */
    private static final int WORTH = 20;
    /** What waking up and handing over take, so that who is to be in time is not late by it. */
    private static final long MARGIN = 500_000;

    private final VocoderBackend backend;
    private final EngineClock clock;
    private final long window;
    private final long firstSamples;
    private final Consumer<ServiceEvent.VocoderBatch> told;

    // Under the lock.
    private final JobQueue queue;
    private final BatchTimes times = new BatchTimes();
    private int open;
    private int streamsUnderWay;

    // Of the driving thread.
    private final Batch[] batches = new Batch[UNDER_WAY];
    private int oldest;
    private int underWay;
    /** When the device is expected to have computed all that it was given. */
    private long freeAt;

    private long lastOver = Long.MIN_VALUE;
    private boolean warned;

    /** @param told of each batch, by the driving thread */
    BatchScheduler(
            VocoderBackend backend,
            VocoderOptions options,
            EngineClock clock,
            Consumer<ServiceEvent.VocoderBatch> told) {
        this.backend = backend;
        this.clock = clock;
        this.window = options.window().toNanos();
        this.firstSamples = options.firstSamples().toNanos();
        this.told = told;
        this.queue = new JobQueue(options.longestWait().toNanos());
        for (int i = 0; i < UNDER_WAY; i++) {
            batches[i] = new Batch(backend.maxBatch());
        }
    }

    /** There is a stream more, whose jobs others may be waited with for. */
    synchronized void opened() {
        open++;
    }

    /** Jobs that wait. */
    synchronized int waiting() {
        return queue.size();
    }

    /**
     * Takes a job.
     *
     * @return false if its stream is closed
     */
    synchronized boolean add(VocoderJob job) {
        if (job.closed) {
            return false;
        }
        job.arrived = clock.nanoTime();
        job.state = VocoderJob.State.WAITING;
        queue.add(job);
        return true;
    }

    /**
     * The stream of this job is closed: it waits no more, and is told. The device's part goes at once, or with the batch that it is in: its
     * place must not be another's before.
     */
    void close(VocoderJob job) {
        boolean waited;
        boolean idle;
        synchronized (this) {
            job.closed = true;
            open--;
            idle = job.state != VocoderJob.State.UNDER_WAY;
            waited = job.state == VocoderJob.State.WAITING;
            if (waited) {
                queue.remove(job);
            }
        }
        try {
            if (idle) {
                job.stream.close();
            }
        } finally {
            if (waited) {
                over(job);
            }
        }
    }

    private static void over(VocoderJob job) {
        job.state = VocoderJob.State.OVER;
        run(job);
    }

    /** What a host does when it is told is its own affair: others wait behind it. */
    private static void run(VocoderJob job) {
        try {
            job.whenOver.run();
        } catch (RuntimeException | Error e) {
            LOG.atWarn().setCause(e).log("Whoever waited for a vocoder's samples threw");
        }
    }

    /**
     * Gives the device what it can take.
     *
     * @return when it is worth another call, unless a job comes before; {@link Long#MAX_VALUE} for never; {@link #AWAIT} if the oldest batch
     *     is to be awaited first
     */
    long doWork() {
        while (underWay < UNDER_WAY) {
            Batch batch = batches[(oldest + underWay) % UNDER_WAY];
            long now = clock.nanoTime();
            synchronized (this) {
                long due = due(now);
                if (due > now) {
                    return underWay > 0 ? AWAIT : due;
                }
                fill(batch, now);
                streamsUnderWay += batch.count;
                freeAt = (underWay == 0 ? now : Math.max(now, freeAt)) + times.estimate(batch.work);
            }
            submit(batch);
        }
        return AWAIT;
    }

    /** When the next batch should go. */
    private long due(long now) {
        VocoderJob longest = queue.oldest();
        if (longest == null) {
            return Long.MAX_VALUE;
        }
        int waiting = queue.size();
        boolean all = waiting >= backend.maxBatch() || waiting + streamsUnderWay >= open;
        if (all || underWay == 0 && queue.hasFirst()) {
            return now;
        }
        long patience = longest.arrived + window;
        long takes = times.estimate((long) waiting * backend.maxFrames());
        long deadline = queue.nextDeadline();
        return deadline == Long.MAX_VALUE ? patience : Math.min(patience, deadline - takes - MARGIN);
    }

    /**
     * Takes those whose turn it is, no more than leave the first of them in time. If he cannot be, no more than a first sound may take: who
     * comes meanwhile waits for the batch, however urgent.
     */
    private void fill(Batch batch, long now) {
        long begins = underWay == 0 ? now : Math.max(now, freeAt);
        // Who is not in this batch is in the next one.
        long takes = times.estimate((long) Math.min(queue.size(), backend.maxBatch()) * backend.maxFrames());
        long endangered = begins + 2 * takes + MARGIN;
        long left = 0;
        while (batch.count < backend.maxBatch()) {
            VocoderJob job = queue.next(now, endangered);
            if (job == null) {
                break;
            }
            if (batch.count == 0) {
                left = Math.max(job.deadline - begins, Math.max(firstSamples, WORTH * times.estimate(1)));
            } else if (times.estimate(batch.work + job.work) > left) {
                break;
            }
            queue.remove(job);
            job.state = VocoderJob.State.UNDER_WAY;
            job.begin();
            batch.add(job, now);
        }
    }

    private void submit(Batch batch) {
        batch.submittedAt = clock.nanoTime();
        VoiceException problem = null;
        try {
            backend.submit(batch.jobs, batch.count);
        } catch (RuntimeException | Error e) {
            problem = failure(e);
        }
        if (problem == null) {
            underWay++;
        } else {
            end(batch, problem);
        }
    }

    /** Waits for the oldest batch, and tells those who wait for it. */
    void await() {
        Batch batch = batches[oldest];
        VoiceException problem = null;
        try {
            backend.await();
        } catch (RuntimeException | Error e) {
            problem = failure(e);
        }
        // Its place is free only when all are told, who may be quick with their next job.
        try {
            end(batch, problem);
        } finally {
            oldest = (oldest + 1) % UNDER_WAY;
            underWay--;
        }
    }

    private VoiceException failure(Throwable e) {
        if (!warned) {
            warned = true;
            LOG.atWarn().setCause(e).log("A batch of vocoder streams failed; this is not logged again");
        }
        return e instanceof VoiceException known
                ? known
                : new VoiceException(VoiceException.Code.SYNTHESIS, "the vocoder's device failed: " + e, e);
    }

    private void end(Batch batch, @Nullable VoiceException problem) {
        long now = clock.nanoTime();
        long took = now - Math.max(batch.submittedAt, lastOver);
        lastOver = now;
        int late = 0;
        synchronized (this) {
            streamsUnderWay -= batch.count;
            if (problem == null) {
                times.took(batch.work, took);
            }
        }
        for (int i = 0; i < batch.count; i++) {
            VocoderJob job = batch.jobs[i];
            job.end(problem);
            job.overAt = now;
            late += now > job.deadline ? 1 : 0;
        }
        // Told before those who wait, so that the figures are there when somebody looks.
        try {
            told.accept(new ServiceEvent.VocoderBatch(
                    now, batch.count, batch.first, batch.frames, late, batch.waited, took, problem != null));
        } finally {
            for (int i = 0; i < batch.count; i++) {
                give(batch.jobs[i]);
            }
            batch.clear();
        }
    }

    private void give(VocoderJob job) {
        boolean gone;
        synchronized (this) {
            gone = job.closed;
            job.state = VocoderJob.State.OVER;
        }
        try {
            if (gone) {
                job.stream.close();
            }
        } catch (RuntimeException | Error e) {
            LOG.atWarn().setCause(e).log("A stream of a vocoder's device could not be closed");
        }
        run(job);
    }

    /** Whether nothing waits and nothing is under way; of the driving thread. */
    boolean isIdle() {
        return underWay == 0 && waiting() == 0;
    }
}
