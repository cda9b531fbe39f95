package dev.duplexvoice.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.time.EngineClock;
import dev.duplexvoice.time.VirtualClock;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SteadyClockTest {
    private final AtomicLong source = new AtomicLong(1_000_000_000);
    private final EngineClock clock = SteadyClock.of(source::get);

    @Test
    void shouldBeTheClockItselfWhenThatIsSteady() {
        VirtualClock virtual = new VirtualClock();

        assertThat(SteadyClock.of(virtual)).isSameAs(virtual);
        assertThat(SteadyClock.of(EngineClock.system())).isSameAs(EngineClock.system());
    }

    @Test
    void shouldGoOnFromThereWhenTheSourceStepsBack() {
        source.set(5_000_000_000L);
        assertThat(clock.nanoTime()).isEqualTo(5_000_000_000L);
        source.set(2_000_000_000L);

        assertThat(clock.nanoTime()).isEqualTo(5_000_000_000L);
        source.addAndGet(7);
        assertThat(clock.nanoTime()).isEqualTo(5_000_000_007L);
    }

    @Test
    void shouldStandStillWhenReadersAreInDisorder() {
        source.set(5_000_000_000L);
        clock.nanoTime();
        source.set(4_999_999_000L);
        assertThat(clock.nanoTime()).isEqualTo(5_000_000_000L);
        source.set(5_000_000_001L);
        assertThat(clock.nanoTime()).isEqualTo(5_000_000_001L);
    }
}
