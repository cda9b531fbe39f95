package dev.duplexvoice.grpc.internal;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.grpc.proto.tts.AudioFrame;
import dev.duplexvoice.grpc.proto.tts.TTSServiceGrpc;
import dev.duplexvoice.grpc.proto.tts.TextChunk;
import dev.duplexvoice.grpc.proto.tts.WordTime;
import dev.duplexvoice.telemetry.ServiceEvent;
import dev.duplexvoice.telemetry.TraceContext;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import dev.duplexvoice.tts.SynthesisRequest;
import dev.duplexvoice.tts.SynthesisStream;
import dev.duplexvoice.tts.WordTiming;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * One text that a worker speaks. Frames are asked for as they are read, so no more than {@link #WINDOW} of them wait here, and the
 * worker stops when nobody reads. Before the first audio a call that failed is tried again.
 */
public final class RemoteStream implements SynthesisStream {
    /** Frames that may wait here, 640 ms. */
    static final int WINDOW = 32;

    private static final Logger LOG = LoggerFactory.getLogger(RemoteStream.class);

    private final RemoteSettings settings;
    private final RemoteSessions sessions;
    private final ScheduledExecutorService timers;
    private final SynthesisRequest request;
    private final Runnable readable;
    private final Runnable onEnd;
    /** The session that it speaks for, where the engine says; what gRPC calls back runs elsewhere. */
    private final @Nullable String sessionId = MDC.get("session_id");
    /** What the text belongs to; calls are begun on other threads. */
    private final TraceContext trace = TraceContext.current();

    private final Object lock = new Object();
    private final Deque<ShortBuffer> frames = new ArrayDeque<>();
    private final List<WordTiming> words = new ArrayList<>();
    private List<WordTiming> knownWords = List.of();
    private @Nullable Call call;
    private @Nullable ScheduledFuture<?> stall;
    private @Nullable VoiceException failure;
    private int attempt;
    private final VoiceTelemetry telemetry;
    private boolean waiting;
    private boolean audio;
    private boolean finished;
    private boolean cancelled;
    private boolean closed;
    private boolean told;

    /**
     * @param readable run when a read that returned 0 is worth repeating
     * @param onEnd run once, when nothing is called any more
     */
    public RemoteStream(
            RemoteSettings settings,
            RemoteSessions sessions,
            ScheduledExecutorService timers,
            SynthesisRequest request,
            Runnable readable,
            VoiceTelemetry telemetry,
            Runnable onEnd) {
        this.telemetry = telemetry;
        this.settings = settings;
        this.sessions = sessions;
        this.timers = timers;
        this.request = request;
        this.readable = readable;
        this.onEnd = onEnd;
    }

    /** Begins to call. */
    public void begin() {
        synchronized (lock) {
            if (cancelled) {
                return;
            }
            attempt++;
        }
        sessions.take(new RemoteSession.VoiceKey(request.rate(), request.pitch()), new RemoteSessions.Taker() {
            @Override
            public void session(RemoteSession session) {
                synthesize(session);
            }

            @Override
            public void failed(Status status) {
                end(status, false);
            }
        });
    }

    private void synthesize(RemoteSession session) {
        TraceContext.Scope scope = trace.enter();
        try {
            synchronized (lock) {
                if (!cancelled) {
                    call = new Call(session);
                    // With the lock, because a call that is cancelled before it begins could not begin.
                    call.begin(request.text());
                    return;
                }
            }
        } finally {
            scope.close();
        }
        sessions.give(session);
    }

    @Override
    public int read(short[] buffer, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, buffer.length);
        if (length == 0) {
            throw new IllegalArgumentException("length=0: must be at least 1");
        }
        int samples = 0;
        int taken = 0;
        Call from;
        synchronized (lock) {
            if (closed) {
                throw new IllegalStateException("the synthesis stream is closed");
            }
            if (cancelled) {
                return END;
            }
            while (samples < length && !frames.isEmpty()) {
                ShortBuffer frame = frames.getFirst();
                int count = Math.min(length - samples, frame.remaining());
                frame.get(buffer, offset + samples, count);
                samples += count;
                if (!frame.hasRemaining()) {
                    frames.removeFirst();
                    taken++;
                }
            }
            if (samples == 0) {
                if (failure != null) {
                    throw failure;
                }
                if (finished) {
                    return END;
                }
                waiting = true;
                watch();
                return 0;
            }
            from = call;
        }
        if (taken > 0 && from != null) {
            from.request(taken);
        }
        return samples;
    }

    @Override
    public List<WordTiming> words() {
        synchronized (lock) {
            if (knownWords.size() != words.size()) {
                knownWords = List.copyOf(words);
            }
            return knownWords;
        }
    }

    /** A worker that says nothing while somebody waits for it is lost. */
    private void watch() {
        if (stall == null && call != null) {
            Call watched = call;
            stall = timers.schedule(
                    () -> watched.stalled(), settings.stallTimeout().toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void unwatch() {
        if (stall != null) {
            stall.cancel(false);
            stall = null;
        }
    }

    @Override
    public void cancel() {
        Call running;
        boolean wake;
        synchronized (lock) {
            if (cancelled || finished || failure != null) {
                cancelled = true;
                frames.clear();
                return;
            }
            cancelled = true;
            frames.clear();
            unwatch();
            running = call;
            call = null;
            wake = waiting;
            waiting = false;
        }
        if (running != null) {
            running.cancel();
        }
        over();
        if (wake) {
            readable.run();
        }
    }

    @Override
    public void close() {
        cancel();
        synchronized (lock) {
            closed = true;
        }
    }

    private void over() {
        synchronized (lock) {
            if (told) {
                return;
            }
            told = true;
        }
        onEnd.run();
    }

    /** An attempt has failed: tries again if nobody has heard anything yet. */
    private void end(Status status, boolean atOnce) {
        boolean again;
        boolean wake = false;
        long delay = 0;
        synchronized (lock) {
            if (cancelled || finished || failure != null) {
                return;
            }
            unwatch();
            call = null;
            again = !audio && attempt < settings.attempts() && isWorthRepeating(status.getCode());
            if (again) {
                // Nothing of it was given to the reader.
                words.clear();
                knownWords = List.of();
                long most = settings.backoff().toNanos() << Math.max(0, attempt - 1);
                delay = atOnce ? 0 : ThreadLocalRandom.current().nextLong(most + 1);
            } else {
                failure = failure(status);
                wake = waiting;
                waiting = false;
            }
        }
        var line = again ? LOG.atInfo() : LOG.atWarn();
        if (sessionId != null) {
            line = line.addKeyValue("session_id", sessionId);
        }
        line.addKeyValue("target", settings.target())
                .addKeyValue("model_id", settings.model())
                .addKeyValue("status", status.getCode())
                .addKeyValue("reason", status.getDescription())
                .addKeyValue("attempt", attempt)
                .log(again ? "A worker did not speak; it is tried again" : "A worker did not speak");
        if (again) {
            telemetry.on(new ServiceEvent.Retried(System.nanoTime(), "tts", String.valueOf(status.getCode())));
            timers.schedule(this::begin, delay, TimeUnit.NANOSECONDS);
            return;
        }
        over();
        if (wake) {
            readable.run();
        }
    }

    /** The worker, or the way to it, may do better the next time; of a session that it does not know, a new one is made. */
    private static boolean isWorthRepeating(Status.Code code) {
        return switch (code) {
            case UNAVAILABLE, RESOURCE_EXHAUSTED, ABORTED, NOT_FOUND, FAILED_PRECONDITION, DEADLINE_EXCEEDED -> true;
            default -> false;
        };
    }

    private VoiceException failure(Status status) {
        String what = "worker " + settings.target() + " failed: " + status.getCode()
                + (status.getDescription() == null ? "" : ": " + status.getDescription()) + ". ";
        // The cause carries the status, for those who go on elsewhere.
        return new VoiceException(
                VoiceException.Code.SYNTHESIS, what + remedy(status.getCode()), status.asRuntimeException());
    }

    private static String remedy(Status.Code code) {
        return switch (code) {
            case UNAVAILABLE, DEADLINE_EXCEEDED -> "See whether the worker runs and can be reached";
            case UNAUTHENTICATED -> "Give the worker's token";
            case RESOURCE_EXHAUSTED -> "Start another worker, or allow this one more sessions";
            case NOT_FOUND -> "Name a model that the worker has";
            default -> "The worker's log tells more";
        };
    }

    /** One Synthesize. Its callbacks come one at a time. */
    private final class Call extends ClientCall.Listener<AudioFrame> {
        private final RemoteSession session;
        private final ClientCall<TextChunk, AudioFrame> rpc;
        private boolean last;
        private @Nullable Status wrong;

        Call(RemoteSession session) {
            this.session = session;
            rpc = session.channel()
                    .newCall(
                            TTSServiceGrpc.getSynthesizeMethod(),
                            CallOptions.DEFAULT.withDeadlineAfter(
                                    settings.callDeadline().toMillis(), TimeUnit.MILLISECONDS));
        }

        void begin(String text) {
            rpc.start(this, new Metadata());
            rpc.request(WINDOW);
            rpc.sendMessage(TextChunk.newBuilder()
                    .setSessionId(session.id())
                    .setText(text)
                    .setIsFinal(true)
                    .setSequenceNumber(1)
                    .build());
            rpc.halfClose();
            if (waiting && call == this) {
                watch();
            }
        }

        void request(int count) {
            rpc.request(count);
        }

        void cancel() {
            rpc.cancel("the reader has enough", null);
            sessions.discard(session);
        }

        void stalled() {
            synchronized (lock) {
                stall = null;
                if (call != this || !waiting || wrong != null) {
                    return;
                }
                wrong = Status.DEADLINE_EXCEEDED.withDescription(
                        "no audio for " + settings.stallTimeout().toMillis() + " ms");
            }
            rpc.cancel("no audio", null);
        }

        @Override
        public void onMessage(AudioFrame frame) {
            boolean wake;
            synchronized (lock) {
                if (call != this || wrong != null) {
                    return;
                }
                Status bad = check(frame);
                if (bad != null) {
                    wrong = bad;
                    last = false;
                    rpc.cancel("a frame that cannot be used", null);
                    return;
                }
                for (WordTime word : frame.getWordsList()) {
                    addWord(word);
                }
                last |= frame.getIsFinal();
                if (frame.getAudioData().isEmpty()) {
                    // An end marker, or nothing: it takes no room.
                    rpc.request(1);
                } else {
                    audio = true;
                    frames.addLast(frame.getAudioData()
                            .asReadOnlyByteBuffer()
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .asShortBuffer());
                }
                wake = waiting && !frames.isEmpty();
                if (wake) {
                    // What has no audio is nothing that a reader waits for.
                    waiting = false;
                    unwatch();
                }
            }
            if (wake) {
                readable.run();
            }
        }

        private void fail(Status reason) {
            if (reason.getCode() != Status.Code.NOT_FOUND) {
                session.end();
            } else if (session.hasWaited()) {
                // It was idle for too long, or the worker is a new one: that costs no attempt.
                sessions.forgetFree();
                synchronized (lock) {
                    attempt--;
                }
                end(reason, true);
                return;
            }
            end(reason, false);
        }

        private @Nullable Status check(AudioFrame frame) {
            int rate = frame.getSampleRate();
            if (rate != 0 && rate != settings.sampleRate()) {
                return Status.UNIMPLEMENTED.withDescription("its audio has sample_rate=" + rate + ", asked for were "
                        + settings.sampleRate() + "; set sampleRate to what it has");
            }
            if (frame.getAudioData().size() % 2 != 0) {
                return Status.INTERNAL.withDescription(
                        "a frame of " + frame.getAudioData().size() + " bytes: 16-bit samples make it even");
            }
            return null;
        }

        private void addWord(WordTime word) {
            // It comes from elsewhere: what cannot be is left out, such as more words than there are characters.
            if (words.size() < request.text().length()
                    && word.getStartSample() >= 0
                    && word.getEndSample() >= word.getStartSample()
                    && word.getTextBegin() >= 0
                    && word.getTextEnd() >= word.getTextBegin()
                    && word.getTextEnd() <= request.text().length()) {
                words.add(new WordTiming(
                        word.getStartSample(), word.getEndSample(), word.getTextBegin(), word.getTextEnd()));
            }
        }

        /** Why it failed; null if all is here. */
        private @Nullable Status reason(Status status) {
            if (status.isOk() && last) {
                // Even if it was given up meanwhile, because after the last frame nothing came.
                return null;
            }
            if (wrong != null) {
                return wrong;
            }
            return status.isOk()
                    ? Status.INTERNAL.withDescription("it ended without a last frame, so something may be missing")
                    : status;
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            Status reason;
            boolean wake = false;
            synchronized (lock) {
                if (call != this) {
                    // Cancelled, and the session is ended already.
                    return;
                }
                // From here on a cancel does not reach the session, which may serve another text.
                call = null;
                unwatch();
                reason = reason(status);
                if (reason == null) {
                    finished = true;
                    wake = waiting;
                    waiting = false;
                }
            }
            if (reason != null) {
                fail(reason);
                return;
            }
            sessions.give(session.waited());
            over();
            if (wake) {
                readable.run();
            }
        }
    }
}
