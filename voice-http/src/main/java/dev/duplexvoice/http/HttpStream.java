package dev.duplexvoice.http;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.telemetry.ServiceEvent;
import dev.duplexvoice.telemetry.TraceContext;
import dev.duplexvoice.tts.SynthesisRequest;
import dev.duplexvoice.tts.SynthesisStream;
import dev.duplexvoice.tts.WordTiming;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * The audio of one text: waits for a place at the server, asks it, asks again while nothing was heard, and holds what has come
 * until it is read. No thread belongs to it.
 */
final class HttpStream implements SynthesisStream {
    private static final Logger LOG = LoggerFactory.getLogger(HttpStream.class);
    /** A caller waits: what takes longer is a failure. */
    private static final Duration LONGEST_RETRY_WAIT = Duration.ofSeconds(5);

    private final SpeechCalls calls;
    private final Settings settings;
    private final String text;
    private final byte[] json;
    private final Runnable readable;
    /** The session that it speaks for, where the engine says; calls run on threads of their own. */
    private final @Nullable String sessionId = MDC.get("session_id");
    /** What the text belongs to; requests are sent on other threads too. */
    private final TraceContext trace = TraceContext.current();

    private final Runnable enter = this::enter;
    private final Object lock = new Object();

    // Guarded by lock.
    private final SampleBuffer buffer = new SampleBuffer();
    private @Nullable Attempt attempt;
    private Timers.@Nullable Timer timer;
    private int retries;
    private int sampleRate;
    private boolean heard;
    /** It has a place among the requests under way. */
    private boolean placed;
    /** There will be no more samples, and no attempt. */
    private boolean over;

    private boolean cancelled;
    private boolean closed;
    private @Nullable Failure failure;
    private boolean readerWaits;
    private boolean serverWaits;

    HttpStream(SpeechCalls calls, SynthesisRequest request, Runnable readable) {
        this.calls = calls;
        this.settings = calls.settings();
        this.text = request.text();
        this.json = SpeechRequest.body(settings, request);
        this.readable = readable;
    }

    /** Asks the server. */
    void begin() {
        boolean now;
        synchronized (lock) {
            now = calls.gate().enter(enter);
            placed = now;
            if (!now) {
                timer = calls.timers().schedule(settings.firstByteTimeout().toNanos(), this::noPlace);
            }
        }
        if (now) {
            call();
        }
    }

    /** Has nothing to say. */
    void endSilent() {
        end(null, null);
    }

    private void enter() {
        boolean wanted;
        synchronized (lock) {
            wanted = !over;
            placed = wanted;
            stopTimer();
        }
        if (wanted) {
            call();
        } else {
            calls.gate().leave();
        }
    }

    private void noPlace() {
        if (calls.gate().giveUp(enter)) {
            end(
                    null,
                    Failure.lasting("has as many requests under way as are allowed, and none has ended within "
                            + settings.firstByteTimeout().toMillis() + " ms"));
        }
    }

    private void call() {
        Attempt next = new Attempt(this, settings, calls.timers(), text);
        synchronized (lock) {
            if (over) {
                return;
            }
            attempt = next;
        }
        TraceContext.Scope scope = trace.enter();
        try {
            next.send(calls.client(), json);
        } catch (RuntimeException e) {
            next.cancel();
            end(next, Failure.of(e, text));
        } finally {
            scope.close();
        }
    }

    // -------------------------------------------------------------------------------------- what an attempt tells

    /**
     * Samples have come.
     *
     * @return whether more may
     */
    boolean append(Attempt from, short[] samples, int length, int rate) {
        boolean wake;
        boolean more;
        synchronized (lock) {
            if (over || from != attempt) {
                return false;
            }
            buffer.add(samples, length);
            sampleRate = rate;
            heard |= length > 0;
            wake = readerWaits && length > 0;
            readerWaits &= !wake;
            more = length == 0 || buffer.size() < settings.maxBuffered().toMillis() * rate / 1_000;
            serverWaits = !more;
        }
        if (wake) {
            wakeReader();
        }
        return more;
    }

