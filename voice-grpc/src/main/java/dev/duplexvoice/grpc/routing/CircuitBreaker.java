package dev.duplexvoice.grpc.routing;

import dev.duplexvoice.time.EngineClock;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Keeps calls from a worker that fails. Closed until so many calls failed in a row, open for a time, then half open: a few calls are let
 * through, and what becomes of them decides. Asking is lock-free.
 */
final class CircuitBreaker {
    /**
     * What it is at a moment.
     *
     * @param era grows with each change of phase; what became of a call of an earlier era says nothing any more
     * @param since when the phase began
     * @param failures in a row
     * @param successes in a row, while half open
     * @param trials calls under way, while half open
     */
    private record State(BreakerPhase phase, long era, long since, int failures, int successes, int trials) {}

    /** A call that was let through, until it is told what became of it. */
    record Permit(long era) {}

    private final BreakerOptions options;
    private final EngineClock clock;
    private volatile State state;

    CircuitBreaker(BreakerOptions options, EngineClock clock) {
        this.options = options;
        this.clock = clock;
        this.state = new State(BreakerPhase.CLOSED, 0, clock.nanoTime(), 0, 0, 0);
    }

    /** Whether a call would be let through at this time. */
    boolean permits(long now) {
        State seen = state;
        return switch (seen.phase) {
            case CLOSED -> true;
            case OPEN -> isOver(seen, now);
            case HALF_OPEN -> seen.trials < options.trials();
        };
    }

    private boolean isOver(State seen, long now) {
        return now - seen.since >= options.openFor().toNanos();
    }

    /** Lets a call through, or not. Every permit is given back by one of {@link #succeeded}, {@link #failed} and {@link #release}. */
    @Nullable
    Permit acquire(long now) {
        State seen = state;
        return seen.phase == BreakerPhase.CLOSED ? new Permit(seen.era) : acquireTrial(now);
    }

    private synchronized @Nullable Permit acquireTrial(long now) {
        State seen = state;
        if (seen.phase == BreakerPhase.CLOSED) {
            return new Permit(seen.era);
        }
        if (!permits(now)) {
            return null;
        }
        state = seen.phase == BreakerPhase.OPEN
                ? new State(BreakerPhase.HALF_OPEN, seen.era + 1, now, seen.failures, 0, 1)
                : new State(seen.phase, seen.era, seen.since, seen.failures, seen.successes, seen.trials + 1);
        return new Permit(state.era);
    }

    void succeeded(Permit permit) {
        update(permit, seen -> {
            if (seen.phase == BreakerPhase.CLOSED) {
                return seen.failures == 0 ? seen : closed(seen, 0);
            }
            int successes = seen.successes + 1;
            return successes < options.successes()
                    ? new State(seen.phase, seen.era, seen.since, seen.failures, successes, seen.trials - 1)
                    : new State(BreakerPhase.CLOSED, seen.era + 1, clock.nanoTime(), 0, 0, 0);
        });
    }

    void failed(Permit permit) {
        update(permit, seen -> {
            int failures = seen.failures == Integer.MAX_VALUE ? seen.failures : seen.failures + 1;
            return seen.phase == BreakerPhase.CLOSED && failures < options.failures()
                    ? closed(seen, failures)
                    : new State(BreakerPhase.OPEN, seen.era + 1, clock.nanoTime(), failures, 0, 0);
        });
    }

    private static State closed(State seen, int failures) {
        return new State(BreakerPhase.CLOSED, seen.era, seen.since, failures, 0, 0);
    }

    /** It ended in a way that says nothing of the worker. */
    void release(Permit permit) {
        update(
                permit,
                seen -> seen.phase == BreakerPhase.CLOSED
                        ? seen
                        : new State(seen.phase, seen.era, seen.since, seen.failures, seen.successes, seen.trials - 1));
    }

    private synchronized void update(Permit permit, UnaryOperator<State> change) {
        if (state.era == permit.era) {
            state = change.apply(state);
        }
    }

    /** The phase as of now: one that has been open for long enough is half open. */
    BreakerPhase phase(long now) {
        State seen = state;
        return seen.phase == BreakerPhase.OPEN && isOver(seen, now) ? BreakerPhase.HALF_OPEN : seen.phase;
    }

    /** Failures in a row. */
    int failures() {
        return state.failures;
    }

    /** How long it stays open; zero if it is not. */
    Duration opensIn(long now) {
        State seen = state;
        return seen.phase == BreakerPhase.OPEN && !isOver(seen, now)
                ? Duration.ofNanos(seen.since + options.openFor().toNanos() - now)
                : Duration.ZERO;
    }
}
