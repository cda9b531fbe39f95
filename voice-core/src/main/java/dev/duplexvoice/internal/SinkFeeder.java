package dev.duplexvoice.internal;

import dev.duplexvoice.AudioSink;
import dev.duplexvoice.CloseReason;
import dev.duplexvoice.VoiceException;
import dev.duplexvoice.audio.FrameRing;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Brings a session's output to its sink on worker threads, one run at a time, a frame at a time. The audio loop wakes it for each
 * frame, so that must not allocate.
 */
final class SinkFeeder {
    /** Takes the next frame as a host does; 0 if there is none. */
    interface Frames {
        int poll(short[] frame, FrameRing.FrameHeader header);
    }

    private final AudioSink sink;
    private final Frames frames;
    private final Consumer<VoiceException> onFailure;
    private final WakeableTask task;
    /** Frames of this place and later were put out after the last flush. */
    private volatile long flushedAt = -1;
    /** Why the session has ended; null while it goes on. */
    private volatile @Nullable CloseReason ended;

    // What follows belongs to the running task.
    private final short[] frame;
    private final FrameRing.FrameHeader header = new FrameRing.FrameHeader();
    private long toldFlush = -1;
    private boolean failing;
    private boolean started;
    /** It has failed to say whether it is ready. */
    private boolean cannotTell;

    private boolean toldEnd;

    SinkFeeder(AudioSink sink, int frameSamples, Frames frames, Workers workers, Consumer<VoiceException> onFailure) {
        this.sink = sink;
        this.frames = frames;
        this.onFailure = onFailure;
        this.frame = new short[frameSamples];
        this.task = new WakeableTask("audio sink", this::work, workers::handOver);
    }

    /** A frame was put out. */
    void wake() {
        task.wake();
    }

    /** What was put out and not taken was dropped; the next frame will be at this place or behind it. */
    void flush(long position) {
        flushedAt = position;
        wake();
    }

    /** The session has ended; what was put out before is given first. */
    void close(CloseReason reason) {
        ended = reason;
        wake();
    }

    private void work() {
        if (toldEnd) {
            return;
        }
        if (!started) {
            started = true;
            guarded(() -> sink.start(task::wake));
        }
        // In this order: all frames put out before the end are taken first.
        CloseReason reason = ended;
        feed();
        if (reason != null) {
            toldEnd = true;
            guarded(() -> sink.closed(reason));
        }
    }

    private void feed() {
        while (isReady()) {
            int samples = frames.poll(frame, header);
            if (samples == 0) {
                break;
            }
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

    /** One that cannot tell is given every frame. */
    private boolean isReady() {
        try {
            return cannotTell || sink.isReady();
        } catch (RuntimeException | LinkageError | AssertionError e) {
            cannotTell = true;
            failed(e);
            return true;
        }
    }

    private void tellFlush(long position) {
        if (position > toldFlush) {
            toldFlush = position;
            guarded(() -> sink.flush(position));
        }
    }

    private void guarded(Runnable call) {
        try {
            call.run();
            failing = false;
        } catch (RuntimeException | LinkageError | AssertionError e) {
            failed(e);
        }
    }

    private void failed(Throwable cause) {
        // One that fails fails with each frame: once is enough.
        if (!failing) {
            failing = true;
            onFailure.accept(new VoiceException(
                    VoiceException.Code.LISTENER,
                    "audio sink " + sink.getClass().getName() + " threw " + cause,
                    cause));
        }
    }
}
