package dev.duplexvoice.internal;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.telemetry.TraceContext;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A plugin's stream that is fed a session's speech on worker threads, one call at a time. Its failures become messages; after one
 * that it threw on start it is not asked again. One that hangs costs its own session some of its audio, not the process its memory:
 * what waits is limited. Fed by one thread at a time.
 *
 * @param <S> the stream
 */
class SpeechFollower<S extends AutoCloseable> {
    private static final int LONGEST_BACKLOG_SECONDS = 60;
    /** Of calls that bring no audio. */
    private static final int LONGEST_QUEUE = 100;

    /** A call to the stream. */
    interface Call<S> {
        void on(S stream) throws Exception;
    }

    private final SerialTasks tasks;
    private final VoiceException.Code code;
    private final String name;
    private final int sampleRate;
    private final Consumer<VoiceException> onFailure;
    private final Workers workers;
    /** Samples. */
    private final AtomicLong waiting = new AtomicLong();

    private final AtomicInteger waitingCalls = new AtomicInteger();
    private final AtomicBoolean toldBacklog = new AtomicBoolean();
    /** Of the utterance that is being spoken nothing is given on; its beginning was not. */
    private boolean leftOut;

    private @Nullable S stream;

    /** @param trace what the stream's calls belong to */
    SpeechFollower(
            VoiceException.Code code,
            String name,
            int sampleRate,
            Supplier<S> start,
            Workers workers,
            Consumer<VoiceException> onFailure,
            TraceContext trace) {
        this.code = code;
        this.name = name;
        this.sampleRate = sampleRate;
        this.onFailure = onFailure;
        this.workers = workers;
        this.tasks = new SerialTasks(Traced.executor(trace, workers::host));
        tasks.execute(() -> guarded(() -> stream = Objects.requireNonNull(start.get(), "start returned null")));
    }

    /** Tells that an utterance begins. If too much waits, all of it is left out, so that the stream sees no half ones. */
    void begin(Call<S> action) {
        leftOut = !enqueue(action, () -> {});
    }

    /** Tells that the utterance is over. */
    void end(Call<S> action) {
        if (!leftOut) {
            // At most one for each beginning: it needs no limit of its own.
            waitingCalls.incrementAndGet();
            tasks.execute(() -> run(action, () -> {}));
        }
    }

    /** Gives audio on, which is not used here any more. */
    void audio(short[] samples, Call<S> give) {
        if (leftOut) {
            return;
        }
        if (waiting.get() > longestBacklog()) {
            tellBacklog(" does not take its audio: " + LONGEST_BACKLOG_SECONDS
                    + " s of it wait, and more is dropped until it does");
            return;
        }
        waiting.addAndGet(samples.length);
        tasks.execute(() -> {
            waiting.addAndGet(-samples.length);
            taken();
            call(stream, give);
        });
    }

    private long longestBacklog() {
        return (long) LONGEST_BACKLOG_SECONDS * sampleRate;
    }

    /** Calls the stream, or runs the other if it could not be started or too much waits. */
    void call(Call<S> action, Runnable otherwise) {
        if (!enqueue(action, otherwise)) {
            otherwise.run();
        }
    }

    private boolean enqueue(Call<S> action, Runnable otherwise) {
        if (waitingCalls.get() >= LONGEST_QUEUE) {
            tellBacklog(" does not return: " + LONGEST_QUEUE + " calls wait, and more are dropped until it does");
            return false;
        }
        waitingCalls.incrementAndGet();
        tasks.execute(() -> run(action, otherwise));
        return true;
    }

    private void run(Call<S> action, Runnable otherwise) {
        waitingCalls.decrementAndGet();
        taken();
        if (stream == null) {
            otherwise.run();
        } else {
            call(stream, action);
        }
    }

    private void tellBacklog(String what) {
        if (toldBacklog.compareAndSet(false, true)) {
            onFailure.accept(new VoiceException(code, name + what));
        }
    }

    /** What is slow rather than hung is at the limit all the time: that is one failure, not one for each call. */
    private void taken() {
        if (waiting.get() <= longestBacklog() / 2 && waitingCalls.get() <= LONGEST_QUEUE / 2) {
            toldBacklog.set(false);
        }
    }

    private void call(@Nullable S open, Call<S> action) {
        if (open != null) {
            guarded(() -> action.on(open));
        }
    }

    void close() {
        tasks.execute(() -> {
            S open = stream;
            stream = null;
            call(open, AutoCloseable::close);
        });
    }

    /** Something that may throw. */
    private interface Action {
        void run() throws Exception;
    }

    private void guarded(Action action) {
        try {
            action.run();
        } catch (Exception | LinkageError | AssertionError e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            onFailure.accept(new VoiceException(code, name + " threw at " + sampleRate + " Hz: " + e, e));
        } finally {
            // An interrupt was meant for this call, not for the next one of this stream or of another session's.
            if (Thread.interrupted() && workers.keepsInterrupts()) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
