package dev.duplexvoice.model;

import java.util.concurrent.CompletableFuture;

/** Somebody who waits for a lease. Who completes the future in any way, its owner too, ends the wish. */
final class Wish<M> {
    final String id;
    final String holder;
    final long since;
    final CompletableFuture<ModelLease<M>> future = new CompletableFuture<>();

    Wish(String id, String holder, long since) {
        this.id = id;
        this.holder = holder;
        this.since = since;
    }

    /** Hands the lease over, or gives it back if it came too late. */
    void give(HeldLease<M> lease) {
        if (!future.complete(lease)) {
            lease.close();
        }
    }
}