    void completed(Attempt from) {
        end(from, null);
    }

    void failed(Attempt from, Failure why) {
        long wait;
        synchronized (lock) {
            if (over || from != attempt) {
                return;
            }
            if (heard
                    || !why.worthRetrying()
                    || retries == settings.retries()
                    || why.asked().compareTo(LONGEST_RETRY_WAIT) > 0) {
                wait = -1;
            } else {
                wait = calls.retryWait(retries++, why.asked());
                attempt = null;
                // Nothing that the timer runs may block, and a key's file is read.
                timer = calls.timers().schedule(wait, () -> Timers.THREADS.execute(this::call));
            }
        }
        if (wait < 0) {
            end(from, why);
            return;
        }
        calls.telemetry().on(new ServiceEvent.Retried(System.nanoTime(), "tts", why.what()));
        warning()
                .addKeyValue("server", settings.endpoint().host())
                .addKeyValue("reason", why.what())
                .addKeyValue("wait_ms", wait / 1_000_000)
                .log("Speech is asked for again");
    }

    // -------------------------------------------------------------------------------------------------- the reader

    @Override
    public int read(short[] to, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, to.length);
        if (length == 0) {
            throw new IllegalArgumentException("length=0: must be at least 1");
        }
        Attempt waiting;
        int samples;
        synchronized (lock) {
            if (closed) {
                throw new IllegalStateException("the synthesis stream is closed");
            }
            samples = buffer.take(to, offset, length);
            if (samples == 0) {
                return nothing();
            }
            boolean room = buffer.size() <= settings.maxBuffered().toMillis() * sampleRate / 2_000;
            waiting = serverWaits && room ? attempt : null;
            serverWaits &= waiting == null;
        }
        if (waiting != null) {
            waiting.more();
        }
        return samples;
    }

    private int nothing() {
        Failure why = failure;
        if (why != null) {
            throw new VoiceException(why.code(), settings.who() + " " + why.what());
        }
        if (over) {
            return END;
        }
        readerWaits = true;
        return 0;
    }

    /** Samples per second as the answer has told; 0 before that. */
    int sampleRate() {
        synchronized (lock) {
            return sampleRate;
        }
    }

    /** {@inheritDoc} None: these servers tell no word times. */
    @Override
    public List<WordTiming> words() {
        return List.of();
    }

    @Override
    public void cancel() {
        Attempt running;
        boolean first;
        synchronized (lock) {
            cancelled = true;
            buffer.clear();
            failure = null;
            running = attempt;
            first = finish();
        }
        if (running != null) {
            running.cancel();
        }
        if (first) {
            afterEnd();
        }
    }

    @Override
    public void close() {
        cancel();
        synchronized (lock) {
            closed = true;
        }
    }

    /** Ends it if this is what it is at; null stands for waiting. */
    private void end(@Nullable Attempt from, @Nullable Failure why) {
        synchronized (lock) {
            if (from != attempt || !finish()) {
                return;
            }
            failure = why;
        }
        afterEnd();
    }

    /** Within the lock; whoever is told true calls {@link #afterEnd} outside of it. */
    private boolean finish() {
        if (over) {
            return false;
        }
        over = true;
        attempt = null;
        stopTimer();
        return true;
    }

    private void afterEnd() {
        boolean leave;
        boolean wake;
        synchronized (lock) {
            leave = placed;
            placed = false;
            wake = readerWaits;
            readerWaits = false;
        }
        if (leave) {
            calls.gate().leave();
        } else {
            calls.gate().giveUp(enter);
        }
        calls.ended();
        if (wake) {
            wakeReader();
        }
    }

    private void stopTimer() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    private void wakeReader() {
        try {
            readable.run();
        } catch (RuntimeException e) {
            warning().setCause(e).log("The reader of a voice threw");
        }
    }

    private LoggingEventBuilder warning() {
        LoggingEventBuilder line = LOG.atWarn().addKeyValue("voice", settings.name());
        return sessionId == null ? line : line.addKeyValue("session_id", sessionId);
    }
}
