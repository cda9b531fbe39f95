package dev.duplexvoice.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.duplexvoice.DuplexSession;
import dev.duplexvoice.SessionOptions;
import dev.duplexvoice.SessionState;
import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.audio.FrameRing;
import dev.duplexvoice.telemetry.TelemetryEvent;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What metrics cost an audio loop while nothing happens but audio: no allocation, whatever another telemetry does. */
class MetricsCostTest {
    private static final int SESSIONS = 5;
    private static final int ATTEMPTS = 40;

    private final short[] silence = new short[320];
    private final short[] frame = new short[960];
    private final FrameRing.FrameHeader header = new FrameRing.FrameHeader();
    private final List<DuplexSession> sessions = new ArrayList<>();

    private static Set<Thread> loops() {
        Set<Thread> loops = new HashSet<>(Thread.getAllStackTraces().keySet());
        loops.removeIf(thread -> !thread.getName().startsWith("voice-loop-"));
        return loops;
    }

    private void exchange(int frames) throws InterruptedException {
        for (int i = 0; i < frames; i++) {
            for (DuplexSession session : sessions) {
                session.offerAudio(silence);
                while (session.pollAudio(frame, header) > 0) {
                    // Only to make room.
                }
            }
            Thread.sleep(20);
        }
    }

    @Test
    void shouldAllocateNothingPerFrameWithMetricsOnAndAnotherTelemetryBlocked() throws Exception {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        CountDownLatch released = new CountDownLatch(1);
        VoiceTelemetry blocked = new VoiceTelemetry() {
            @Override
            public void on(TelemetryEvent event) {
                try {
                    released.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        };
        Set<Thread> others = loops();
        try (VoiceMetrics metrics = VoiceMetrics.create();
                VoiceEngine engine = VoiceEngine.builder()
                        .detector("energy", null)
                        .telemetry(VoiceTelemetry.of(blocked, metrics))
                        .build()) {
            metrics.bindTo(Scrape.registry());
            Set<Thread> mine = loops();
            mine.removeAll(others);
            assertThat(mine).hasSize(1);
            long loop = mine.iterator().next().getId();
            for (int i = 0; i < 2 * SESSIONS; i++) {
                sessions.add(engine.open(SessionOptions.builder().build()));
            }
            List<DuplexSession> speaking = sessions.subList(0, SESSIONS);
            speaking.forEach(session -> session.say("all the words of a long story ".repeat(300)));
            for (int i = 0; i < 500 && speaking.stream().anyMatch(s -> s.state() != SessionState.SPEAKING); i++) {
                exchange(1);
            }
            assertThat(speaking).allMatch(session -> session.state() == SessionState.SPEAKING);

            // What is allocated for each frame shows every time; what the JVM does now and then does not.
            long most = Runtime.version().feature() == 17 ? 0 : 25L * SESSIONS;
            long least = Long.MAX_VALUE;
            for (int i = 0; i < ATTEMPTS && least > most; i++) {
                long before = threads.getThreadAllocatedBytes(loop);
                exchange(25);
                least = Math.min(least, threads.getThreadAllocatedBytes(loop) - before);
            }
            assertThat(least).isLessThanOrEqualTo(most);
            assertThat(speaking).allMatch(session -> session.state() == SessionState.SPEAKING);
            assertThat(metrics.snapshot()
                            .latencies()
                            .get("worker_audio_frame_jitter_ms")
                            .count())
                    .isGreaterThan(25);
            released.countDown();
        }
    }
}
