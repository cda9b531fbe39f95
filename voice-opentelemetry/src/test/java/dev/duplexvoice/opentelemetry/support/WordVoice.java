package dev.duplexvoice.opentelemetry.support;

import dev.duplexvoice.audio.Resampler;
import dev.duplexvoice.spi.VoiceProvider;
import dev.duplexvoice.time.VirtualClock;
import dev.duplexvoice.tts.SpeechSynthesizer;
import dev.duplexvoice.tts.SynthesisRequest;
import dev.duplexvoice.tts.SynthesisStream;
import dev.duplexvoice.tts.WordTiming;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A voice that says every word in 200 ms; on a virtual clock a text is there 100 ms after it was begun. */
public final class WordVoice implements SpeechSynthesizer, VoiceProvider {
    private static final int RATE = 48_000;
    private static final int WORD = RATE / 5;
    private static final Duration LATENCY = Duration.ofMillis(100);

    private final VirtualClock clock;

    /** Whether a reply is spoken as one text. */
    public boolean whole;

    /** @param clock null for a voice that is at once done */
    public WordVoice(VirtualClock clock) {
        this.clock = clock;
    }

    @Override
    public String voice() {
        return "words";
    }

    @Override
    public int sampleRate() {
        return RATE;
    }

    @Override
    public int maxTextLength() {
        return 10_000;
    }

    @Override
    public boolean wantsWholeReplies() {
        return whole;
    }

    @Override
    public SynthesisStream start(SynthesisRequest request, Runnable readable) {
        return new Stream(request.text(), readable);
    }

    @Override
    public void close() {}

    @Override
    public String name() {
        return "words";
    }

    @Override
    public List<String> voices() {
        return List.of("words");
    }

    @Override
    public SpeechSynthesizer openVoice(String name) {
        return this;
    }

    @Override
    public Resampler openResampler(int inputRate, int outputRate) {
        throw new UnsupportedOperationException();
    }

    private final class Stream implements SynthesisStream {
        private final String text;
        private final List<WordTiming> words = new ArrayList<>();
        private long left;
        private boolean ready;
        private volatile boolean ended;

        Stream(String text, Runnable readable) {
            this.text = text;
            Matcher word = Pattern.compile("\\S+").matcher(text);
            while (word.find()) {
                words.add(new WordTiming(left, left + WORD, word.start(), word.end()));
                left += WORD;
            }
            ready = clock == null;
            if (clock != null) {
                clock.schedule(LATENCY, () -> {
                    ready = true;
                    readable.run();
                });
            }
        }

        @Override
        public int read(short[] buffer, int offset, int length) {
            if (ended || ready && left == 0) {
                return END;
            }
            if (ready && text.contains("unspeakable")) {
                throw new IllegalStateException("cannot speak");
            }
            int samples = ready ? (int) Math.min(length, left) : 0;
            for (int i = 0; i < samples; i++) {
                buffer[offset + i] = 1_000;
            }
            left -= samples;
            return samples;
        }

        @Override
        public List<WordTiming> words() {
            return words;
        }

        @Override
        public void cancel() {
            ended = true;
        }

        @Override
        public void close() {
            ended = true;
        }
    }
}
