package dev.duplexvoice.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UtteranceTimesTest {
    private final UtteranceTimes times = new UtteranceTimes();

    @Test
    void shouldGiveATextWithoutANumberToTheOneThatEndedLast() {
        times.started(1, 100);
        times.ended(200);
        times.started(2, 300);

        assertThat(times.find(CallerTurn.UNNUMBERED)).isEqualTo(new UtteranceTimes.Utterance(1, 100, 200));
    }

    @Test
    void shouldGiveItToTheNewestWhenTheOneThatEndedHasItsText() {
        times.started(1, 100);
        times.ended(200);
        times.find(CallerTurn.UNNUMBERED);
        times.started(2, 300);

        assertThat(times.find(CallerTurn.UNNUMBERED)).isEqualTo(new UtteranceTimes.Utterance(2, 300, Long.MAX_VALUE));
    }

    @Test
    void shouldGiveItToTheNewestWhenTheNumbersWereTold() {
        times.started(1, 100);
        times.ended(200);
        times.find(1);
        times.started(2, 300);
        times.ended(400);

        assertThat(times.find(CallerTurn.UNNUMBERED)).isEqualTo(new UtteranceTimes.Utterance(2, 300, 400));
        assertThat(times.find(1)).isEqualTo(new UtteranceTimes.Utterance(1, 100, 200));
    }
}
