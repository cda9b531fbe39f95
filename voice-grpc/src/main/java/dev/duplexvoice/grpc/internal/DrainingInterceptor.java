package dev.duplexvoice.grpc.internal;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.function.BooleanSupplier;

/** Refuses new calls of services that do not know by themselves that their worker is being taken out of service. */
public final class DrainingInterceptor implements ServerInterceptor {
    /** Not that it is full: later it will not do either, and another worker will. */
    static final Status STATUS =
            Status.UNAVAILABLE.withDescription("this worker is being taken out of service; use another one");

    private final BooleanSupplier draining;

    /** @param draining whether it is */
    public DrainingInterceptor(BooleanSupplier draining) {
        this.draining = draining;
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        if (!draining.getAsBoolean()) {
            return next.startCall(call, headers);
        }
        Refusal.of(STATUS, String.valueOf(call.getMethodDescriptor().getBareMethodName()), "");
        call.close(STATUS, new Metadata());
        return new ServerCall.Listener<>() {};
    }
}
