package dev.duplexvoice.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.SessionEvent;
import dev.duplexvoice.examples.conversation.EventJson;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TimelineTest {
    @Test
    void shouldRoundAsTheEventsDo() {
        SessionEvent event = new SessionEvent.FirstAudio(
                Duration.ofNanos(1_234_567_890), "s-1", "t1", Duration.ZERO, Duration.ofNanos(44_500_000));
        StringWriter out = new StringWriter();
        new Timeline(new PrintWriter(out), false).show(event);

        assertThat(EventJson.line(event)).contains("\"t\":1.235", "\"latency\":0.045");
        assertThat(out.toString()).contains("1.24 s", "first audio 45 ms");
    }
}
