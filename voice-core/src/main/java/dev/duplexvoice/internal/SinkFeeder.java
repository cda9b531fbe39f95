package dev.duplexvoice.internal;

import dev.duplexvoice.AudioSink;
import dev.duplexvoice.CloseReason;
import dev.duplexvoice.VoiceException;
import dev.duplexvoice.audio.FrameRing;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** Brings a session's output to its sink on worker threads, a frame at a time. */
final class SinkFeeder {

    /** Takes the next frame as a host does; 0 if there is none. */
    interface Frames {
        int poll(short[] frame, FrameRing.FrameHeader header);
    }

    private final AudioSink sink;
    private final Frames frames;
    private final Consumer<VoiceException> onFailure;
    private final SerialTasks tasks;
    private final Runnable work = this::work;
    private final AtomicBoolean scheduled = new AtomicBoolean();
    /** Frames of this place and later were put out after the last flush. */
    private volatile long flushedAt = -1;

    // What follows belongs to the running task.
    private final short[] frame;
    private final FrameRing.FrameHeader header = new FrameRing.FrameHeader();
    private long toldFlush = -1;
    private boolean failing;

    SinkFeeder(AudioSink sink, int frameSamples, Frames frames, Workers workers, Consumer<VoiceException> onFailure) {
        this.sink = sink;
        this.frames = frames;
        this.onFailure = onFailure;
        this.frame = new short[frameSamples];
        this.tasks = new SerialTasks(workers::host);
    }

    /** A frame was put out. */
    void wake() {
        if (scheduled.compareAndSet(false, true)) {
            tasks.execute(work);
        }
    }

    /** What was put out and not taken was dropped; the next frame will be at this place or behind it. */
    void flush(long position) {
        flushedAt = position;
        wake();
    }

    void close(CloseReason reason) {
        tasks.execute(() -> guarded(() -> sink.closed(reason)));
    }

    private void work() {
        scheduled.set(false);
        for (int samples = frames.poll(frame, header); samples > 0; samples = frames.poll(frame, header)) {
            long position = header.timestamp();
            long flush = flushedAt;
            if (position >= flush) {
                tellFlush(flush);
            }
            int length = samples;
            guarded(() -> sink.frame(frame, length, position));
        }
        tellFlush(flushedAt);
    }

    private void tellFlush(long position) {
        if (position > toldFlush) {
            toldFlush = position;
            guarded(sink::flush);
        }
    }

    private void guarded(Runnable call) {
        try {
            call.run();
            failing = false;
        } catch (RuntimeException | LinkageError | AssertionError e) {
            // One that fails fails with each frame: once is enough.
            if (!failing) {
                failing = true;
                onFailure.accept(new VoiceException(
                        VoiceException.Code.LISTENER,
                        "audio sink " + sink.getClass().getName() + " threw " + e,
                        e));
            }
        }
    }
}
