package dev.duplexvoice.model;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** A lease, which tells its manager once when it is closed. */
final class HeldLease<M> implements ModelLease<M> {
    final Resident<M> resident;
    final long since;
    private final String holder;
    private final M model;
    private final Consumer<HeldLease<M>> release;
    private final AtomicBoolean closed = new AtomicBoolean();

    HeldLease(Resident<M> resident, M model, String holder, long since, Consumer<HeldLease<M>> release) {
        this.resident = resident;
        this.model = model;
        this.holder = holder;
        this.since = since;
        this.release = release;
    }

    @Override
    public String id() {
        return resident.id;
    }

    @Override
    public String holder() {
        return holder;
    }

    @Override
    public M model() {
        if (closed.get()) {
            throw new IllegalStateException("model=" + resident.id + ": the lease is closed; acquire another");
        }
        return model;
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            release.accept(this);
        }
    }

    @Override
    public String toString() {
        return "lease of " + resident.id + " held by " + holder;
    }
}
