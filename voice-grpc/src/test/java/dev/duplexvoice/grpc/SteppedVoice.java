package dev.duplexvoice.grpc;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.audio.Resampler;
import dev.duplexvoice.grpc.support.Decimator;
import dev.duplexvoice.model.VoicePack;
import dev.duplexvoice.spi.VoicePackSource;
import dev.duplexvoice.spi.VoiceProvider;
import dev.duplexvoice.tts.SpeechSynthesizer;
import dev.duplexvoice.tts.SynthesisRequest;
import dev.duplexvoice.tts.SynthesisStream;
import dev.duplexvoice.tts.WordTiming;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.MDC;

/**
 * Voices whose every sample is known: each word takes 200 ms, and the n-th sample of a text has a value of its own. Audio can be held
 * back until a test lets it go.
 */
final class SteppedVoice implements VoiceProvider, VoicePackSource {
    static final int RATE = 48_000;
    static final int WORD = RATE / 5;

    final List<String> voices = new CopyOnWriteArrayList<>(List.of("a", "b"));
    final List<SynthesisRequest> requests = new CopyOnWriteArrayList<>();
    final List<Stream> streams = new CopyOnWriteArrayList<>();
    final List<String> opened = new CopyOnWriteArrayList<>();
    final AtomicInteger closedVoices = new AtomicInteger();
    /** What was in the logging context as trace_id when audio was read. */
    final Set<String> traces = ConcurrentHashMap.newKeySet();

    /** Samples that streams may give so far; the rest is not there yet. */
    volatile long available = Long.MAX_VALUE;

    /** A text with this in it cannot be spoken. */
    volatile String failOn = "\0";

    /** Samples until it fails. */
    volatile long failAfter;

    volatile boolean wordTimes = true;

    volatile boolean wholeReplies;

    static short sample(long n) {
        return (short) (1 + n * 7 % 30_000);
    }

    static short[] samples(int from, int to) {
        short[] samples = new short[to - from];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = sample(from + i);
        }
        return samples;
    }

    /** No voice can be loaded. */
    volatile boolean failLoads;

    private volatile CountDownLatch mayLoad = new CountDownLatch(0);

    /** Loads wait until this is counted down. */
    CountDownLatch holdLoads() {
        mayLoad = new CountDownLatch(1);
        return mayLoad;
    }

    private volatile CountDownLatch mayRead = new CountDownLatch(0);
    final Semaphore reading = new Semaphore(0);

    /** Reads wait until this is counted down, each after it has released {@link #reading}. */
    CountDownLatch holdReads() {
        mayRead = new CountDownLatch(1);
        return mayRead;
    }

    static final String FAMILY = "stepped";

    /** What is in the folder of packs; seen after {@link #refresh}. */
    final List<VoicePack> installed = new CopyOnWriteArrayList<>();

    private volatile List<VoicePack> packs = List.of();
    /** What streams throw when they are cancelled or closed; null for nothing. */
    volatile RuntimeException endFailure;

    private void failEnd() {
        if (endFailure != null) {
            throw endFailure;
        }
    }

    /** What {@link #refresh} throws; null for nothing. */
    volatile Error refreshFailure;

    @Override
    public List<VoicePack> packs() {
        return packs;
    }

    @Override
    public void refresh() {
        if (refreshFailure != null) {
            throw refreshFailure;
        }
        packs = List.copyOf(installed);
    }

    @Override
    public List<String> packFamilies() {
        return List.of(FAMILY);
    }

    @Override
    public SpeechSynthesizer openPack(VoicePack pack) {
        return openVoice(pack.id());
    }

    /** Lets streams go on. */
    void release(long samples) {
        available = samples;
        streams.forEach(stream -> stream.readable.run());
    }

    /** Those of texts that have this in them. */
    List<Stream> streamsOf(String text) {
        return streams.stream().filter(stream -> stream.text.contains(text)).toList();
    }

    @Override
    public String name() {
        return "stepped";
    }

    @Override
    public List<String> voices() {
        return voices;
    }

    @Override
    public SpeechSynthesizer openVoice(String voice) {
        opened.add(voice);
        try {
            mayLoad.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        if (failLoads) {
            throw new IllegalStateException("torn file");
        }
        return new Voice(voice, opened.size());
    }

    @Override
    public Resampler openResampler(int inputRate, int outputRate) {
        return Decimator.between(inputRate, outputRate);
    }

    private final class Voice implements SpeechSynthesizer {
        private final String name;
        private final int load;
        private volatile boolean closed;

        Voice(String name, int load) {
            this.name = name;
            this.load = load;
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
        public boolean wantsWholeReplies() {
            return wholeReplies;
        }

        @Override
        public SynthesisStream start(SynthesisRequest request, Runnable readable) {
            if (request.text().length() > maxTextLength()) {
                throw new IllegalArgumentException(
                        "text.length=" + request.text().length() + ": at most " + maxTextLength());
            }
            if (closed) {
                throw new IllegalStateException("closed");
            }
            requests.add(request);
            Stream stream = new Stream(request.text(), load, readable);
            streams.add(stream);
            return stream;
        }

        @Override
        public void close() {
            if (!closed) {
                closedVoices.incrementAndGet();
            }
            closed = true;
        }
    }

    final class Stream implements SynthesisStream {
        final String text;
        /** Which voice that was opened speaks it, from 1. */
        final int load;

        final Runnable readable;
        private final List<WordTiming> words = new ArrayList<>();
        private final long total;
        volatile long given;
        volatile boolean cancelled;
        volatile boolean closed;
        private volatile boolean waits;

        Stream(String text, int load, Runnable readable) {
            this.text = text;
            this.load = load;
            this.readable = () -> {
                if (waits) {
                    waits = false;
                    readable.run();
                }
            };
            Matcher word = Pattern.compile("[\\w']+").matcher(text);
            long at = 0;
            while (word.find()) {
                words.add(new WordTiming(at, at + WORD, word.start(), word.end()));
                at += WORD;
            }
            total = at;
        }

        @Override
        public int read(short[] buffer, int offset, int length) {
            if (closed) {
                throw new IllegalStateException("closed");
            }
            traces.add(String.valueOf(MDC.get("trace_id")));
            CountDownLatch held = mayRead;
            if (held.getCount() > 0) {
                reading.release();
                try {
                    held.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
            if (cancelled || given == total) {
                return END;
            }
            if (text.contains(failOn) && given >= failAfter) {
                throw new VoiceException(VoiceException.Code.SYNTHESIS, "the tongue is tied");
            }
            int samples = (int) Math.min(length, Math.min(total, available) - given);
            if (samples <= 0) {
                waits = true;
                if (Math.min(total, available) > given || cancelled) {
                    readable.run();
                }
                return 0;
            }
            for (int i = 0; i < samples; i++) {
                buffer[offset + i] = sample(given + i);
            }
            given += samples;
            return samples;
        }

        @Override
        public List<WordTiming> words() {
            return wordTimes ? words : List.of();
        }

        @Override
        public void cancel() {
            failEnd();
            cancelled = true;
            readable.run();
        }

        @Override
        public void close() {
            failEnd();
            cancelled = true;
            closed = true;
        }
    }
}
