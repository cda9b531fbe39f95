package dev.duplexvoice.nativecore.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.tts.SpeechSynthesizer;
import dev.duplexvoice.tts.SynthesisRequest;
import dev.duplexvoice.tts.SynthesisStream;
import dev.duplexvoice.tts.WordTiming;
import java.util.Arrays;
import java.util.List;

/** Whole texts through a synthesizer, and checks of word times. */
final class Speech {
    private static final int CHUNK = 1_600;

    private Speech() {}

    static SynthesisStream start(SpeechSynthesizer synthesizer, String text) {
        return synthesizer.start(SynthesisRequest.of(text), () -> {});
    }

    static short[] audio(SpeechSynthesizer synthesizer, String text) {
        return audio(synthesizer, text, CHUNK);
    }

    static short[] audio(SpeechSynthesizer synthesizer, String text, int chunk) {
        short[] audio = new short[chunk];
        int length = 0;
        try (SynthesisStream stream = start(synthesizer, text)) {
            for (int n = 0; n != SynthesisStream.END; n = stream.read(audio, length, chunk)) {
                length += n;
                if (audio.length - length < chunk) {
                    audio = Arrays.copyOf(audio, audio.length * 2 + chunk);
                }
            }
        }
        return Arrays.copyOf(audio, length);
    }

    /** Reads to the end and returns how many samples there were. */
    static long drain(SynthesisStream stream) {
        short[] buffer = new short[CHUNK];
        long samples = 0;
        for (int n = 0; n != SynthesisStream.END; n = stream.read(buffer, 0, CHUNK)) {
            samples += n;
        }
        return samples;
    }

    /** The text of each word without its punctuation. */
    static List<String> letters(List<WordTiming> words, String text) {
        return words.stream()
                .map(word -> text.substring(word.textBegin(), word.textEnd()))
                .map(word -> word.replaceAll("[^\\p{L}\\p{N}]", ""))
                .toList();
    }

    static void assertMonotone(List<WordTiming> words, long samples, String text) {
        long sample = 0;
        int character = 0;
        for (WordTiming word : words) {
            assertThat(word.startSample()).isGreaterThanOrEqualTo(sample);
            assertThat(word.endSample()).isGreaterThan(word.startSample());
            assertThat(word.textBegin()).isGreaterThanOrEqualTo(character);
            assertThat(word.textEnd()).isGreaterThan(word.textBegin());
            sample = word.endSample();
            character = word.textEnd();
        }
        assertThat(sample).isLessThanOrEqualTo(samples);
        assertThat(character).isLessThanOrEqualTo(text.length());
    }
}
