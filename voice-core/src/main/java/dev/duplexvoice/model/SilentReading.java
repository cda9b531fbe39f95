package dev.duplexvoice.model;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.tts.SpeechSynthesizer;
import dev.duplexvoice.tts.SynthesisRequest;
import dev.duplexvoice.tts.SynthesisStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A text spoken to nobody. Holds no thread while a voice has nothing to give. Cancelling its stage stops the voice. */
final class SilentReading {
    private static final int CHUNK_MILLIS = 100;

    private final SpeechSynthesizer voice;
    private final Executor workers;
    private final short[] chunk;
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private final AtomicInteger wakeUps = new AtomicInteger();
    private volatile @Nullable SynthesisStream stream;
    private long samples;

    SilentReading(SpeechSynthesizer voice, Executor workers) {
        this.voice = voice;
        this.workers = workers;
        this.chunk = new short[voice.sampleRate() * CHUNK_MILLIS / 1_000];
    }

    CompletionStage<Void> begin(String text) {
        done.whenComplete((nothing, failure) -> {
            if (done.isCancelled()) {
                stop();
            }
        });
        // One wake-up is the start's own, so that one of the voice's during it is seen by the first pass.
        wakeUps.set(1);
        // Not here: a voice that hangs can be cancelled only when its stage is known.
        workers.execute(() -> start(text));
        return done;
    }

    private void start(String text) {
        if (done.isDone()) {
            return;
        }
        try {
            stream = voice.start(SynthesisRequest.of(text), this::wake);
        } catch (RuntimeException | Error e) {
            done.completeExceptionally(e);
            return;
        }
        read();
    }

    private void wake() {
        if (wakeUps.getAndIncrement() == 0) {
            // A voice's thread must not be blocked by reading its own audio.
            workers.execute(this::read);
        }
    }

    private void stop() {
        SynthesisStream reading = stream;
        if (reading != null) {
            // Whoever reads closes it; if nobody does, the next pass.
            reading.cancel();
            wake();
        }
    }

    private void read() {
        SynthesisStream reading = stream;
        if (reading == null) {
            return;
        }
        try {
            int seen;
            do {
                seen = wakeUps.get();
                int read;
                do {
                    if (done.isDone()) {
                        reading.close();
                        return;
                    }
                    read = reading.read(chunk, 0, chunk.length);
                    samples += Math.max(0, read);
                } while (read > 0);
                if (read == SynthesisStream.END) {
                    finish(reading);
                    return;
                }
            } while (!wakeUps.compareAndSet(seen, 0));
        } catch (RuntimeException | Error e) {
            reading.close();
            done.completeExceptionally(e);
        }
    }

    private void finish(SynthesisStream reading) {
        reading.close();
        if (samples == 0) {
            done.completeExceptionally(new VoiceException(
                    VoiceException.Code.SYNTHESIS,
                    "voice=" + voice.voice() + ": gave no audio for the warm-up; check the voice's files"));
        } else {
            done.complete(null);
        }
    }
}
