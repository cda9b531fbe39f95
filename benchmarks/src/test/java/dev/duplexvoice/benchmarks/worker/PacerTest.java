package dev.duplexvoice.benchmarks.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

/** What lateness is measured by. */
class PacerTest {
    @Test
    void shouldStampFramesWithTheirDueTimesHoweverLateTheyAreRead() throws InterruptedException {
        Semaphore readable = new Semaphore(0);
        short[] frame = new short[PreparedVoices.FRAME];
        try (Pacer pacer = new Pacer()) {
            long before = System.nanoTime();
            Pacer.Live stream = pacer.begin(readable::release);
            long after = System.nanoTime();
            long first = 0;
            for (int i = 1; i <= 5; ) {
                if (stream.read(frame, 0, frame.length) == 0) {
                    readable.acquire();
                    continue;
                }
                long due = Pacer.dueAt(frame);
                assertThat(due).isLessThanOrEqualTo(System.nanoTime());
                if (i++ == 1) {
                    first = due;
                    assertThat(due - PreparedVoices.PERIOD).isBetween(before, after);
                } else {
                    assertThat(due - first).isEqualTo((i - 2) * PreparedVoices.PERIOD);
                }
            }
            stream.cancel();
            assertThat(stream.read(frame, 0, frame.length)).isEqualTo(Pacer.Live.END);
        }
    }
}
