package dev.duplexvoice.grpc.routing;

import dev.duplexvoice.time.EngineClock;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps calls from a worker that fails. Closed until so many calls failed in a row, open for a time, then half open: a few calls are let
 * through, and what becomes of them decides. Calls that fail together count as one failure: it may be one connection that broke. Asking is
 * lock-free.
 */
final class CircuitBreaker {
    /** From one failure that counts to the next. */
    private static final long TOGETHER_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    /**
     * What it is at a moment.
     *
     * @param era grows with each change of phase; what became of a call of an earlier era says nothing any more
     * @param since when the phase began
     * @param failures in a row
     * @param failedAt when the last of them was counted
     * @param successes in a row, while half open
     * @param trials calls under way that have not answered, while half open
     */
    private record State(
            BreakerPhase phase, long era, long since, int failures, long failedAt, int successes, int trials) {
        State trying(int newSuccesses, int newTrials) {
            return new State(phase, era, since, failures, failedAt, newSuccesses, newTrials);
        }
    }

    /**
     * A call that was let through, until it is told what became of it.
     *
     * @param answered whether it is no trial any more, because the worker did what a trial is to show
     */
    record Permit(long era, boolean answered) {}

    private final BreakerOptions options;
    private final EngineClock clock;
    private volatile State state;

    CircuitBreaker(BreakerOptions options, EngineClock clock) {
        this.options = options;
        this.clock = clock;
        this.state = new State(BreakerPhase.CLOSED, 0, clock.nanoTime(), 0, 0, 0, 0);
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
        return seen.phase == BreakerPhase.CLOSED ? new Permit(seen.era, false) : acquireTrial(now, false);
    }

    /** Lets a call through as a trial though there is no time for one, for who has nobody else to ask. */
    Permit acquireAnyway(long now) {
        return Objects.requireNonNull(acquireTrial(now, true));
    }

    private synchronized @Nullable Permit acquireTrial(long now, boolean anyway) {
        State seen = state;
        if (seen.phase == BreakerPhase.CLOSED) {
            return new Permit(seen.era, false);
        }
        if (!anyway && !permits(now)) {
            return null;
        }
        state = seen.phase == BreakerPhase.OPEN
                ? new State(BreakerPhase.HALF_OPEN, seen.era + 1, now, seen.failures, seen.failedAt, 0, 1)
                : seen.trying(seen.successes, seen.trials + 1);
        return new Permit(state.era, false);
    }

    /**
     * It does its work, though it is not at its end: as a trial it has succeeded, and makes room for another one. It does not end a row of
     * failures, for a worker that breaks off each time answers too.
     *
     * @return to be given back instead; a failure still counts
     */
    synchronized Permit answered(Permit permit) {
        if (!permit.answered && state.era == permit.era && state.phase == BreakerPhase.HALF_OPEN) {
            succeededTrial(state);
        }
        return new Permit(permit.era, true);
    }

    private void succeededTrial(State seen) {
        int successes = seen.successes + 1;
        state = successes < options.successes()
                ? seen.trying(successes, seen.trials - 1)
                : new State(BreakerPhase.CLOSED, seen.era + 1, clock.nanoTime(), 0, 0, 0, 0);
    }

    synchronized void succeeded(Permit permit) {
        State seen = state;
        if (!isOf(seen, permit)) {
            return;
        }
        if (seen.phase == BreakerPhase.CLOSED) {
            state = seen.failures == 0 ? seen : closed(seen, 0, 0);
        } else if (!permit.answered) {
            succeededTrial(seen);
        }
    }

    synchronized void failed(Permit permit) {
        State seen = state;
        if (!isOf(seen, permit)) {
            return;
        }
        long now = clock.nanoTime();
        boolean isClosed = seen.phase == BreakerPhase.CLOSED;
        if (isClosed && seen.failures > 0 && now - seen.failedAt < TOGETHER_NANOS) {
            return;
        }
        int failures = seen.failures == Integer.MAX_VALUE ? seen.failures : seen.failures + 1;
        state = isClosed && failures < options.failures()
                ? closed(seen, failures, now)
                : new State(BreakerPhase.OPEN, seen.era + 1, now, failures, now, 0, 0);
    }

    private static State closed(State seen, int failures, long failedAt) {
        return new State(BreakerPhase.CLOSED, seen.era, seen.since, failures, failedAt, 0, 0);
    }

    /** It ended in a way that says nothing of the worker. */
    synchronized void release(Permit permit) {
        State seen = state;
        if (isOf(seen, permit) && seen.phase == BreakerPhase.HALF_OPEN && !permit.answered) {
            state = seen.trying(seen.successes, seen.trials - 1);
        }
    }

    /** Whether what became of the call says something now: a trial that has answered belongs to the time after the trials too. */
    private static boolean isOf(State seen, Permit permit) {
        return seen.era == permit.era
                || permit.answered && seen.phase == BreakerPhase.CLOSED && seen.era == permit.era + 1;
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
