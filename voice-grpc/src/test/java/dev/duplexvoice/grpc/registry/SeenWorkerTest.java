package dev.duplexvoice.grpc.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SeenWorkerTest {
    private static final long SECOND = 1_000_000_000;
    private static final WorkerInfo WORKER = WorkerInfo.at("a", new WorkerAddress("localhost", 7001));

    private static WorkerEntry entry(double timestamp) {
        return new WorkerEntry(WORKER, timestamp);
    }

    private static long age(SeenWorker worker, long seconds) {
        Duration age = worker.info(seconds * SECOND).heartbeatAge();
        assertThat(age).isNotNull();
        return age.toSeconds();
    }

    @Test
    void shouldCountFromTheHeartbeatWhateverTheWorkersClockSays() {
        SeenWorker future = SeenWorker.first(entry(9e12), 0, 30 * SECOND);
        SeenWorker past = SeenWorker.first(entry(0), 0, 30 * SECOND);

        assertThat(age(future, 7)).isEqualTo(7);
        assertThat(age(past, 7)).isEqualTo(7);
        assertThat(age(future.again(entry(8e12), 10 * SECOND, 30 * SECOND), 12)).isEqualTo(2);
    }

    @Test
    void shouldNoticeAHeartbeatByItsTimeToLiveWhenTheTimestampStandsStill() {
        SeenWorker worker = SeenWorker.first(entry(5), 0, 30 * SECOND);

        SeenWorker same = worker.again(entry(5), 2 * SECOND, 30 * SECOND + 50_000_000);
        assertThat(age(same, 2)).isEqualTo(2);
        assertThat(age(same.again(entry(5), 10 * SECOND, 40 * SECOND), 10)).isZero();
    }

    @Test
    void shouldNotTakeAKeyWithoutExpiryForAlive() {
        SeenWorker worker = SeenWorker.first(entry(5), 0, Long.MAX_VALUE);

        assertThat(age(worker.again(entry(5), 60 * SECOND, Long.MAX_VALUE), 60)).isEqualTo(60);
    }

    @Test
    void shouldNotAgeWhileNobodyCouldLook() {
        SeenWorker worker = SeenWorker.first(entry(5), 0, 30 * SECOND);

        assertThat(age(worker.blindFor(100 * SECOND), 103)).isEqualTo(3);
    }
}
