package dev.duplexvoice.grpc.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.duplexvoice.time.VirtualClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CircuitBreakerTest {
    private static final Duration TOGETHER = Duration.ofMillis(250);

    private final VirtualClock clock = new VirtualClock();
    private final CircuitBreaker breaker =
            new CircuitBreaker(new BreakerOptions(3, Duration.ofSeconds(5), 2, 2), clock);

    private CircuitBreaker.Permit permit() {
        CircuitBreaker.Permit permit = breaker.acquire(clock.nanoTime());
        assertThat(permit).isNotNull();
        return permit;
    }

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            breaker.failed(permit());
            if (i < times - 1) {
                clock.advance(TOGETHER);
            }
        }
    }

    private void assertPhase(BreakerPhase phase) {
        assertThat(breaker.phase(clock.nanoTime())).isEqualTo(phase);
    }

    private boolean permits() {
        return breaker.permits(clock.nanoTime());
    }

    @Test
    void shouldOpenAfterFailuresInARow() {
        fail(2);
        assertPhase(BreakerPhase.CLOSED);
        breaker.succeeded(permit());
        fail(2);
        assertPhase(BreakerPhase.CLOSED);
        assertThat(breaker.failures()).isEqualTo(2);

        clock.advance(TOGETHER);
        fail(1);

        assertPhase(BreakerPhase.OPEN);
        assertThat(permits()).isFalse();
        assertThat(breaker.acquire(clock.nanoTime())).isNull();
        assertThat(breaker.opensIn(clock.nanoTime())).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void shouldLetSoManyTrialsThroughWhenItsTimeIsOver() {
        fail(3);
        clock.advance(Duration.ofSeconds(5).minusNanos(1));
        assertThat(permits()).isFalse();
        clock.advance(Duration.ofNanos(1));
        assertPhase(BreakerPhase.HALF_OPEN);

        CircuitBreaker.Permit first = permit();
        permit();

        assertThat(permits()).isFalse();
        assertThat(breaker.acquire(clock.nanoTime())).isNull();
        breaker.release(first);
        assertThat(permits()).isTrue();
        assertPhase(BreakerPhase.HALF_OPEN);
    }

    @Test
    void shouldCloseAfterSuccessesInARow() {
        fail(3);
        clock.advance(Duration.ofSeconds(5));

        breaker.succeeded(permit());
        assertPhase(BreakerPhase.HALF_OPEN);
        breaker.succeeded(permit());

        assertPhase(BreakerPhase.CLOSED);
        assertThat(breaker.failures()).isZero();
        fail(2);
        assertPhase(BreakerPhase.CLOSED);
    }

    @Test
    void shouldOpenAgainWhenATrialFails() {
        fail(3);
        clock.advance(Duration.ofSeconds(5));
        breaker.succeeded(permit());

        fail(1);

        assertPhase(BreakerPhase.OPEN);
        clock.advance(Duration.ofSeconds(4));
        assertThat(permits()).isFalse();
        clock.advance(Duration.ofSeconds(1));
        breaker.succeeded(permit());
        assertPhase(BreakerPhase.HALF_OPEN);
    }

    @Test
    void shouldNotCountWhatWasBegunInAnEarlierPhase() {
        CircuitBreaker.Permit old = permit();
        CircuitBreaker.Permit older = permit();
        fail(3);
        breaker.failed(old);
        assertThat(breaker.failures()).isEqualTo(3);
        clock.advance(Duration.ofSeconds(5));
        CircuitBreaker.Permit trial = permit();

        breaker.failed(older);
        breaker.succeeded(older);
        breaker.release(older);

        assertPhase(BreakerPhase.HALF_OPEN);
        breaker.succeeded(trial);
        breaker.succeeded(permit());
        assertPhase(BreakerPhase.CLOSED);
        breaker.failed(trial);
        assertThat(breaker.failures()).isZero();
    }

    @Test
    void shouldCountCallsThatFailTogetherAsOne() {
        for (int i = 0; i < 20; i++) {
            breaker.failed(permit());
        }
        clock.advance(TOGETHER.minusNanos(1));
        breaker.failed(permit());
        assertThat(breaker.failures()).isEqualTo(1);
        clock.advance(Duration.ofNanos(1));
        breaker.failed(permit());
        assertThat(breaker.failures()).isEqualTo(2);

        breaker.succeeded(permit());
        breaker.failed(permit());

        assertThat(breaker.failures()).as("one after a success is another one").isEqualTo(1);
    }

    @Test
    void shouldGiveATrialBackWhenItAnswers() {
        fail(3);
        clock.advance(Duration.ofSeconds(5));
        CircuitBreaker.Permit first = permit();
        permit();
        assertThat(permits()).isFalse();

        CircuitBreaker.Permit answered = breaker.answered(first);

        assertThat(permits()).isTrue();
        breaker.answered(answered);
        breaker.succeeded(answered);
        breaker.release(answered);
        assertPhase(BreakerPhase.HALF_OPEN);
        CircuitBreaker.Permit third = permit();
        assertThat(permits()).as("given back once").isFalse();
        breaker.answered(third);
        assertPhase(BreakerPhase.CLOSED);
        breaker.failed(answered);
        assertThat(breaker.failures()).as("it broke off later").isEqualTo(1);
    }

    @Test
    void shouldOpenAgainWhenATrialThatAnsweredBreaksOff() {
        fail(3);
        clock.advance(Duration.ofSeconds(5));

        breaker.failed(breaker.answered(permit()));

        assertPhase(BreakerPhase.OPEN);
    }

    @Test
    void shouldOpenWhenEveryCallAnswersAndBreaksOff() {
        for (int i = 0; i < 3; i++) {
            breaker.failed(breaker.answered(permit()));
            clock.advance(TOGETHER);
        }

        assertPhase(BreakerPhase.OPEN);
    }

    @Test
    void shouldLetThroughWhoHasNobodyElseAndLearnFromIt() {
        fail(3);
        CircuitBreaker.Permit one = breaker.acquireAnyway(clock.nanoTime());
        CircuitBreaker.Permit two = breaker.acquireAnyway(clock.nanoTime());
        CircuitBreaker.Permit three = breaker.acquireAnyway(clock.nanoTime());
        assertThat(permits()).isFalse();

        breaker.succeeded(one);
        breaker.succeeded(two);

        assertPhase(BreakerPhase.CLOSED);
        breaker.release(three);
        fail(3);
        breaker.failed(breaker.acquireAnyway(clock.nanoTime()));
        assertPhase(BreakerPhase.OPEN);
        assertThat(breaker.opensIn(clock.nanoTime())).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void shouldRefuseOddOptions() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BreakerOptions(0, Duration.ofSeconds(5), 1, 1))
                .withMessage("breaker.failures=0: must be 1 to 1000");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BreakerOptions(1, Duration.ZERO, 1, 1))
                .withMessageContaining("breaker.openFor=PT0S");
    }
}
