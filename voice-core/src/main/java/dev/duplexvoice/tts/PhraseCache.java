package dev.duplexvoice.tts;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.telemetry.ServiceEvent;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A voice that remembers what it has said: greetings, prompts and other phrases that are said again and again are there at once. Takes
 * the place of the voice that it is made of; sessions give it clause by clause, so repeated clauses of different replies are
 * found too. Any thread.
 *
 * <p>Audio is kept as it was made, 16 bits a sample, with its word times, under text, rate and pitch. A clause is kept once it was
 * read to its end; one that was interrupted is not. When the cache is full, what was not asked for the longest time goes.
 */
public final class PhraseCache implements SpeechSynthesizer {
    /** As metrics name it. */
    private static final String NAME = "phrases";

    private static final int LONGEST_WAIT_SECONDS = 60;
    private static final int FIRST_CAPACITY = 8_192;
    /** What an entry takes besides its samples: objects, two bytes a character, and a word's times. */
    private static final int ENTRY_BYTES = 200;

    private static final int CHARACTER_BYTES = 2;
    private static final int WORD_BYTES = 48;

    private final SpeechSynthesizer voice;
    private final long maxBytes;
    private final Map<SynthesisRequest, Phrase> phrases = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;
    private long hits;
    private long misses;
    private boolean closed;
    private volatile VoiceTelemetry telemetry = VoiceTelemetry.disabled();

    private record Phrase(short[] samples, List<WordTiming> words, long bytes) {}

    /**
     * What a cache has done and holds.
     *
     * @param hits texts that were there
     * @param misses texts that were not
     * @param phrases how many it holds
     * @param bytes memory that they take
     */
    public record Stats(long hits, long misses, int phrases, long bytes) {}

    /**
     * A cache before a voice.
     *
     * @param voice closed with the cache
     * @param maxBytes memory for phrases, at least 1; a minute of a voice of 22,050 Hz takes 2.6 MB
     */
    public PhraseCache(SpeechSynthesizer voice, long maxBytes) {
        if (maxBytes < 1) {
            throw new IllegalArgumentException("maxBytes=" + maxBytes + ": must be at least 1");
        }
        this.voice = Objects.requireNonNull(voice);
        this.maxBytes = maxBytes;
    }

    /**
     * Makes phrases that are not there yet, at the voice's own rate and pitch, and waits for them: call it before sessions are opened.
     * Write them as they will be said: a reply is cut into clauses, and each is looked up by itself.
     *
     * @throws VoiceException if the voice fails or gives no audio for a minute; phrases before that are kept
     * @throws IllegalArgumentException if a phrase is longer than {@link #maxTextLength}
     * @throws IllegalStateException if closed
     */
    public void warm(Iterable<String> texts) {
        short[] discarded = new short[Math.max(1, sampleRate() / 10)];
        for (String text : texts) {
            SynthesisRequest request = SynthesisRequest.of(text);
            synchronized (phrases) {
                requireOpen();
                if (phrases.containsKey(request)) {
                    continue;
                }
            }
            Semaphore readable = new Semaphore(0);
            try (SynthesisStream stream = new Recorded(request, voice.start(request, readable::release))) {
                for (int got = 0; got != SynthesisStream.END; ) {
                    got = stream.read(discarded, 0, discarded.length);
                    if (got == 0) {
                        await(readable, text);
                    }
                }
            }
        }
    }

    private void await(Semaphore readable, String text) {
        try {
            if (readable.tryAcquire(LONGEST_WAIT_SECONDS, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new VoiceException(
                    VoiceException.Code.SYNTHESIS, "interrupted while voice " + voice() + " made '" + text + "'", e);
        }
        throw new VoiceException(
                VoiceException.Code.SYNTHESIS,
                "voice " + voice() + " gave no audio for " + LONGEST_WAIT_SECONDS + " s: it made '" + text + "'");
    }

    /** What it has done and holds. */
    public Stats stats() {
        synchronized (phrases) {
            return new Stats(hits, misses, phrases.size(), bytes);
        }
    }

    @Override
    public String voice() {
        return voice.voice();
    }

    @Override
    public int sampleRate() {
        return voice.sampleRate();
    }

    @Override
    public int maxTextLength() {
        return voice.maxTextLength();
    }

    @Override
    public String family() {
        return voice.family();
    }

    @Override
    public boolean isRemote() {
        return voice.isRemote();
    }

    @Override
    public void telemetry(VoiceTelemetry value) {
        telemetry = Objects.requireNonNull(value);
        voice.telemetry(value);
    }

    @Override
    public boolean wantsWholeReplies() {
        return voice.wantsWholeReplies();
    }

    @Override
    public SynthesisStream start(SynthesisRequest request, Runnable readable) {
        Phrase known;
        synchronized (phrases) {
            requireOpen();
            known = phrases.get(request);
            if (known == null) {
                misses++;
            } else {
                hits++;
            }
        }
        telemetry.on(new ServiceEvent.CacheRequested(System.nanoTime(), NAME, known != null));
        return known == null ? new Recorded(request, voice.start(request, readable)) : new Kept(known);
    }

    /** Under the lock of the phrases. */
    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the phrase cache of voice " + voice() + " is closed");
        }
    }

