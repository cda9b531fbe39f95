package dev.duplexvoice.grpc.internal;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Counts the calls of those services that a worker lets finish. A call is over when its client has all of it, or is gone. */
public final class OpenCalls implements ServerInterceptor {
    private int open;

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        begun();
        AtomicBoolean over = new AtomicBoolean();
        ServerCall.Listener<Q> listener;
        try {
            listener = next.startCall(call, headers);
        } catch (RuntimeException | Error e) {
            ended(over);
            throw e;
        }
        return new SimpleForwardingServerCallListener<>(listener) {
            @Override
            public void onComplete() {
                try {
                    super.onComplete();
                } finally {
                    ended(over);
                }
            }

            @Override
            public void onCancel() {
                try {
                    super.onCancel();
                } finally {
                    ended(over);
                }
            }
        };
    }

    private synchronized void begun() {
        open++;
    }

    private synchronized void ended(AtomicBoolean already) {
        if (already.compareAndSet(false, true) && --open == 0) {
            notifyAll();
        }
    }

    /** Waits until there are none, for so long at most. */
    public synchronized void awaitNone(long nanos) throws InterruptedException {
        long until = System.nanoTime() + nanos;
        for (long left = nanos; open > 0 && left > 0; left = until - System.nanoTime()) {
            TimeUnit.NANOSECONDS.timedWait(this, Math.max(left, 1_000_000));
        }
    }
}
