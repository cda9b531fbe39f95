package dev.duplexvoice.examples.loadtest;

import dev.duplexvoice.tts.SpeechSynthesizer;
import dev.duplexvoice.tts.SynthesisRequest;
import dev.duplexvoice.tts.SynthesisStream;
import dev.duplexvoice.tts.WordTiming;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Semaphore;

/**
 * A spoken text.
 *
 * @param samples mono
 * @param words their times in {@code samples}
 */
record Clip(short[] samples, List<WordTiming> words) {
    private static final int READ_SAMPLES = 1_600;

    /** Has a text spoken to its end. */
    static Clip speak(SpeechSynthesizer voice, String text) {
        short[] samples = new short[voice.sampleRate()];
        int length = 0;
        Semaphore readable = new Semaphore(0);
        try (SynthesisStream stream = voice.start(SynthesisRequest.of(text), readable::release)) {
            while (true) {
                if (samples.length - length < READ_SAMPLES) {
                    samples = Arrays.copyOf(samples, samples.length * 2);
                }
                int read = stream.read(samples, length, READ_SAMPLES);
                if (read == SynthesisStream.END) {
                    return new Clip(Arrays.copyOf(samples, length), List.copyOf(stream.words()));
                }
                if (read == 0) {
                    readable.acquireUninterruptibly();
                }
                length += read;
            }
        }
    }
}