    private void keep(SynthesisRequest request, short[] samples, int count, List<WordTiming> words) {
        long size = size(request, count) + (long) WORD_BYTES * words.size();
        if (count == 0 || size > maxBytes) {
            return;
        }
        Phrase phrase = new Phrase(Arrays.copyOf(samples, count), List.copyOf(words), size);
        synchronized (phrases) {
            if (closed) { // a stream that goes on after it
                return;
            }
            Phrase before = phrases.put(request, phrase);
            bytes += size - (before == null ? 0 : before.bytes);
            Iterator<Phrase> oldest = phrases.values().iterator();
            while (bytes > maxBytes) {
                bytes -= oldest.next().bytes;
                oldest.remove();
            }
        }
    }

    private static long size(SynthesisRequest request, long samples) {
        return ENTRY_BYTES + (long) CHARACTER_BYTES * request.text().length() + Short.BYTES * samples;
    }

    /** Closes the voice; what is kept goes, and streams that go on put nothing back. Idempotent. */
    @Override
    public void close() {
        synchronized (phrases) {
            closed = true;
            phrases.clear();
            bytes = 0;
        }
        voice.close();
    }

    /** A phrase that is there. */
    private static final class Kept implements SynthesisStream {
        private final Phrase phrase;
        private int given;
        private volatile boolean cancelled;
        private volatile boolean closed;

        Kept(Phrase phrase) {
            this.phrase = phrase;
        }

        @Override
        public int read(short[] buffer, int offset, int length) {
            Objects.checkFromIndexSize(offset, length, buffer.length);
            if (closed) {
                throw new IllegalStateException("the synthesis stream is closed");
            }
            int left = phrase.samples.length - given;
            if (cancelled || left == 0) {
                return END;
            }
            int samples = Math.min(length, left);
            System.arraycopy(phrase.samples, given, buffer, offset, samples);
            given += samples;
            return samples;
        }

        @Override
        public List<WordTiming> words() {
            return phrase.words;
        }

        @Override
        public long expectedSamples() {
            return phrase.samples.length;
        }

        @Override
        public boolean isCached() {
            return true;
        }

        @Override
        public void cancel() {
            cancelled = true;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    /** A phrase that is being made, and kept when it is whole. */
    private final class Recorded implements SynthesisStream {
        private final SynthesisRequest request;
        private final SynthesisStream stream;
        /** Null if it is too long, or no phrase any more. */
        private short @Nullable [] samples = new short[FIRST_CAPACITY];

        private int count;
        private volatile boolean cancelled;

        Recorded(SynthesisRequest request, SynthesisStream stream) {
            this.request = request;
            this.stream = stream;
        }

        @Override
        public int read(short[] buffer, int offset, int length) {
            int got = stream.read(buffer, offset, length);
            short[] kept = samples;
            if (kept == null) {
                return got;
            }
            if (got > 0 && got <= length) {
                append(kept, buffer, offset, got);
            } else if (got == END) {
                samples = null;
                // Cancelled, an end is no end.
                if (!cancelled) {
                    keep(request, kept, count, stream.words());
                }
            }
            return got;
        }

        private void append(short[] kept, short[] buffer, int offset, int got) {
            if (size(request, (long) count + got) > maxBytes || count + got < 0) {
                samples = null;
                return;
            }
            short[] room = kept;
            if (count + got > kept.length) {
                room = Arrays.copyOf(kept, Math.max(count + got, kept.length + (kept.length >> 1)));
                samples = room;
            }
            System.arraycopy(buffer, offset, room, count, got);
            count += got;
        }

        @Override
        public List<WordTiming> words() {
            return stream.words();
        }

        @Override
        public long expectedSamples() {
            return stream.expectedSamples();
        }

        @Override
        public boolean isUnspeakable() {
            return stream.isUnspeakable();
        }

        @Override
        public boolean isCached() {
            return stream.isCached();
        }

        @Override
        public void neededIn(long nanos) {
            stream.neededIn(nanos);
        }

        @Override
        public void cancel() {
            cancelled = true;
            stream.cancel();
        }

        @Override
        public void close() {
            cancelled = true;
            stream.close();
        }
    }
}
