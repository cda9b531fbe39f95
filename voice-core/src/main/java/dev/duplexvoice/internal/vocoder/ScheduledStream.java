package dev.duplexvoice.internal.vocoder;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.tts.VocoderBackend;
import dev.duplexvoice.tts.VocoderStream;
import java.nio.FloatBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A stream of a {@link ScheduledVocoder}. Its frames are copied to memory of its own and its samples from there, so that a batch never
 * meets a buffer of somebody who has left.
 */
final class ScheduledStream implements VocoderStream {
    private static final int MAX_FRAMES = 65_536;

    private final ScheduledVocoder vocoder;
    private final BatchScheduler scheduler;
    private final VocoderJob job;
    private final FloatBuffer input;
    private final FloatBuffer output;
    private final int channels;
    private final int mostFrames;
    private final int lookAheadFrames;
    private final Playout playout = new Playout();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Runnable unpark = this::unpark;
    private volatile @Nullable Thread waiter;
    /** The utterance is over. */
    private boolean ended;

    ScheduledStream(ScheduledVocoder vocoder, VocoderBackend.Stream stream) {
        this.vocoder = vocoder;
        this.scheduler = vocoder.scheduler();
        this.job = new VocoderJob(stream);
        this.input = stream.frames();
        this.output = stream.samples();
        this.channels = vocoder.channels();
        this.mostFrames = vocoder.framesAtOnce();
        int hop = vocoder.samplesPerFrame();
        this.lookAheadFrames = (vocoder.lookAheadSamples() + hop - 1) / hop;
        scheduler.opened();
    }

    @Override
    public int push(FloatBuffer frames, int count, int stride, FloatBuffer samples) {
        check(frames, count, stride, samples);
        requireFinite(frames, count, stride);
        requireThread();
        int made = 0;
        for (int at = 0; at < count; at += mostFrames) {
            int some = Math.min(mostFrames, count - at);
            copy(frames, at, some, stride);
            submit(some, false, unpark);
            made += waitFor(samples, made);
        }
        return played(made);
    }

    @Override
    public int push(FloatBuffer frames, int count, int stride, FloatBuffer samples, Runnable later) {
        if (count > mostFrames) {
            return push(frames, count, stride, samples);
        }
        check(frames, count, stride, samples);
        requireFinite(frames, count, stride);
        copy(frames, 0, count, stride);
        submit(count, false, later);
        return LATER;
    }

    @Override
    public int flush(FloatBuffer samples) {
        requireThread();
        end(samples, unpark);
        return played(waitFor(samples, 0));
    }

    @Override
    public int flush(FloatBuffer samples, Runnable later) {
        end(samples, later);
        return LATER;
    }

    private void end(FloatBuffer samples, Runnable whenOver) {
        requireGoesOn();
        require("samples", samples, vocoder.lookAheadSamples());
        submit(0, true, whenOver);
        ended = true;
    }

    @Override
    public int take(FloatBuffer samples) {
        return switch (job.state) {
            case OVER -> played(result(samples, 0));
            case WAITING, UNDER_WAY -> LATER;
            case FREE -> {
                requireOpen();
                throw new IllegalStateException("nothing is under way");
            }
        };
    }

    @Override
    public void neededIn(long nanos) {
        playout.told(vocoder.now(), nanos);
    }

    private void check(FloatBuffer frames, int count, int stride, FloatBuffer samples) {
        if (count < 1 || count > MAX_FRAMES) {
            throw new IllegalArgumentException("count=" + count + ": must be 1 to " + MAX_FRAMES);
        }
        if (stride < count) {
            throw new IllegalArgumentException("stride=" + stride + ": must be at least count=" + count);
        }
        require("frames", frames, (channels - 1L) * stride + count);
        require("samples", samples, (long) count * vocoder.samplesPerFrame());
        requireGoesOn();
    }

    private static void require(String name, FloatBuffer buffer, long values) {
        if (buffer.remaining() < values) {
            throw new IllegalArgumentException(
                    name + ".remaining=" + buffer.remaining() + ": must be at least " + values);
        }
    }

    private void requireGoesOn() {
        requireOpen();
        if (ended) {
            throw new IllegalStateException("the utterance was flushed: reset the stream for the next");
        }
        requireFree();
    }

    private void requireOpen() {
        if (closed.get()) {
            throw new IllegalStateException("vocoder stream is closed");
        }
    }

    private void requireFree() {
        if (job.state != VocoderJob.State.FREE) {
            throw new IllegalStateException("a push is under way: take its samples first");
        }
    }

    private void requireThread() {
        if (vocoder.isVirtual()) {
            throw new IllegalStateException("on a virtual clock nobody may wait: push with a later");
        }
    }

    /** All of them before the first is taken. */
    private void requireFinite(FloatBuffer frames, int count, int stride) {
        for (int channel = 0; channel < channels; channel++) {
            int row = frames.position() + channel * stride;
            for (int frame = 0; frame < count; frame++) {
                float value = frames.get(row + frame);
                if (!Float.isFinite(value)) {
                    throw new VoiceException(
                            VoiceException.Code.INVALID_ARGUMENT,
                            "frames[" + channel + "][" + frame + "]=" + value + ": must be a finite number");
                }
            }
        }
    }

    private void copy(FloatBuffer frames, int from, int count, int stride) {
        for (int channel = 0; channel < channels; channel++) {
            input.put(channel * mostFrames, frames, frames.position() + channel * stride + from, count);
        }
    }

    private void submit(int frames, boolean last, Runnable whenOver) {
        long now = vocoder.now();
        boolean silent = playout.isSilent(now);
        job.frames = frames;
        job.last = last;
        job.work = last ? frames + lookAheadFrames : frames;
        job.first = silent;
        job.deadline = silent ? now + vocoder.options().firstSamples().toNanos() : playout.endsAt();
        job.whenOver = whenOver;
        if (!scheduler.add(job)) {
            throw new IllegalStateException("vocoder stream is closed");
        }
        vocoder.wake();
    }

    private void unpark() {
        LockSupport.unpark(waiter);
    }

    private int waitFor(FloatBuffer samples, int offset) {
        waiter = Thread.currentThread();
        boolean interrupted = false;
        while (job.state != VocoderJob.State.OVER) {
            LockSupport.park(this);
            // An interrupt ends nothing that is over in a moment anyway; who waits here is told of it afterwards.
            interrupted |= Thread.interrupted();
        }
        waiter = null;
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return result(samples, offset);
    }

    private int result(FloatBuffer samples, int offset) {
        VoiceException failure = job.failure;
        int made = job.samples;
        if (failure == null && !closed.get()) {
            // Before anything changes: with room enough the samples may be taken yet.
            require("samples", samples, (long) offset + made);
        }
        job.failure = null;
        job.state = VocoderJob.State.FREE;
        requireOpen();
        if (failure != null) {
            // One of many that failed together: each has its own, whose trace shows who asked.
            throw new VoiceException(failure.code(), String.valueOf(failure.getMessage()), failure);
        }
        samples.put(samples.position() + offset, output, 0, made);
        return made;
    }

    private int played(int made) {
        if (made > 0) {
            playout.made(job.overAt, vocoder.nanos(made));
        }
        return made;
    }

    @Override
    public void reset() {
        requireOpen();
        requireFree();
        job.stream.reset();
        playout.forget();
        ended = false;
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            try {
                scheduler.close(job);
            } finally {
                vocoder.leave();
            }
        }
    }
}
