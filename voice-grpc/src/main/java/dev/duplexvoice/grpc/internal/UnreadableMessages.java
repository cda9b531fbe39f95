package dev.duplexvoice.grpc.internal;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;

/**
 * Answers messages that are no messages, invalid UTF-8 for one, as gRPC's table of status codes has it, with INTERNAL and the reason. By
 * itself gRPC for Java would say UNKNOWN and no more.
 */
public final class UnreadableMessages implements ServerInterceptor {
    private UnreadableMessages() {}

    /** A service whose messages are read where this can see it. */
    public static ServerServiceDefinition answeredBy(ServerServiceDefinition service) {
        return ServerInterceptors.intercept(
                ServerInterceptors.useInputStreamMessages(service), new UnreadableMessages());
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
            private boolean closed;

            @Override
            public void onMessage(Q message) {
                try {
                    super.onMessage(message);
                } catch (StatusRuntimeException e) {
                    Throwable cause = e.getCause();
                    // Without the cause: it is the client's doing, and no trace of ours tells more.
                    Status status = Status.fromCode(e.getStatus().getCode())
                            .withDescription("the message cannot be read: " + (cause == null ? e : cause).getMessage());
                    Refusal.of(status, String.valueOf(call.getMethodDescriptor().getBareMethodName()), "");
                    closed = true;
                    call.close(status, new Metadata());
                    super.onCancel();
                }
            }

            @Override
            public void onHalfClose() {
                if (!closed) {
                    super.onHalfClose();
                }
            }
        };
    }
}
