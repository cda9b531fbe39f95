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

/** A text spoken to nobody. Holds no thread while a voice has nothing to give. */
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
        // One wake-up is this call's own, so that one of the voice's during start() is seen by the first pass.
        wakeUps.set(1);
        stream = voice.start(SynthesisRequest.of(text), this::wake);
        read();
        return done;
    }

    private void wake() {
        if (wakeUps.getAndIncrement() == 0) {
            // A voice's thread must not be blocked by reading its own audio.
            workers.execute(this::read);
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
