package dev.duplexvoice.examples.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DensitySearchTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 31, 32, 33, 100, 500, 999, 5_000})
    void shouldComeWithinATwentiethWhenThereIsALimit(int limit) {
        int found = DensitySearch.highest(32, 5_000, sessions -> sessions <= limit);

        assertThat(found).isBetween(limit - limit / 20, limit);
    }

    @Test
    void shouldDoubleAndThenHalveTheGap() {
        List<Integer> tried = new ArrayList<>();
        int found = DensitySearch.highest(32, 5_000, sessions -> {
            tried.add(sessions);
            return sessions <= 100;
        });

        assertThat(tried).containsExactly(32, 64, 128, 96, 112, 104, 100);
        assertThat(found).isEqualTo(100);
    }

    @Test
    void shouldSayNoneWhenNotEvenOneHolds() {
        assertThat(DensitySearch.highest(32, 5_000, sessions -> false)).isZero();
    }
}
