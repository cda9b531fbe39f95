package dev.duplexvoice.internal;

import dev.duplexvoice.AudioSink;
import dev.duplexvoice.CloseReason;
import dev.duplexvoice.DuplexSession;
import dev.duplexvoice.SayOptions;
import dev.duplexvoice.SessionOptions;
import dev.duplexvoice.SessionState;
import dev.duplexvoice.audio.FrameRing;
import dev.duplexvoice.dialog.Reply;
import dev.duplexvoice.dialog.Utterance;
import dev.duplexvoice.time.VirtualClock;
import dev.duplexvoice.vad.VoiceActivityDetector;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The host's side of a session: puts what it is told on the loop's inbox and the rings. */
final class SessionHandle implements DuplexSession {
    private static final Logger LOG = LoggerFactory.getLogger(SessionHandle.class);
    private static final long WARNING_INTERVAL = 10_000_000_000L;
    /** As long as the longest session. */
    private static final Duration LONGEST_SILENCE = Duration.ofHours(24);
    /** Whoever waits longer waits this long: so that the time can be counted in nanoseconds. */
    private static final Duration LONGEST_WAIT = Duration.ofDays(36_500);

    private final SessionCore core;
    private final AudioLoop loop;
    private final InputRing input;
    private final FrameRing output;
    private final Playout playout;
    private final SessionParts parts;
    private final int outputFrame;
    private final CompletableFuture<CloseReason> closed = new CompletableFuture<>();
    private final @Nullable SinkFeeder feeder;
    private volatile @Nullable Thread reader;
    private volatile boolean closing;
    /** When the host was last told in the log that its audio is dropped; the putting thread's. */
    private long warnedAt = Long.MIN_VALUE;

    SessionHandle(SessionParts parts, AudioLoop loop) {
        this.parts = parts;
        this.loop = loop;
        this.input = parts.input();
        this.output = parts.output();
        this.playout = parts.playout();
        this.outputFrame = parts.options().output().frameSamples();
        this.core =
                new SessionCore(parts, loop::post, loop.place(), this::frameReady, this::flushed, now -> finished());
        AudioSink sink = parts.options().audioSink();
        this.feeder = sink == null
                ? null
                : new SinkFeeder(sink, outputFrame, this::takeFrame, parts.workers(), core::pluginFailed);
    }

    SessionCore core() {
        return core;
    }

    /**
     * Starts the session; on the loop.
     *
     * @param left run when it has ended; not if this throws
     */
    void start(@Nullable VoiceActivityDetector detector, Runnable left) {
        loop.add(core, detector, left);
    }

    @Override
    public String id() {
        return core.id;
    }

    @Override
    public SessionState state() {
        return core.state();
    }

    @Override
    public SessionOptions options() {
        return core.options;
    }

