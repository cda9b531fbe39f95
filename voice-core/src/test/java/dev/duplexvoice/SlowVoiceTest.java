package dev.duplexvoice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.audio.FrameRing;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import dev.duplexvoice.tts.SpeechSynthesizer;
import dev.duplexvoice.tts.SynthesisRequest;
import dev.duplexvoice.tts.SynthesisStream;
import dev.duplexvoice.tts.WordTiming;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** On the real clock, a voice that computes when it is read, as models do: long before its first audio, then faster than speech. */
class SlowVoiceTest {
    private static final int RATE = 48_000;

    /** Each clause lasts 800 ms and takes 400 ms before its first sample, then a tenth of its length. */
    private static final class Voice implements SpeechSynthesizer {
        @Override
        public String voice() {
            return "slow";
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
            return new SynthesisStream() {
                private int left = RATE * 8 / 10;
                private long cost = 400_000_000;

                @Override
                public int read(short[] buffer, int offset, int length) {
                    int samples = Math.min(length, left);
                    LockSupport.parkNanos(cost);
                    cost = samples * 1_000_000_000L / RATE / 10;
                    left -= samples;
                    return samples == 0 ? END : samples;
                }

                @Override
                public List<WordTiming> words() {
                    return List.of();
                }

                @Override
                public void cancel() {}

                @Override
                public void close() {}
            };
        }

        @Override
        public void close() {}
    }

    private static int starved(String buffer) throws InterruptedException {
        AtomicInteger starved = new AtomicInteger();
        CountDownLatch finished = new CountDownLatch(1);
        VoiceTelemetry telemetry = new VoiceTelemetry() {
            @Override
            public void frameStarved(String sessionId) {
                starved.incrementAndGet();
            }
        };
        try (VoiceEngine engine = VoiceEngine.builder()
                        .telemetry(telemetry)
                        .providers(List.of())
                        .build();
                DuplexSession session = engine.open(SessionOptions.builder()
                        .externalSpeech()
                        .synthesizer(new Voice())
                        .set("synthesis.buffer", buffer)
                        .listener(event -> {
                            if (event instanceof SessionEvent.ReplyFinished) {
                                finished.countDown();
                            }
                        })
                        .build())) {
            session.say("One two three. Four five six. Seven eight nine.");
            short[] frame = new short[960];
            FrameRing.FrameHeader header = new FrameRing.FrameHeader();
            while (finished.getCount() > 0) {
                session.readAudio(frame, header, Duration.ofMillis(100));
            }
        }
        return starved.get();
    }

    @Test
    void shouldMakeEnoughAheadWhenTheNextClauseTakesLongerThanTheRingHolds() throws Exception {
        assertThat(starved("1s")).isZero();
        // 400 ms less the 160 ms of the ring, twice.
        assertThat(starved("0ms")).isGreaterThanOrEqualTo(2);
    }
}
