package dev.duplexvoice.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.DuplexSession;
import dev.duplexvoice.SessionEvent;
import dev.duplexvoice.SessionOptions;
import dev.duplexvoice.audio.FrameRing;
import dev.duplexvoice.support.ToneVoice;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import dev.duplexvoice.time.EngineClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AudioLoopTest {
    private static final Workers INLINE = new Workers() {
        @Override
        public void compute(Runnable task) {
            task.run();
        }

        @Override
        public void host(Runnable task) {
            task.run();
        }

        @Override
        public void close() {}
    };

    private final AtomicLong time = new AtomicLong();
    /** Time goes on while a pass runs, as on a real clock. */
    private final EngineClock clock = () -> time.addAndGet(50_000);

    private final List<SessionEvent> events = new ArrayList<>();

    @Test
    void shouldTellTimesInOrderWhenTimeGoesOnDuringAPass() {
        AudioLoop loop = new AudioLoop(clock, true);
        Admission admission = new Admission(clock, INLINE, List.of(loop), 1, 1);
        SessionFactory factory =
                new SessionFactory(clock, VoiceTelemetry.disabled(), INLINE, new Providers(List.of()), null);
        ToneVoice voice = new ToneVoice();
        SessionOptions options = SessionOptions.builder()
                .externalSpeech()
                .synthesizer(voice)
                .listener(events::add)
                .build();
        DuplexSession session = factory.open("s1", options, null, SessionVoice.of(voice), admission.take());
        short[] frame = new short[960];
        FrameRing.FrameHeader header = new FrameRing.FrameHeader();
        for (int i = 0; i < 2_000; i++) {
            if (i % 50 == 0) {
                session.say("Hi.");
            }
            if (i % 70 == 0) {
                session.interrupt();
            }
            time.addAndGet(3_000_000);
            loop.run(clock.nanoTime());
            while (session.pollAudio(frame, header) > 0) {
                // Only to make room.
            }
        }
        session.close();
        loop.run(clock.nanoTime());

        assertThat(events).last().isInstanceOf(SessionEvent.Closed.class);
        assertThat(events.stream().map(SessionEvent::at)).isSorted();
        List<SessionEvent.FirstAudio> first = events.stream()
                .filter(SessionEvent.FirstAudio.class::isInstance)
                .map(SessionEvent.FirstAudio.class::cast)
                .toList();
        assertThat(first).hasSizeGreaterThan(20).allSatisfy(audio -> {
            assertThat(audio.ttfb()).isGreaterThanOrEqualTo(Duration.ZERO);
            assertThat(audio.latency()).isGreaterThanOrEqualTo(Duration.ZERO);
        });
    }
}
