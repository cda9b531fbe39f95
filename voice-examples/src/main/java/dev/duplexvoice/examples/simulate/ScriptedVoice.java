package dev.duplexvoice.examples.simulate;

import dev.duplexvoice.time.VirtualClock;
import dev.duplexvoice.tts.SpeechSynthesizer;
import dev.duplexvoice.tts.SynthesisRequest;
import dev.duplexvoice.tts.SynthesisStream;
import dev.duplexvoice.tts.WordTiming;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** A voice that is silent for exactly as long, and as late, as the script says. */
final class ScriptedVoice implements SpeechSynthesizer {
    private final VirtualClock clock;
    private final List<Scenario.Tts> script;
    private final int sampleRate;
    private final boolean streaming;
    private int next;

    ScriptedVoice(VirtualClock clock, List<Scenario.Tts> script, int sampleRate, boolean streaming) {
        this.clock = clock;
        this.script = script;
        this.sampleRate = sampleRate;
        this.streaming = streaming;
    }

    @Override
    public String voice() {
        return "scripted";
    }

    @Override
    public int sampleRate() {
        return sampleRate;
    }

    @Override
    public int maxTextLength() {
        return Integer.MAX_VALUE;
    }

    @Override
    public boolean wantsWholeReplies() {
        return !streaming;
    }

    @Override
    public SynthesisStream start(SynthesisRequest request, Runnable readable) {
        Scenario.Tts entry = script.get(Math.min(next++, script.size() - 1));
        return new Stream(clock, entry, sampleRate, readable);
    }

    @Override
    public void close() {}

    /** Audio appears in two steps: at {@code ttfb} what is made by then, at {@code duration} the rest. */
    private static final class Stream implements SynthesisStream {
        private final long total;
        private long available;
        private long given;
        private boolean cancelled;

        Stream(VirtualClock clock, Scenario.Tts entry, int sampleRate, Runnable readable) {
            total = Math.round(entry.audio() * sampleRate);
            double end = Math.max(entry.duration(), entry.ttfb());
            long first = end == 0 ? total : Math.round(total * entry.ttfb() / end);
            long atLeast = Math.min(total, sampleRate / 5);
            clock.schedule(seconds(entry.ttfb()), () -> {
                available = Math.max(first, atLeast);
                readable.run();
            });
            clock.schedule(seconds(end), () -> {
                available = total;
                readable.run();
            });
        }

        @Override
        public int read(short[] buffer, int offset, int length) {
            if (cancelled || given == total) {
                return END;
            }
            int samples = (int) Math.min(length, available - given);
            Arrays.fill(buffer, offset, offset + samples, (short) 0);
            given += samples;
            return samples;
        }

        @Override
        public long expectedSamples() {
            return total;
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

    static Duration seconds(double seconds) {
        return Duration.ofNanos(Math.round(seconds * 1e9));
    }
}
