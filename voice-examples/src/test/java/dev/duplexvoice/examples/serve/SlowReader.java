package dev.duplexvoice.examples.serve;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;

/** Takes a piece of a body now and then. */
final class SlowReader implements Flow.Subscriber<List<ByteBuffer>> {
    /** Whether it is to be slow no longer. */
    volatile boolean hurry;

    private Flow.Subscription subscription;

    @Override
    public void onSubscribe(Flow.Subscription value) {
        subscription = value;
        value.request(1);
    }

    @Override
    public void onNext(List<ByteBuffer> piece) {
        CompletableFuture.delayedExecutor(hurry ? 0 : 200, TimeUnit.MILLISECONDS)
                .execute(() -> subscription.request(1));
    }

    @Override
    public void onError(Throwable failure) {}

    @Override
    public void onComplete() {}
}
