package dev.duplexvoice.examples.worker;

import dev.duplexvoice.grpc.registry.RedisRegistration;
import dev.duplexvoice.grpc.registry.RedisStore;
import dev.duplexvoice.grpc.registry.WorkerAddress;
import dev.duplexvoice.grpc.routing.DependencyCheck;

/** A worker's entry in Redis, as long as this is open. */
public final class Registration implements AutoCloseable {
    private final RedisStore store;
    private final RedisRegistration entry;
    private final String text;

    Registration(RedisStore store, RedisRegistration entry, String name, WorkerAddress address) {
        this.store = store;
        this.entry = entry;
        this.text = store + " as " + name + " at " + address;
    }

    /** Asks whether Redis answers. */
    DependencyCheck check() {
        return DependencyCheck.redis(store);
    }

    /** Takes the entry away, so that nobody new comes. Waits for Redis for twice its command timeout at most, 2 s. Idempotent. */
    public void withdraw() {
        entry.close();
    }

    /** Takes the entry away if that was not done, and closes the connection, for which a Redis that hangs may need some seconds. Idempotent. */
    @Override
    public void close() {
        withdraw();
        store.close();
    }

    /** Where, as whom and at which address; no login. */
    @Override
    public String toString() {
        return text;
    }
}
