package dev.duplexvoice.internal;

import dev.duplexvoice.VoiceException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A plugin's stream that is fed a session's speech on worker threads, one call at a time. Its failures become messages; after one
 * that it threw on start it is not asked again. One that hangs costs its own session some of its audio, not the process its memory.
 *
 * @param <S> the stream
 */
class SpeechFollower<S extends AutoCloseable> {
    private static final int LONGEST_BACKLOG_SECONDS = 60;

    /** A call to the stream. */
    interface Call<S> {
        void on(S stream) throws Exception;
    }

    private final SerialTasks tasks;
    private final VoiceException.Code code;
    private final String name;
    private final int sampleRate;
    private final Consumer<VoiceException> onFailure;
    private final AtomicLong waiting = new AtomicLong();
    private final AtomicBoolean toldBacklog = new AtomicBoolean();
    private @Nullable S stream;

    SpeechFollower(
            VoiceException.Code code,
            String name,
            int sampleRate,
            Supplier<S> start,
            Workers workers,
            Consumer<VoiceException> onFailure) {
        this.code = code;
        this.name = name;
        this.sampleRate = sampleRate;
        this.onFailure = onFailure;
        this.tasks = new SerialTasks(workers::host);
        tasks.execute(() -> guarded(() -> stream = start.get()));
    }

    /** Gives audio on, which is not used here any more. */
    void audio(short[] samples, Call<S> give) {
        if (waiting.get() > (long) LONGEST_BACKLOG_SECONDS * sampleRate) {
            if (toldBacklog.compareAndSet(false, true)) {
                onFailure.accept(new VoiceException(
                        code,
                        name + " does not take its audio: " + LONGEST_BACKLOG_SECONDS
                                + " s of it wait, and more is dropped until it does"));
            }
            return;
        }
        waiting.addAndGet(samples.length);
        tasks.execute(() -> {
            waiting.addAndGet(-samples.length);
            toldBacklog.set(false);
            call(stream, give);
        });
    }

    void call(Call<S> action) {
        tasks.execute(() -> call(stream, action));
    }

    /** Calls the stream, or runs the other if it could not be started. */
    void call(Call<S> action, Runnable otherwise) {
        tasks.execute(() -> {
            if (stream == null) {
                otherwise.run();
            } else {
                call(stream, action);
            }
        });
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
        }
    }
}
