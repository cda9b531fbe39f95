package dev.duplexvoice.grpc.routing;

import dev.duplexvoice.grpc.registry.WorkerInfo;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A place on a worker, for one synthesis or one session, until it is closed. Who holds it says once what became of it: {@link #succeeded},
 * {@link #failed}, or neither if that says nothing of the worker (the caller hung up, the text was wrong). Thread-safe.
 */
public final class Route implements AutoCloseable {
    private final Router router;
    private final WorkerInfo worker;
    private final WorkerState state;
    private final RoutingDecision decision;
    private final Object lock = new Object();
    private CircuitBreaker.Permit permit;
    private boolean told;
    private final AtomicBoolean closed = new AtomicBoolean();

    Route(Router router, WorkerInfo worker, WorkerState state, CircuitBreaker.Permit permit, RoutingDecision decision) {
        this.router = router;
        this.worker = worker;
        this.state = state;
        this.permit = permit;
        this.decision = decision;
    }

    /** Where to call. */
    public WorkerInfo worker() {
        return worker;
    }

    /** Why there. */
    public RoutingDecision decision() {
        return decision;
    }

    /** Whether health checks found that the worker does not answer. One that only takes no new calls does not count. */
    public boolean isUnreachable() {
        return router.isUnreachable(worker);
    }

    /**
     * The first audio came, after this time: to a circuit breaker that tries the worker this is the success. May be told often, of every
     * synthesis of a session.
     */
    public void firstAudio(Duration latency) {
        state.measured(latency.toNanos() / 1e6, router.now());
        synchronized (lock) {
            if (!told) {
                permit = state.breaker.answered(permit);
            }
        }
    }

    /** The worker did its work. Only the first of this and {@link #failed} counts. */
    public void succeeded() {
        synchronized (lock) {
            if (!told) {
                told = true;
                state.breaker.succeeded(permit);
            }
        }
    }

    /**
     * The worker failed: it could not be reached, broke off, or did not answer in time. The session is not kept there. Calls of one worker
     * that fail within 250 ms count as one failure.
     */
    public void failed() {
        synchronized (lock) {
            if (told) {
                return;
            }
            told = true;
            state.breaker.failed(permit);
        }
        router.forget(decision.request().sessionId(), worker.name());
    }

    /** Gives the place back. Idempotent. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            state.leave();
            synchronized (lock) {
                if (!told) {
                    told = true;
                    state.breaker.release(permit);
                }
            }
        }
    }

    @Override
    public String toString() {
        return "route to " + worker.name() + " at " + worker.address();
    }
}
