package dev.duplexvoice.benchmarks.worker;

import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.grpc.RemoteSynthesizer;
import dev.duplexvoice.grpc.SpeechWorker;
import dev.duplexvoice.tts.SpeechSynthesizer;
import dev.duplexvoice.tts.SynthesisRequest;
import dev.duplexvoice.tts.SynthesisStream;
import java.util.concurrent.Semaphore;

/** How long the first 20 ms of a sentence take: in process and at a worker, in turns. */
final class FirstAudio {
    private static final String[] TEXTS = {
        "Good morning, how can I help you?",
        "That is fine.",
        "I have found three flights for tomorrow.",
        "Yes, of course."
    };
    private static final int WARM_UP = 200;

    final Sample local;
    final Sample remote;
    /** Of each pair the second less the first. */
    final Sample added;

    /** @param opening with the voice; closed by this */
    FirstAudio(int rounds, VoiceEngine opening, String name) throws InterruptedException {
        long[] inProcess = new long[rounds];
        long[] atWorker = new long[rounds];
        long[] difference = new long[rounds];
        try (VoiceEngine engine = opening;
                SpeechWorker worker = SpeechWorker.builder(engine).port(0).start();
                SpeechSynthesizer here = engine.openVoice(name);
                SpeechSynthesizer there = RemoteSynthesizer.builder("127.0.0.1:" + worker.port())
                        .voice(name)
                        .build()) {
            for (int i = -WARM_UP; i < rounds; i++) {
                String text = TEXTS[Math.floorMod(i, TEXTS.length)];
                // Each goes first half of the time.
                long first = i % 2 == 0 ? time(here, text) : time(there, text);
                long second = i % 2 == 0 ? time(there, text) : time(here, text);
                if (i >= 0) {
                    inProcess[i] = i % 2 == 0 ? first : second;
                    atWorker[i] = i % 2 == 0 ? second : first;
                    difference[i] = atWorker[i] - inProcess[i];
                }
            }
        }
        local = new Sample(inProcess);
        remote = new Sample(atWorker);
        added = new Sample(difference);
    }

    private static long time(SpeechSynthesizer voice, String text) throws InterruptedException {
        Semaphore readable = new Semaphore(0);
        short[] buffer = new short[voice.sampleRate() / 50];
        long begun = System.nanoTime();
        long nanos;
        try (SynthesisStream stream = voice.start(SynthesisRequest.of(text), readable::release)) {
            int samples = 0;
            while (samples < buffer.length) {
                int read = stream.read(buffer, samples, buffer.length - samples);
                if (read < 0) {
                    break;
                }
                if (read == 0) {
                    readable.acquire();
                }
                samples += read;
            }
            nanos = System.nanoTime() - begun;
            // To its end, so that the session serves the next text, as in a conversation.
            for (int read = 0; read >= 0; read = stream.read(buffer, 0, buffer.length)) {
                if (read == 0) {
                    readable.drainPermits();
                }
            }
        }
        return nanos;
    }
}
