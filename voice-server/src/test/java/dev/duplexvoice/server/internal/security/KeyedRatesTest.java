package dev.duplexvoice.server.internal.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.server.security.RateLimit;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class KeyedRatesTest {
    private long now = Long.MAX_VALUE - 5_000_000_000L;
    private final KeyedRates rates = new KeyedRates(new RateLimit(60, 3), () -> now);

    @Test
    void shouldGiveTheBurstAndThenOneASecond() {
        for (int i = 0; i < 3; i++) {
            assertThat(rates.take("a")).isZero();
        }
        assertThat(rates.take("a")).isEqualTo(Duration.ofSeconds(1).toNanos());
        assertThat(rates.take("b")).isZero();
        now += 999_999_999;
        assertThat(rates.take("a")).isEqualTo(1);
        now += 1;
        assertThat(rates.take("a")).isZero();
        assertThat(rates.take("a")).isEqualTo(Duration.ofSeconds(1).toNanos());
    }

    @Test
    void shouldNotTakeWhatItRefuses() {
        for (int i = 0; i < 100; i++) {
            rates.take("a");
        }
        now += Duration.ofSeconds(1).toNanos();
        assertThat(rates.take("a")).isZero();
    }

    @Test
    void shouldGiveNoMoreThanTheBurstAfterALongRest() {
        rates.take("a");
        // Beyond the largest number, as the clock of a machine may go.
        now += Duration.ofDays(1).toNanos();
        for (int i = 0; i < 3; i++) {
            assertThat(rates.take("a")).isZero();
        }
        assertThat(rates.take("a")).isPositive();
    }

    @Test
    void shouldRememberOnlySoManyKeys() {
        for (int i = 0; i < 3; i++) {
            rates.take("first");
        }
        for (int i = 0; i < 3 * KeyedRates.MOST_KEYS; i++) {
            rates.take("key-" + i);
        }
        assertThat(rates.size()).isEqualTo(KeyedRates.MOST_KEYS);
        assertThat(rates.take("first")).isZero();
    }

    @Test
    void shouldRememberWhoAsksAgainAndAgainAmongMany() {
        for (int i = 0; i < 3 * KeyedRates.MOST_KEYS; i++) {
            rates.take("key-" + i);
            if (i % 1_000 == 0) {
                rates.take("busy");
            }
        }
        assertThat(rates.take("busy")).isPositive();
    }
}
