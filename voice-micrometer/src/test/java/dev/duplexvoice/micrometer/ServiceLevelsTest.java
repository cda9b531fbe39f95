package dev.duplexvoice.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.duplexvoice.micrometer.ServiceLevels.Level;
import dev.duplexvoice.micrometer.ServiceLevels.Objective;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ServiceLevelsTest {
    private final AtomicLong now = new AtomicLong(Duration.ofDays(400).toNanos());
    private final ServiceLevels levels = new ServiceLevels(now::get, 300);

    private Level level(Objective objective) {
        return levels.levels().stream()
                .filter(level -> level.objective() == objective)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void shouldBeMetWhenNothingHappened() {
        assertThat(levels.levels()).hasSize(Objective.values().length).allSatisfy(level -> {
            assertThat(level.isMet()).isTrue();
            assertThat(level.total()).isZero();
            assertThat(level.budgetLeft()).isEqualTo(1);
        });
    }

    @Test
    void shouldSpendTheBudgetWithWhatIsTooSlow() {
        for (int i = 1; i <= 100; i++) {
            levels.judge(Objective.FIRST_AUDIO, i <= 98 ? 300 : 301);
        }
        Level level = level(Objective.FIRST_AUDIO);

        assertThat(level.threshold()).isEqualTo(300);
        assertThat(level.actual()).isCloseTo(0.98, within(1e-9));
        assertThat(level.isMet()).isTrue();
        // 2 of the 5 that may be slow.
        assertThat(level.budgetLeft()).isCloseTo(0.6, within(1e-9));
        assertThat(level.burnRates().get(Duration.ofMinutes(5))).isCloseTo(0.4, within(1e-9));
    }

    @Test
    void shouldNotBeMetWhenTheBudgetIsSpent() {
        levels.count(Objective.AVAILABILITY, 990, 10);
        Level level = level(Objective.AVAILABILITY);

        assertThat(level.isMet()).isFalse();
        assertThat(level.budgetLeft()).isCloseTo(-1, within(1e-9));
        assertThat(level.burnRates().values())
                .allSatisfy(rate -> assertThat(rate).isCloseTo(2, within(1e-9)));
    }

    @Test
    void shouldLookBackAsFarAsEachWindow() {
        levels.count(Objective.ERRORS, 0, 10);
        now.addAndGet(Duration.ofMinutes(45).toNanos());
        levels.count(Objective.ERRORS, 10, 0);
        Level level = level(Objective.ERRORS);

        assertThat(level.burnRates().get(Duration.ofMinutes(30))).isZero();
        assertThat(level.burnRates().get(Duration.ofHours(1))).isCloseTo(100, within(1e-9));
        now.addAndGet(Duration.ofHours(7).toNanos());
        assertThat(level(Objective.ERRORS).burnRates().get(Duration.ofHours(6))).isZero();
        assertThat(level(Objective.ERRORS).burnRates().get(Duration.ofDays(3))).isCloseTo(100, within(1e-9));
        assertThat(level(Objective.ERRORS).total()).isEqualTo(20);
        now.addAndGet(Duration.ofDays(31).toNanos());
        assertThat(level(Objective.ERRORS).total()).isZero();
    }
}
