package dev.duplexvoice.server.support;

import dev.duplexvoice.tts.SpeechSynthesizer;
import dev.duplexvoice.tts.SynthesisRequest;
import dev.duplexvoice.tts.SynthesisStream;
import dev.duplexvoice.tts.WordTiming;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A voice with 200 ms for each word, whose n-th sample has a value of its own, never 0: what is lost, or heard twice, shows. */
public final class NumberedVoice implements SpeechSynthesizer {
    public static final int RATE = 48_000;
    public static final int WORD = RATE / 5;

    private long made;

    public static short sample(long n) {
        return (short) (1 + n * 7 % 30_000);
    }

    public static short[] samples(long from, long to) {
        short[] samples = new short[(int) (to - from)];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = sample(from + i);
        }
        return samples;
    }

    @Override
    public String voice() {
        return "numbered";
    }

    @Override
    public int sampleRate() {
        return RATE;
    }

    @Override
    public int maxTextLength() {
        return Integer.MAX_VALUE;
    }

    @Override
    public synchronized SynthesisStream start(SynthesisRequest request, Runnable readable) {
        Stream stream = new Stream(request.text(), made);
        made += stream.total;
        return stream;
    }

    @Override
    public void close() {}

    private static final class Stream implements SynthesisStream {
        private final List<WordTiming> words = new ArrayList<>();
        private final long first;
        private final long total;
        private long given;
        private volatile boolean cancelled;

        Stream(String text, long first) {
            this.first = first;
            Matcher word = Pattern.compile("\\S+").matcher(text);
            long at = 0;
            while (word.find()) {
                words.add(new WordTiming(at, at + WORD, word.start(), word.end()));
                at += WORD;
            }
            total = at;
        }

        @Override
        public int read(short[] buffer, int offset, int length) {
            if (cancelled || given == total) {
                return END;
            }
            int samples = (int) Math.min(length, total - given);
            for (int i = 0; i < samples; i++) {
                buffer[offset + i] = sample(first + given++);
            }
            return samples;
        }

        @Override
        public List<WordTiming> words() {
            return words;
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
