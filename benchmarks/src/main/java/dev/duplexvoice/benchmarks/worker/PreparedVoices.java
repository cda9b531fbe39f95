package dev.duplexvoice.benchmarks.worker;

import dev.duplexvoice.spi.VoiceProvider;
import dev.duplexvoice.tts.SpeechSynthesizer;
import dev.duplexvoice.tts.SynthesisRequest;
import dev.duplexvoice.tts.SynthesisStream;
import dev.duplexvoice.tts.WordTiming;
import java.util.List;

/**
 * Voices that compute nothing, so that what remains is the way to the client. {@link #SHORT} and {@link #LONG} have all of their audio at
 * once, a second and two minutes; {@link #LIVE} gives a frame every 20 ms, as one would that computes just fast enough.
 */
final class PreparedVoices implements VoiceProvider, AutoCloseable {
    static final String SHORT = "short";
    static final String LONG = "long";
    static final String LIVE = "live";

    static final int RATE = 48_000;
    /** Samples of 20 ms. */
    static final int FRAME = RATE / 50;
    /** Nanoseconds of 20 ms. */
    static final long PERIOD = 20_000_000;

    private final Pacer pacer = new Pacer();

    @Override
    public String name() {
        return "prepared";
    }

    @Override
    public List<String> voices() {
        return List.of(SHORT, LONG, LIVE);
    }

    @Override
    public SpeechSynthesizer openVoice(String voice) {
        return new Voice(voice);
    }

    @Override
    public void close() {
        pacer.close();
    }

    private final class Voice implements SpeechSynthesizer {
        private final String name;

        Voice(String name) {
            this.name = name;
        }

        @Override
        public String voice() {
            return name;
        }

        @Override
        public int sampleRate() {
            return RATE;
        }

        @Override
        public int maxTextLength() {
            return 1_000;
        }

        @Override
        public SynthesisStream start(SynthesisRequest request, Runnable readable) {
            return switch (name) {
                case LIVE -> pacer.begin(readable);
                case LONG -> new Ready(120 * RATE);
                default -> new Ready(RATE);
            };
        }

        @Override
        public void close() {}
    }

    /** What both kinds of streams have in common. */
    abstract static class Stream implements SynthesisStream {
        private volatile boolean cancelled;

        boolean isCancelled() {
            return cancelled;
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

    /** Each sample is its own number, so that a reader can see that none is missing. */
    private static final class Ready extends Stream {
        private final int all;
        private int given;

        Ready(int all) {
            this.all = all;
        }

        @Override
        public int read(short[] buffer, int offset, int length) {
            int samples = Math.min(length, all - given);
            if (isCancelled() || samples == 0) {
                return END;
            }
            for (int i = 0; i < samples; i++) {
                buffer[offset + i] = (short) (given + i);
            }
            given += samples;
            return samples;
        }
    }
}
