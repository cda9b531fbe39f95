package dev.duplexvoice.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LatencyRecorderTest {

    @Test
    void shouldBeEmptyWhenNothingWasRecorded() {
        LatencySnapshot empty = new LatencyRecorder().snapshot();

        assertThat(empty.count()).isZero();
        assertThat(empty.percentile(99)).isZero();
        assertThat(empty.max()).isZero();
    }

    @Test
    void shouldPutEachValueIntoABucketThatHoldsIt() {
        int before = -1;
        for (long value = 0; value < 1L << 20; value++) {
            int bucket = LatencyRecorder.bucket(value);
            assertThat(bucket).isBetween(before, before + 1);
            before = bucket;
            assertThat(LatencyRecorder.upper(bucket)).isBetween(value, value + value / 32);
        }
        assertThat(LatencyRecorder.bucket(Long.MAX_VALUE)).isEqualTo(LatencyRecorder.BUCKETS - 1);
        assertThat(LatencyRecorder.bucket(-1)).isZero();
    }

    @Test
    void shouldAgreeWithASortedListWhenAskedForPercentiles() {
        Random random = new Random(7);
        LatencyRecorder recorder = new LatencyRecorder();
        long[] values = random.doubles(10_000)
                .mapToLong(d -> (long) Math.exp(d * 24))
                .sorted()
                .toArray();
        Arrays.stream(values).forEach(recorder::record);
        LatencySnapshot snapshot = recorder.snapshot();

        assertThat(snapshot.count()).isEqualTo(10_000);
        for (double percent : new double[] {1, 50, 90, 99, 99.9}) {
            long exact = values[(int) Math.ceil(percent * 100) - 1];
            assertThat(snapshot.percentile(percent)).isBetween(exact, exact + exact / 32);
        }
        assertThat(snapshot.max()).isBetween(values[9_999], values[9_999] + values[9_999] / 32);
    }

    @Test
    void shouldTellTheTimeBetweenWhenTwoAreCompared() {
        LatencyRecorder recorder = new LatencyRecorder();
        recorder.record(1_000_000);
        LatencySnapshot warm = recorder.snapshot();
        recorder.record(20);
        recorder.record(10);

        LatencySnapshot since = recorder.snapshot().since(warm);
        assertThat(since.count()).isEqualTo(2);
        assertThat(since.max()).isEqualTo(20);
        assertThat(since.plus(warm).max()).isBetween(1_000_000L, 1_031_250L);
    }

    @Test
    void shouldRefuseAPercentageThatIsNone() {
        assertThatThrownBy(() -> LatencySnapshot.EMPTY.percentile(Double.NaN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("percent=NaN: must be 0 to 100");
    }
}
