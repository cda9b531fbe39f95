package dev.duplexvoice.grpc.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.time.VirtualClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LocalAffinitiesTest {
    private final VirtualClock clock = new VirtualClock();

    @Test
    void shouldKeepAffinitiesForAnHourAfterTheirLastUse() {
        LocalAffinities affinities = new LocalAffinities(clock, Affinities.TIME_TO_LIVE);
        affinities.remember("s", "a");
        clock.advance(Duration.ofSeconds(3_000));
        affinities.remember("s", "b");
        clock.advance(Duration.ofSeconds(3_599));
        assertThat(affinities.known("s")).isEqualTo("b");

        clock.advance(Duration.ofSeconds(1));

        assertThat(affinities.known("s")).isNull();
    }

    @Test
    void shouldForget() {
        LocalAffinities affinities = new LocalAffinities(clock, Affinities.TIME_TO_LIVE);
        affinities.remember("s", "a");

        affinities.forget("s");
        affinities.forget("unknown");

        assertThat(affinities.known("s")).isNull();
    }

    @Test
    void shouldLearnOnlyWhatItDoesNotKnow() {
        LocalAffinities affinities = new LocalAffinities(clock, Affinities.TIME_TO_LIVE);

        assertThat(affinities.learn("s", "a")).isEqualTo("a");
        assertThat(affinities.learn("s", "b")).isEqualTo("a");
        assertThat(affinities.known("s")).isEqualTo("a");

        clock.advance(Affinities.TIME_TO_LIVE);
        assertThat(affinities.learn("s", "b")).isEqualTo("b");
        assertThat(affinities.known("s")).isEqualTo("b");
    }

    @Test
    void shouldNotGrowWithoutEnd() {
        LocalAffinities affinities = new LocalAffinities(clock, Affinities.TIME_TO_LIVE, 100);
        for (int i = 0; i < 10_000; i++) {
            affinities.remember("s" + i, "a");
            assertThat(affinities.known("s" + i)).isEqualTo("a");
            assertThat(affinities.size()).isLessThanOrEqualTo(100);
        }
    }
}
