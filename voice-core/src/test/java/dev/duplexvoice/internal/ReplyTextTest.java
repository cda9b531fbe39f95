package dev.duplexvoice.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.time.VirtualClock;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ReplyTextTest {
    private final AtomicInteger wakes = new AtomicInteger();
    private final ReplyText reply = new ReplyText(
            1,
            "t",
            48_000,
            Workers.virtual(new VirtualClock()),
            wakes::incrementAndGet,
            (failed, cause) -> {},
            (failed, cause) -> {});

    @Test
    void shouldNotBeCompleteWhenTextWaitsToBeTaken() {
        reply.write("one ");
        reply.write("two");
        reply.complete();

        assertThat(reply.isComplete()).isFalse();
        assertThat(reply.takeIncoming()).isEqualTo("one two");
        assertThat(reply.takeIncoming()).isNull();
        assertThat(reply.isComplete()).isTrue();
    }

    @Test
    void shouldWakeThePumpWhenAnythingChanges() {
        reply.write("one");
        assertThat(wakes).hasValue(1);
        reply.complete();
        assertThat(wakes).hasValue(2);
        reply.cancel();
        reply.cancel();
        assertThat(wakes).hasValue(3);
    }
}
