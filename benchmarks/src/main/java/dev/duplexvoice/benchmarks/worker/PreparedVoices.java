package dev.duplexvoice.benchmarks.worker;

import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.model.ModelWarmUp;
import dev.duplexvoice.spi.VoiceProvider;
import dev.duplexvoice.tts.SpeechSynthesizer;
import dev.duplexvoice.tts.SynthesisRequest;
import dev.duplexvoice.tts.SynthesisStream;
import dev.duplexvoice.tts.WordTiming;
import java.util.List;

/** A voice whose audio is there already: a minute at 48 kHz for any text. What remains is the cost of the way to the client. */
final class PreparedVoices implements VoiceProvider {
    static final int RATE = 48_000;
    private static final int SAMPLES = 60 * RATE;

    /** An engine that has it and nothing else. */
    static VoiceEngine engine() {
        return VoiceEngine.builder()
                .providers(List.of(new PreparedVoices()))
                .voiceModels(models -> models.warmUp(ModelWarmUp.none()))
                .build();
    }

    @Override
    public String name() {
        return "prepared";
    }

    @Override
    public List<String> voices() {
        return List.of("prepared");
    }

    @Override
    public SpeechSynthesizer openVoice(String voice) {
        return new SpeechSynthesizer() {
            @Override
            public String voice() {
                return voice;
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
                return new Stream();
            }

            @Override
            public void close() {}
        };
    }

    private static final class Stream implements SynthesisStream {
        private volatile boolean cancelled;
        private int given;

        @Override
        public int read(short[] buffer, int offset, int length) {
            int samples = Math.min(length, SAMPLES - given);
            if (cancelled || samples == 0) {
                return END;
            }
            for (int i = 0; i < samples; i++) {
                buffer[offset + i] = (short) (given + i);
            }
            given += samples;
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
