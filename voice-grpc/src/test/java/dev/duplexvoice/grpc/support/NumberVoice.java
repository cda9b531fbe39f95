package dev.duplexvoice.grpc.support;

import dev.duplexvoice.audio.Resampler;
import dev.duplexvoice.spi.VoiceProvider;
import dev.duplexvoice.tts.SpeechSynthesizer;
import dev.duplexvoice.tts.SynthesisRequest;
import dev.duplexvoice.tts.SynthesisStream;
import dev.duplexvoice.tts.WordTiming;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Reads numbers aloud: every sample of a number is the number itself, and each has a length of its own, so that audio tells which words
 * were spoken, and whether whole. Before each is a short silence.
 */
public final class NumberVoice implements VoiceProvider {
    public static final int RATE = 48_000;
    public static final int SILENCE = 480;

    private static final Pattern NUMBER = Pattern.compile("\\d+");

    /** When word times are told. */
    public enum Words {
        AHEAD,
        WITH_THEIR_AUDIO,
        AT_THE_END,
        NEVER
    }

    private final Words told;

    /** For a process that finds its voices by itself. */
    public NumberVoice() {
        this(Words.AHEAD);
    }

    public NumberVoice(Words told) {
        this.told = told;
    }

    /** Samples of a number. */
    public static int length(int number) {
        return 3_000 + number * 611 % 40 * 100;
    }

    /** {@code "1, 2, 3."} */
    public static String count(int last) {
        return IntStream.rangeClosed(1, last).mapToObj(Integer::toString).collect(Collectors.joining(", ", "", "."));
    }

    /** A number that was heard, and how long. */
    public record Heard(int number, int samples) {}

    /** What {@link #count} sounds like if nothing is missing, repeated or cut. */
    public static List<Heard> all(int last) {
        return IntStream.rangeClosed(1, last)
                .mapToObj(number -> new Heard(number, length(number)))
                .toList();
    }

    /** Which numbers are in some audio, one after the other. */
    public static List<Heard> heard(short[] audio) {
        List<Heard> heard = new ArrayList<>();
        for (int at = 0; at < audio.length; ) {
            int from = at;
            while (at < audio.length && audio[at] == audio[from]) {
                at++;
            }
            if (audio[from] != 0) {
                heard.add(new Heard(audio[from], at - from));
            }
        }
        return heard;
    }

    @Override
    public String name() {
        return "numbers";
    }

    @Override
    public List<String> voices() {
        return List.of("numbers");
    }

    @Override
    public SpeechSynthesizer openVoice(String voice) {
        return new Voice();
    }

    @Override
    public Resampler openResampler(int inputRate, int outputRate) {
        return Decimator.between(inputRate, outputRate);
    }

    private final class Voice implements SpeechSynthesizer {
        @Override
        public String voice() {
            return "numbers";
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
        public SynthesisStream start(SynthesisRequest request, Runnable readable) {
            return new Stream(request.text());
        }

        @Override
        public void close() {}
    }

    private final class Stream implements SynthesisStream {
        private final List<WordTiming> words = new ArrayList<>();
        private final List<Integer> numbers = new ArrayList<>();
        private final long total;
        private long given;
        private volatile boolean ended;

        Stream(String text) {
            Matcher number = NUMBER.matcher(text);
            long at = 0;
            while (number.find()) {
                int value = Integer.parseInt(number.group());
                at += SILENCE;
                words.add(new WordTiming(at, at + length(value), number.start(), number.end()));
                numbers.add(value);
                at += length(value);
            }
            // So that a text without numbers, a warm-up, has audio too.
            total = words.isEmpty() ? SILENCE : at;
        }

        @Override
        public int read(short[] buffer, int offset, int length) {
            if (ended || given == total) {
                ended = true;
                return END;
            }
            int samples = (int) Math.min(length, total - given);
            for (int i = 0; i < samples; i++) {
                buffer[offset + i] = sample(given + i);
            }
            given += samples;
            return samples;
        }

        private short sample(long n) {
            int word = 0;
            while (word < words.size() && words.get(word).endSample() <= n) {
                word++;
            }
            return (short) (word == words.size() || n < words.get(word).startSample() ? 0 : numbers.get(word));
        }

        @Override
        public List<WordTiming> words() {
            return switch (told) {
                case AHEAD -> words;
                case WITH_THEIR_AUDIO ->
                    words.stream().filter(word -> word.startSample() < given).toList();
                case AT_THE_END -> given == total ? words : List.of();
                case NEVER -> List.of();
            };
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
