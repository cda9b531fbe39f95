package dev.duplexvoice.support;

import dev.duplexvoice.time.VirtualClock;
import dev.duplexvoice.tts.SpeechSynthesizer;
import dev.duplexvoice.tts.SynthesisRequest;
import dev.duplexvoice.tts.SynthesisStream;
import dev.duplexvoice.tts.WordTiming;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongToIntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A voice that gives each word the same time and each sample a value of its own, never 0: what was lost, repeated or padded
 * shows.
 */
public final class ToneVoice implements SpeechSynthesizer {
    public static final int RATE = 48_000;

    /** Samples of a word, 200 ms. */
    public int samplesPerWord = RATE / 5;

    /** Whether word times are told. */
    public boolean wordTimes = true;

    /** Whether word times are told only for words whose audio was read. */
    public boolean wordsArriveWithTheirAudio;

    /** With a clock, audio comes in steps of this many samples at intervals of {@link #stepEvery}. */
    public int stepSamples = Integer.MAX_VALUE;

    public Duration stepEvery = Duration.ZERO;

    /** Until the first audio, with a clock. */
    public Duration firstAudioAfter = Duration.ZERO;

    public boolean wholeReplies;

    /** With a clock, whether a text is begun only when those before it are made, as by a machine that does one at a time. */
    public boolean oneAtATime;

    /** The n-th sample; of all that the voice makes, or of each text. */
    public LongToIntFunction shape = ToneVoice::sample;

    public boolean shapeBeginsWithEachText;
    private long busyUntil;

    /** A stream whose text contains this throws after {@link #failAfter} samples. */
    public String failOn = "\0";

    public int failAfter;

    /** With a clock, how long after its last sample a stream knows that it was the last. */
    public Duration endAfter = Duration.ZERO;

    public int maxTextLength = Integer.MAX_VALUE;

    /** What readers told of how soon they need audio, in nanoseconds, of all texts. */
    public final List<Long> neededIn = Collections.synchronizedList(new ArrayList<>());

    public final List<String> texts = Collections.synchronizedList(new ArrayList<>());
    public final AtomicInteger opened = new AtomicInteger();
    public final AtomicInteger closed = new AtomicInteger();
    private final VirtualClock clock;
    private int made;

    /** A voice whose audio is there at once. */
    public ToneVoice() {
        this(null);
    }

    public ToneVoice(VirtualClock clock) {
        this.clock = clock;
    }

    /** The n-th sample that a voice makes. */
    public static short sample(long n) {
        return (short) (1 + n * 7 % 30_000);
    }

    /** Samples [from, to) of all that a voice makes. */
    public static short[] samples(long from, long to) {
        short[] samples = new short[(int) (to - from)];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = sample(from + i);
        }
        return samples;
    }

    @Override
    public String voice() {
        return "tone";
    }

    @Override
    public int sampleRate() {
        return RATE;
    }

    @Override
    public int maxTextLength() {
        return maxTextLength;
    }

    @Override
    public boolean wantsWholeReplies() {
        return wholeReplies;
    }

    @Override
    public SynthesisStream start(SynthesisRequest request, Runnable readable) {
        if (request.text().length() > maxTextLength) {
            throw new IllegalArgumentException(
                    "text.length=" + request.text().length() + ": must be " + maxTextLength + " at most");
        }
        texts.add(request.text());
        opened.incrementAndGet();
        return new Stream(request.text(), readable);
    }

    @Override
    public void close() {}

    private final class Stream implements SynthesisStream {
        private final String text;
        private final List<WordTiming> words = new ArrayList<>();
        private final long first;
        private final long total;
        private long available;
        private long given;
        private boolean endKnown;
        private volatile boolean ended;
        private boolean closedAlready;

        Stream(String text, Runnable readable) {
            this.text = text;
            Matcher word = Pattern.compile("\\S+").matcher(text);
            long at = 0;
            while (word.find()) {
                words.add(new WordTiming(at, at + samplesPerWord, word.start(), word.end()));
                at += samplesPerWord;
            }
            total = at;
            first = made;
            made += (int) total;
            if (clock == null) {
                available = total;
                endKnown = true;
            } else {
                long now = clock.nanoTime();
                long from = oneAtATime ? Math.max(now, busyUntil) : now;
                long steps = Math.max(1, (total + stepSamples - 1) / stepSamples);
                busyUntil = from + firstAudioAfter.toNanos() + (steps - 1) * stepEvery.toNanos();
                clock.schedule(firstAudioAfter.plusNanos(from - now), () -> step(readable));
            }
        }

        private void step(Runnable readable) {
            available = Math.min(total, available + stepSamples);
            endKnown = available == total && endAfter.isZero();
            if (available == total && !endKnown) {
                clock.schedule(endAfter, () -> {
                    endKnown = true;
                    readable.run();
                });
            }
            readable.run();
            if (available < total && !ended) {
                clock.schedule(stepEvery, () -> step(readable));
            }
        }

        @Override
        public int read(short[] buffer, int offset, int length) {
            boolean fails = text.contains(failOn);
            if (fails && given >= failAfter) {
                throw new IllegalStateException("cannot speak");
            }
            if (ended || given == total && endKnown) {
                return END;
            }
            int samples = (int) Math.min(length, (fails ? Math.min(available, failAfter) : available) - given);
            for (int i = 0; i < samples; i++) {
                buffer[offset + i] = (short) shape.applyAsInt((shapeBeginsWithEachText ? 0 : first) + given + i);
            }
            given += samples;
            return samples;
        }

        @Override
        public List<WordTiming> words() {
            if (!wordTimes) {
                return List.of();
            }
            return wordsArriveWithTheirAudio
                    ? words.stream().filter(word -> word.startSample() < given).toList()
                    : words;
        }

        @Override
        public void neededIn(long nanos) {
            neededIn.add(nanos);
        }

        @Override
        public void cancel() {
            ended = true;
        }

        @Override
        public void close() {
            if (!closedAlready) {
                closed.incrementAndGet();
            }
            closedAlready = true;
            ended = true;
        }
    }
}
