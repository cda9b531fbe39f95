package dev.duplexvoice.internal;

/** The engine's workers, where a session's work logs as that session's. */
final class SessionWorkers implements Workers {
    private final Workers workers;
    private final LogScope scope;

    SessionWorkers(Workers workers, String sessionId) {
        this.workers = workers;
        this.scope = new LogScope(sessionId);
    }

    @Override
    public Runnable own(Runnable task) {
        return scope.around(task);
    }

    /** As it is: audio loops hand over what {@link #own} gave them once. */
    @Override
    public void compute(Runnable task) {
        workers.compute(task);
    }

    @Override
    public void flow(Runnable task) {
        workers.flow(task);
    }

    @Override
    public void host(Runnable task) {
        workers.host(scope.around(task));
    }

    @Override
    public Runnable handOver(Runnable task) {
        return workers.handOver(scope.around(task));
    }

    @Override
    public boolean keepsInterrupts() {
        return workers.keepsInterrupts();
    }

    /** They are the engine's. */
    @Override
    public void close() {}
}
