package dev.duplexvoice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.stt.RecognitionStream;
import dev.duplexvoice.support.ToneVoice;
import dev.duplexvoice.time.VirtualClock;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a session keeps in memory, on the heap and in direct buffers. */
class MemoryTest {
    private static final int SESSIONS = 400;

    private static long used() {
        System.gc();
        long direct = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
        return direct + ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    @Test
    void shouldTakeLessThan100KilobytesWhenTheFormatsAreTheUsualOnes() {
        ToneVoice voice = new ToneVoice();
        SessionOptions options = SessionOptions.builder()
                .synthesizer(voice)
                .recognizer((rate, sink) -> new RecognitionStream() {})
                .build();
        List<DuplexSession> sessions = new ArrayList<>();
        try (VoiceEngine engine = VoiceEngine.builder()
                .clock(new VirtualClock())
                .detector("energy", null)
                .providers(List.of())
                .build()) {
            engine.open(options);
            long before = used();
            for (int i = 0; i < SESSIONS; i++) {
                sessions.add(engine.open(options));
            }
            long each = (used() - before) / SESSIONS;
            assertThat(each).isBetween(1_000L, 100_000L);
        }
        assertThat(sessions).hasSize(SESSIONS);
    }
}