    @Override
    public boolean offerAudio(short[] samples, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, samples.length);
        requireOpen();
        if (length > input.limit()) {
            throw new IllegalArgumentException("length=" + length + ": one call takes at most " + input.limit()
                    + " samples; offer audio as it arrives");
        }
        int dropped = input.offer(samples, offset, length);
        if (dropped > 0) {
            dropped(dropped);
        }
        return dropped == 0;
    }

    private void dropped(int samples) {
        int frame = parts.options().input().frameSamples();
        parts.telemetry().framesRefused(true, (samples + frame - 1) / frame);
        long now = parts.clock().nanoTime();
        if (warnedAt == Long.MIN_VALUE || now - warnedAt >= WARNING_INTERVAL) {
            warnedAt = now;
            LOG.atWarn()
                    .addKeyValue("session_id", id())
                    .addKeyValue("dropped_samples", input.dropped())
                    .log("Audio is put in faster than it is taken: the oldest is dropped");
        }
    }

    @Override
    public int pollAudio(short[] frame, FrameRing.FrameHeader header) {
        if (feeder != null) {
            throw new IllegalStateException(
                    "session " + id() + ": its audioSink is given the output; open it without one to poll or read");
        }
        if (frame.length < outputFrame) {
            throw new IllegalArgumentException(
                    "frame.length=" + frame.length + ": a frame has " + outputFrame + " samples");
        }
        return takeFrame(frame, header);
    }

    private int takeFrame(short[] frame, FrameRing.FrameHeader header) {
        while (true) {
            long frameNumber = output.consumed();
            int samples = output.poll(frame, 0, header);
            if (samples == FrameRing.EMPTY) {
                return 0;
            }
            if (playout.claim(frameNumber)) {
                playout.taken(parts.clock().nanoTime());
                return samples;
            }
        }
    }

    @Override
    public int readAudio(short[] frame, FrameRing.FrameHeader header, Duration timeout) {
        if (parts.clock() instanceof VirtualClock) {
            throw new IllegalStateException(
                    "readAudio waits, and nothing moves a virtual clock meanwhile: use pollAudio");
        }
        long deadline = System.nanoTime() + nanos(timeout);
        reader = Thread.currentThread();
        try {
            while (true) {
                // In this order: a frame put out just before the end is taken first.
                boolean ended = core.state() == SessionState.TERMINATED;
                int samples = pollAudio(frame, header);
                if (samples > 0) {
                    return samples;
                }
                if (ended) {
                    return -1;
                }
                long left = deadline - System.nanoTime();
                if (left <= 0 || Thread.currentThread().isInterrupted()) {
                    return 0;
                }
                LockSupport.parkNanos(this, left);
            }
        } finally {
            reader = null;
        }
    }

    private static long nanos(Duration timeout) {
        if (timeout.isNegative()) {
            return 0;
        }
        return timeout.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT.toNanos() : timeout.toNanos();
    }

    @Override
    public void played(long position) {
        if (position < 0) {
            throw new IllegalArgumentException(
                    "position=" + position + ": must not be negative; give samples since the session was opened");
        }
        playout.played(position, parts.clock().nanoTime());
    }

    private void frameReady() {
        if (feeder != null) {
            feeder.wake();
        } else {
            wakeReader();
        }
    }

    private void flushed(long position) {
        if (feeder != null) {
            feeder.flush(position);
        }
    }

    private void wakeReader() {
        // The frame must be visible before the reader is looked for: else both could miss each other.
        VarHandle.fullFence();
        Thread waiting = reader;
        if (waiting != null) {
            LockSupport.unpark(waiting);
        }
    }

    @Override
    public void say(String text, SayOptions options) {
        Objects.requireNonNull(options, "options");
        if (text.length() > Reply.MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "text.length=" + text.length() + ": a reply has at most " + Reply.MAX_LENGTH + " characters");
        }
        requireOpen();
        core.post(now -> core.inputs.say(text, options, now));
    }

    @Override
    public Reply say(SayOptions options) {
        HostText text = new HostText(
                options.allowInterruptions(), () -> core.state() == SessionState.TERMINATED, parts.workers());
        requireOpen();
        core.post(now -> core.inputs.say(text, options, now));
        return text;
    }

    @Override
    public void interrupt() {
        requireOpen();
        core.post(core.inputs::interrupt);
    }

    @Override
    public void speechStarted() {
        requireExternalSpeech();
        core.post(core.inputs::speechStarted);
    }

    @Override
    public void speechEnded(Duration silence) {
        if (silence.isNegative() || silence.compareTo(LONGEST_SILENCE) > 0) {
            throw new IllegalArgumentException("silence=" + silence + ": must be 0 to " + LONGEST_SILENCE);
        }
        requireExternalSpeech();
        long nanos = silence.toNanos();
        core.post(now -> core.inputs.speechEnded(nanos, now));
    }

    private void requireExternalSpeech() {
        requireOpen();
        if (!core.options.externalSpeech()) {
            throw new IllegalStateException("session " + id()
                    + ": a detector hears the caller; open it with externalSpeech() to tell it yourself");
        }
    }

    private void requireOpen() {
        if (closing || core.state() == SessionState.TERMINATED) {
            CloseReason reason = core.closeReason();
            throw new IllegalStateException("session " + id() + " is closed"
                    + (reason == null ? "" : " (" + reason.label() + ")") + ": open a new one");
        }
    }

    @Override
    public List<Utterance> history() {
        return core.dialog().history();
    }

    @Override
    public long droppedInput() {
        return input.dropped();
    }

    @Override
    public CompletionStage<CloseReason> closed() {
        return closed.minimalCompletionStage();
    }

    private void finished() {
        CloseReason told = core.closeReason();
        CloseReason reason = told == null ? CloseReason.INTERNAL_ERROR : told;
        if (feeder != null) {
            feeder.close(reason);
        }
        closed.complete(reason);
        wakeReader();
    }

    @Override
    public void close() {
        if (!closing) {
            closing = true;
            core.post(now -> core.inputs.close(CloseReason.CLOSED, now));
        }
    }
}
