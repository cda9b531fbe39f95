package dev.duplexvoice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.audio.FrameRing;
import dev.duplexvoice.tts.SpeechSynthesizer;
import dev.duplexvoice.tts.SynthesisRequest;
import dev.duplexvoice.tts.SynthesisStream;
import dev.duplexvoice.tts.WordTiming;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** However long voices compute, audio that is there flows, and who waits for too long is told. On the real clock. */
@Timeout(40)
class BusyVoicesTest {
    private static final int RATE = 48_000;

    /** Gives 800 ms of audio; of texts with "hang" none, until it is released. */
    private static final class Voice implements SpeechSynthesizer {
        final CountDownLatch release = new CountDownLatch(1);
        final CountDownLatch ended = new CountDownLatch(1);
        final CountDownLatch hanging;

        Voice(int hanging) {
            this.hanging = new CountDownLatch(hanging);
        }

        @Override
        public String voice() {
            return "busy";
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
            boolean hangs = request.text().contains("hang");
            CountDownLatch stop = hangs ? release : new CountDownLatch(0);
            return new SynthesisStream() {
                private int left = RATE * 8 / 10;

                @Override
                public int read(short[] buffer, int offset, int length) {
                    if (hangs) {
                        hanging.countDown();
                        hang(stop);
                        return END;
                    }
                    int samples = Math.min(length, left);
                    left -= samples;
                    if (samples == 0) {
                        ended.countDown();
                    }
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

    private static void await(CountDownLatch latch) throws InterruptedException {
        assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    }

    /** For as long as the test: a voice that gives up after a while would let a test pass that is to fail. */
    private static void hang(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static DuplexSession open(VoiceEngine engine, Voice voice, BlockingQueue<SessionEvent> events) {
        return engine.open(SessionOptions.builder()
                .externalSpeech()
                .synthesizer(voice)
                .set("synthesis.timeout", "1s")
                .listener(event -> {
                    if (event instanceof SessionEvent.ReplyFinished || event instanceof SessionEvent.Failed) {
                        events.add(event);
                    }
                })
                .build());
    }

    private static SessionEvent hear(DuplexSession session, BlockingQueue<SessionEvent> events) {
        short[] frame = new short[session.options().output().frameSamples()];
        FrameRing.FrameHeader header = new FrameRing.FrameHeader();
        SessionEvent event = null;
        // Interrupted when the test has taken too long.
        while (event == null && !Thread.currentThread().isInterrupted()) {
            session.readAudio(frame, header, Duration.ofMillis(20));
            event = events.poll();
        }
        return event;
    }

    @Test
    void shouldBringOnWhatWasMadeWhileOtherVoicesTakeAllThreads() throws Exception {
        int threads = Runtime.getRuntime().availableProcessors();
        Voice voice = new Voice(threads);
        try (VoiceEngine engine = VoiceEngine.builder().providers(List.of()).build()) {
            BlockingQueue<SessionEvent> events = new LinkedBlockingQueue<>();
            DuplexSession speaks = open(engine, voice, events);
            speaks.say("All of it is made.");
            await(voice.ended);
            List<DuplexSession> others = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                DuplexSession other = open(engine, voice, new LinkedBlockingQueue<>());
                other.say("This one hangs.");
                others.add(other);
            }
            await(voice.hanging);

            assertThat(hear(speaks, events)).isInstanceOfSatisfying(SessionEvent.ReplyFinished.class, reply -> {
                assertThat(reply.interrupted()).isFalse();
                assertThat(reply.heard()).isEqualTo("All of it is made.");
            });
            assertThat(voice.release.getCount()).as("the others still compute").isOne();
            voice.release.countDown();
        }
    }

    @Test
    void shouldFailTheReplyOfAVoiceThatHangsInARead() {
        Voice voice = new Voice(1);
        try (VoiceEngine engine = VoiceEngine.builder().providers(List.of()).build()) {
            BlockingQueue<SessionEvent> events = new LinkedBlockingQueue<>();
            DuplexSession session = open(engine, voice, events);
            session.say("This one hangs.");

            assertThat(hear(session, events))
                    .isInstanceOfSatisfying(
                            SessionEvent.Failed.class,
                            failed -> assertThat(failed.message()).contains("gave no audio for 1000ms"));
            assertThat(hear(session, events))
                    .isInstanceOfSatisfying(
                            SessionEvent.ReplyFinished.class,
                            reply -> assertThat(reply.heard()).isEmpty());
            assertThat(voice.release.getCount()).as("it still hangs").isOne();
            voice.release.countDown();

            session.say("The next one is heard.");
            assertThat(hear(session, events))
                    .isInstanceOfSatisfying(
                            SessionEvent.ReplyFinished.class,
                            reply -> assertThat(reply.heard()).isEqualTo("The next one is heard."));
        }
    }
}
