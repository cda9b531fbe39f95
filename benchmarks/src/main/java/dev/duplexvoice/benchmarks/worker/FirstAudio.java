package dev.duplexvoice.benchmarks.worker;

import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.audio.Resampler;
import dev.duplexvoice.benchmarks.cli.Times;
import dev.duplexvoice.benchmarks.worker.WorkerReport.FirstTimes;
import dev.duplexvoice.grpc.RemoteSynthesizer;
import dev.duplexvoice.tts.SpeechSynthesizer;
import dev.duplexvoice.tts.SynthesisRequest;
import dev.duplexvoice.tts.SynthesisStream;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** How long the first 20 ms of a sentence at 48 kHz take: in process and at a worker, in turns. */
final class FirstAudio {
    private static final String[] TEXTS = {
        "Good morning, how can I help you?",
        "That is fine.",
        "I have found three flights for tomorrow.",
        "Yes, of course."
    };
    /** Nobody says two sentences at once: what the one before has left to be done is done by then. */
    private static final long SETTLE_NANOS = 5_000_000;

    private FirstAudio() {}

    /** @param voice of the embedded ones, or {@link PreparedVoices#SHORT} */
    static FirstTimes measure(int rounds, int warmUp, WorkerProcess worker, String voice) throws InterruptedException {
        FirstTimes times = new FirstTimes(new Times(), new Times(), new Times());
        boolean prepared = voice.equals(PreparedVoices.SHORT);
        try (PreparedVoices voices = new PreparedVoices();
                VoiceEngine engine = VoiceEngine.create();
                SpeechSynthesizer here = prepared ? voices.openVoice(voice) : engine.openVoice(voice);
                Resampler resampler = engine.openResampler(here.sampleRate(), PreparedVoices.RATE);
                SpeechSynthesizer there = RemoteSynthesizer.builder(worker.target())
                        .voice(voice)
                        .sampleRate(PreparedVoices.RATE)
                        .build()) {
            for (int i = -warmUp; i < rounds; i++) {
                String text = TEXTS[Math.floorMod(i, TEXTS.length)];
                // Each goes first half of the time.
                long[] nanos = new long[2];
                for (int turn = 0; turn < 2; turn++) {
                    boolean away = (i + turn) % 2 != 0;
                    LockSupport.parkNanos(SETTLE_NANOS);
                    nanos[away ? 1 : 0] = away ? time(there, null, text) : time(here, resampler, text);
                }
                if (i >= 0) {
                    times.local().add(nanos[0]);
                    times.remote().add(nanos[1]);
                    times.added().add(nanos[1] - nanos[0]);
                }
            }
        }
        return times;
    }

    private static long time(SpeechSynthesizer voice, @Nullable Resampler resampler, String text)
            throws InterruptedException {
        Semaphore readable = new Semaphore(0);
        short[] read = new short[voice.sampleRate() / 50];
        short[] converted = resampler == null ? read : new short[resampler.maxOutput(read.length)];
        long begun = System.nanoTime();
        long nanos = 0;
        try (SynthesisStream stream = voice.start(SynthesisRequest.of(text), readable::release)) {
            int samples = 0;
            // To its end, so that the worker's session serves the next text, as in a conversation.
            for (int count = stream.read(read, 0, read.length); count >= 0; count = stream.read(read, 0, read.length)) {
                if (count == 0) {
                    readable.acquire();
                    continue;
                }
                samples += resampler == null ? count : resampler.process(read, 0, count, converted, 0);
                if (nanos == 0 && samples >= PreparedVoices.FRAME) {
                    nanos = System.nanoTime() - begun;
                }
            }
        }
        if (resampler != null) {
            resampler.reset();
        }
        return nanos;
    }
}
