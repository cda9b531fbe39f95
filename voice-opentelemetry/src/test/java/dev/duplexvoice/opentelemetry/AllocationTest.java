package dev.duplexvoice.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.duplexvoice.opentelemetry.support.Conversation;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** What tracing costs while a reply is spoken and nothing else happens: nothing. */
class AllocationTest {
    private static final int FRAMES = 2_000;
    private static final int ATTEMPTS = 10;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** Bytes for {@link #FRAMES} in the middle of a reply, everything on this thread; the least of several times. */
    private long allocated(boolean traced) {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < ATTEMPTS; i++) {
            try (Conversation conversation = new Conversation().answering("word ".repeat(300) + ".")) {
                if (!traced) {
                    conversation.telemetry = VoiceTelemetry.disabled();
                }
                conversation.voice.whole = true;
                conversation.open().speech(0, 1_000).runTo(5_000);
                int before = conversation.frames;
                long from = threads.getCurrentThreadAllocatedBytes();
                conversation.runTo(5_000 + FRAMES * 20L);
                least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - from);
                assertThat(conversation.frames - before).isEqualTo(FRAMES);
            }
        }
        return least;
    }

    @Test
    void shouldAllocateNothingPerFrame() {
        long plain = allocated(false);
        long traced = allocated(true);

        assertThat((traced - plain) / (double) FRAMES)
                .as("bytes for each frame")
                .isLessThan(1);
    }
}
