package dev.duplexvoice.recording;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.CloseReason;
import dev.duplexvoice.DuplexSession;
import dev.duplexvoice.SayOptions;
import dev.duplexvoice.SessionEvent;
import dev.duplexvoice.SessionOptions;
import dev.duplexvoice.SessionState;
import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.audio.FrameRing;
import dev.duplexvoice.stt.RecognitionStream;
import dev.duplexvoice.support.LoudnessDetector;
import dev.duplexvoice.support.Replayed;
import dev.duplexvoice.support.ToneVoice;
import dev.duplexvoice.turn.InterruptionPolicy;
import dev.duplexvoice.turn.TurnVerdict;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recordings of sessions with real threads: nothing of their order is known, and the replay has it all the same. */
class RealClockRecordingTest {
    private static final int SESSIONS = 6;
    private static final int FRAMES = 200;

    @TempDir
    private Path folder;

    /** One call, and what its host saw. */
    private final class Call {
        final Path file;
        final Random random;
        final List<SessionEvent> events = Collections.synchronizedList(new ArrayList<>());
        final List<String> frames = new ArrayList<>();

        Call(int seed) {
            random = new Random(seed);
            file = folder.resolve(seed + ".dvrec");
        }

        private SessionOptions options() {
            return SessionOptions.builder()
                    .set("endpointing.minDelay", "100ms")
                    .set("endpointing.maxDelay", "300ms")
                    .set("interruption.confirmAfter", "150ms")
                    .set("interruption.falseAlarmTimeout", "200ms")
                    .set("preemptive", List.of("off", "reply", "speech").get(random.nextInt(3)))
                    .synthesizer(new ToneVoice())
                    .recognizer((rate, sink) -> new RecognitionStream() {
                        private long speech;

                        @Override
                        public void speechStarted(long utterance) {
                            speech = utterance;
                        }

                        @Override
                        public void speechEnded() {
                            sink.transcript("words of " + speech, true, speech);
                        }
                    })
                    .turnDetector(rate -> moment -> TurnVerdict.END)
                    .interruptionPolicy(attempt -> InterruptionPolicy.Verdict.UNDECIDED)
                    .responder((turn, reply) -> {
                        reply.write("one two three, ");
                        LockSupport.parkNanos(1_000_000);
                        reply.write("four five six seven.");
                    })
                    .listener(events::add)
                    .recording(file)
                    .build();
        }

        CloseReason run(VoiceEngine engine) throws Exception {
            DuplexSession session = engine.open(options());
            FrameRing.FrameHeader header = new FrameRing.FrameHeader();
            short[] in = new short[320];
            short[] out = new short[960];
            boolean speech = false;
            for (int i = 0; i < FRAMES && session.state() != SessionState.TERMINATED; i++) {
                speech = random.nextInt(15) == 0 ? !speech : speech;
                for (int n = 0; n < in.length; n++) {
                    in[n] = LoudnessDetector.sample(n, speech);
                }
                session.offerAudio(in);
                if (random.nextInt(40) == 0) {
                    session.say("something else.", new SayOptions(SayOptions.When.INTERRUPT, true));
                }
                if (random.nextInt(60) == 0) {
                    session.interrupt();
                }
                // A host that is late at times, and then takes all there is.
                LockSupport.parkNanos(random.nextInt(20) == 0 ? 90_000_000L : 15_000_000L);
                take(session, out, header);
            }
            session.close();
            CloseReason reason = session.closed().toCompletableFuture().get(60, TimeUnit.SECONDS);
            take(session, out, header);
            return reason;
        }

        private void take(DuplexSession session, short[] out, FrameRing.FrameHeader header) {
            while (session.pollAudio(out, header) > 0) {
                frames.add(Replayed.text(header.timestamp(), header.flags(), out));
            }
        }
    }

    @Test
    void shouldHappenAgainWhenItHappenedOnThreads() throws Exception {
        ExecutorService hosts = Executors.newFixedThreadPool(SESSIONS);
        List<Call> calls = new ArrayList<>();
        try (VoiceEngine engine = VoiceEngine.builder()
                .detector(new LoudnessDetector())
                .providers(List.of())
                .build()) {
            List<Future<CloseReason>> ends = new ArrayList<>();
            for (int seed = 0; seed < SESSIONS; seed++) {
                Call call = new Call(seed);
                calls.add(call);
                ends.add(hosts.submit(() -> call.run(engine)));
            }
            for (int i = 0; i < SESSIONS; i++) {
                assertThat(ends.get(i).get(120, TimeUnit.SECONDS)).isEqualTo(CloseReason.CLOSED);
                // The file is whole when the session says that it is closed, though the engine goes on.
                Replayed again = new Replayed(calls.get(i).file);
                assertThat(again.replay.message()).as("session %d", i).isNull();
                assertThat(again.events).isEqualTo(calls.get(i).events);
                assertThat(again.frames).isEqualTo(calls.get(i).frames);
            }
        } finally {
            hosts.shutdownNow();
        }
        assertThat(calls.stream().flatMap(call -> call.frames.stream())).isNotEmpty();
    }

    @Test
    void shouldBeWholeWhenTheEngineIsClosed() throws Exception {
        Call call = new Call(100);
        try (VoiceEngine engine = VoiceEngine.builder()
                .detector(new LoudnessDetector())
                .providers(List.of())
                .build()) {
            DuplexSession session = engine.open(call.options());
            session.say("one two three.");
            assertThat(session.readAudio(new short[960], new FrameRing.FrameHeader(), Duration.ofSeconds(30)))
                    .isEqualTo(960);
        }
        Replayed again = new Replayed(call.file);
        assertThat(again.replay.message()).isNull();
        assertThat(again.events).isEqualTo(call.events).last().isInstanceOf(SessionEvent.Closed.class);
        assertThat(again.frames).hasSize(1);
    }
}
