package dev.duplexvoice.benchmarks.socket;

import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.examples.WholeAudio;
import dev.duplexvoice.tts.SpeechSynthesizer;
import dev.duplexvoice.tts.SynthesisRequest;
import dev.duplexvoice.tts.SynthesisStream;
import dev.duplexvoice.tts.WordTiming;
import java.util.Arrays;
import java.util.List;

/** Speaks the same sentence out of memory, whatever the text, for so many seconds: what it costs is a copy. */
final class PreparedSpeech implements SpeechSynthesizer {
    private static final int SENTENCE_SECONDS = 20; // at most
    private static final String SENTENCE = "Of course. I have looked it up, and there is a seat left on the train. ";

    private final short[] sentence;
    private final int rate;
    private final int seconds;

    /** Has it spoken by this voice, which may then be closed; at the rate that clients ask for, so that nobody resamples. */
    PreparedSpeech(VoiceEngine engine, SpeechSynthesizer voice, int sampleRate, int seconds) {
        rate = sampleRate;
        this.seconds = seconds;
        short[] samples = new short[SENTENCE_SECONDS * voice.sampleRate()];
        int length = 0;
        try (SynthesisStream stream = voice.start(SynthesisRequest.of(SENTENCE.strip()), () -> {})) {
            int read = 0;
            while (length < samples.length && read != SynthesisStream.END) {
                length += read;
                read = stream.read(samples, length, Math.min(4_096, samples.length - length));
            }
        }
        sentence = WholeAudio.resample(engine, Arrays.copyOf(samples, length), voice.sampleRate(), rate);
    }

    @Override
    public String voice() {
        return "prepared";
    }

    @Override
    public int sampleRate() {
        return rate;
    }

    @Override
    public int maxTextLength() {
        return Integer.MAX_VALUE;
    }

    @Override
    public boolean wantsWholeReplies() {
        return true;
    }

    @Override
    public SynthesisStream start(SynthesisRequest request, Runnable readable) {
        return new Stream();
    }

    /** Nothing to free. */
    @Override
    public void close() {}

    private final class Stream implements SynthesisStream {
        private int left = seconds * rate;
        private int at;
        private volatile boolean cancelled;

        @Override
        public int read(short[] buffer, int offset, int length) {
            int samples = Math.min(Math.min(length, sentence.length - at), left);
            if (cancelled || samples == 0) {
                return END;
            }
            System.arraycopy(sentence, at, buffer, offset, samples);
            at = (at + samples) % sentence.length;
            left -= samples;
            return samples;
        }

        @Override
        public List<WordTiming> words() {
            return List.of();
        }

        @Override
        public void cancel() {
            cancelled = true;
        }

        @Override
        public void close() {
            cancelled = true;
        }
    }
}
