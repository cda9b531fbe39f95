package dev.duplexvoice.examples.report;

import static dev.duplexvoice.examples.report.EventMaps.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LatenciesTest {
    @Test
    void shouldMeasureFromTurnEndAndFromLastSpeechWhenReplyFollowsTurn() {
        Latencies latencies = Latencies.of(List.of(
                event(3.0, "turn_ended", "t1", "endpointing_delay", 0.5, "transcription_delay", 0.2),
                event(3.1, "reply_started", "t1"),
                event(3.25, "first_audio", "t1", "ttfb", 0.12)));

        assertThat(latencies.firstAudio()).containsExactly(new double[] {0.25}, within(1e-9));
        assertThat(latencies.endToEnd()).containsExactly(new double[] {0.75}, within(1e-9));
        assertThat(latencies.replies()).singleElement().satisfies(reply -> {
            assertThat(reply.turnId()).isEqualTo("t1");
            assertThat(reply.turnEnded()).isEqualTo(3.0);
            assertThat(reply.endpointingDelay()).isEqualTo(0.5);
            assertThat(reply.ttfb()).isEqualTo(0.12);
        });
    }

    @Test
    void shouldLeaveOutEndToEndWhenEndpointingDelayIsMissing() {
        Latencies latencies = Latencies.of(List.of(event(1.0, "turn_ended", "t1"), event(1.4, "first_audio", "t1")));

        assertThat(latencies.firstAudio()).containsExactly(new double[] {0.4}, within(1e-9));
        assertThat(latencies.endToEnd()).isEmpty();
    }

    @Test
    void shouldMeasureNothingWhenHostSpeaksUnasked() {
        Latencies latencies = Latencies.of(List.of(event(0.1, "reply_started", "t0"), event(0.3, "first_audio", "t0")));

        assertThat(latencies.replies()).isEmpty();
    }

    @Test
    void shouldCountOnlyFirstReplyWhenTurnHasTwo() {
        Latencies latencies = Latencies.of(List.of(
                event(1.0, "turn_ended", "t1", "endpointing_delay", 0.5),
                event(1.2, "first_audio", "t1"),
                event(4.0, "first_audio", "t1")));

        assertThat(latencies.firstAudio()).containsExactly(new double[] {0.2}, within(1e-9));
    }

    @Test
    void shouldUseLatestTurnEndWhenCallerWentOnSpeaking() {
        Latencies latencies = Latencies.of(List.of(
                event(1.0, "turn_ended", "t1", "endpointing_delay", 0.5),
                event(3.0, "turn_ended", "t1", "endpointing_delay", 0.5),
                event(3.2, "first_audio", "t1")));

        assertThat(latencies.firstAudio()).containsExactly(new double[] {0.2}, within(1e-9));
    }

    @Test
    void shouldMeasureBargeInToPauseWhenSpeechIsConfirmedLater() {
        Latencies latencies = Latencies.of(List.of(
                event(1.0, "first_audio", "t1"),
                event(2.0, "speech_started", "t2"),
                event(2.02, "paused", "t1"),
                event(2.5, "interrupted", "t1", "position", 1.02)));

        assertThat(latencies.bargeIn()).containsExactly(new double[] {0.02}, within(1e-9));
        assertThat(latencies.bargeIns()).singleElement().satisfies(bargeIn -> {
            assertThat(bargeIn.turnId()).isEqualTo("t1");
            assertThat(bargeIn.trigger()).isEqualTo(2.0);
            assertThat(bargeIn.interrupted()).isTrue();
        });
    }

    @Test
    void shouldMeasureBargeInToInterruptionWhenThereIsNoPause() {
        Latencies latencies = Latencies.of(List.of(
                event(1.0, "first_audio", "t1"),
                event(2.0, "speech_started", "t2"),
                event(2.04, "interrupted", "t1", "position", 1.04)));

        assertThat(latencies.bargeIn()).containsExactly(new double[] {0.04}, within(1e-9));
    }

    @Test
    void shouldMeasureEachPauseWhenReplyResumesAndIsPausedAgain() {
        Latencies latencies = Latencies.of(List.of(
                event(1.0, "first_audio", "t1"),
                event(2.0, "speech_started", "t1"),
                event(2.01, "paused", "t1"),
                event(2.3, "speech_ended", "t1"),
                event(2.4, "resumed", "t1"),
                event(5.0, "speech_started", "t1"),
                event(5.03, "paused", "t1"),
                event(5.2, "speech_ended", "t1"),
                event(5.5, "resumed", "t1")));

        assertThat(latencies.bargeIn()).containsExactly(new double[] {0.01, 0.03}, within(1e-9));
        assertThat(latencies.bargeIns()).allMatch(bargeIn -> !bargeIn.interrupted());
    }

    @Test
    void shouldMeasureNoBargeInWhenNothingSoundedAtTheTrigger() {
        Latencies latencies = Latencies.of(List.of(
                event(0.5, "speech_started", "t1"),
                event(1.0, "first_audio", "t1"),
                event(1.5, "paused", "t1"),
                event(1.6, "interrupted", "t1", "position", 0.5)));

        assertThat(latencies.bargeIns()).isEmpty();
    }

    @Test
    void shouldMeasureNoBargeInWhenHostInterrupts() {
        Latencies latencies = Latencies.of(
                List.of(event(1.0, "first_audio", "t1"), event(2.0, "interrupted", "t1", "position", 1.0)));

        assertThat(latencies.bargeIns()).isEmpty();
    }

    @Test
    void shouldGiveSameResultWhenEventsAreOutOfOrder() {
        List<Map<String, Object>> events = new ArrayList<>(List.of(
                event(3.0, "turn_ended", "t1", "endpointing_delay", 0.5),
                event(3.25, "first_audio", "t1"),
                event(4.0, "speech_started", "t2"),
                event(4.03, "paused", "t1")));
        Collections.reverse(events);

        Latencies latencies = Latencies.of(events);

        assertThat(latencies.firstAudio()).containsExactly(new double[] {0.25}, within(1e-9));
        assertThat(latencies.bargeIn()).containsExactly(new double[] {0.03}, within(1e-9));
    }

    @Test
    void shouldIgnoreEventsWhenTheyHaveNoUsableTime() {
        Map<String, Object> odd = event(Double.NaN, "turn_ended", "t1", "endpointing_delay", 0.5);
        Map<String, Object> none = event(0, "first_audio", "t1");
        none.put("t", "soon");

        assertThat(Latencies.of(List.of(odd, none)).replies()).isEmpty();
    }

    @Test
    void shouldTakeWhatTheEventTellsWhenRoundedTimesAreOff() {
        Latencies latencies = Latencies.of(List.of(
                event(3.001, "turn_ended", "t1", "endpointing_delay", 0.5),
                event(3.001, "reply_started", "t1"),
                event(3.045, "first_audio", "t1", "latency", 0.045)));

        assertThat(latencies.firstAudio()).containsExactly(0.045);
        assertThat(latencies.endToEnd()).containsExactly(0.545);
    }

    @Test
    void shouldCountFromTheTurnsEndWhenTheReplyBeganBeforeIt() {
        Latencies latencies = Latencies.of(List.of(
                event(2.8, "reply_started", "t1"),
                event(3.0, "turn_ended", "t1", "endpointing_delay", 0.5),
                event(3.1, "first_audio", "t1", "latency", 0.3)));

        assertThat(latencies.firstAudio()).containsExactly(new double[] {0.1}, within(1e-9));
    }

    @Test
    void shouldTakeTheMeanOfTheMiddleTwoWhenAskedForTheMedian() {
        assertThat(Latencies.median(new double[] {112, 44, 112, 48})).hasValue(80);
        assertThat(Latencies.median(new double[] {3, 1, 2})).hasValue(2);
        assertThat(Latencies.median(new double[0])).isEmpty();
    }

    @Test
    void shouldTakeNearestRankWhenAskedForPercentile() {
        double[] values = {50, 15, 40, 20, 35};

        assertThat(Latencies.percentile(values, 5)).hasValue(15);
        assertThat(Latencies.percentile(values, 40)).hasValue(20);
        assertThat(Latencies.percentile(values, 50)).hasValue(35);
        assertThat(Latencies.percentile(values, 95)).hasValue(50);
        assertThat(Latencies.percentile(values, 100)).hasValue(50);
    }

    @Test
    void shouldTakeNineteenthOfTwentyWhenAskedFor95thPercentile() {
        double[] values = new double[20];
        for (int i = 0; i < values.length; i++) {
            values[i] = i + 1;
        }

        assertThat(Latencies.percentile(values, 95)).hasValue(19);
    }

    @Test
    void shouldGiveNoPercentileWhenThereAreNoValues() {
        assertThat(Latencies.percentile(new double[0], 50)).isEmpty();
    }

    @Test
    void shouldRefuseWhenPercentIsOutOfRange() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Latencies.percentile(new double[] {1}, 0))
                .withMessageContaining("percent=0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Latencies.percentile(new double[] {1}, Double.NaN))
                .withMessageContaining("percent=NaN");
    }
}
