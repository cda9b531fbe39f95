package dev.duplexvoice.grpc.internal;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.InputStream;

/**
 * Answers messages that are no messages, invalid UTF-8 for one, as gRPC's table of status codes has it, with INTERNAL and the reason. By
 * itself gRPC for Java would say UNKNOWN and no more.
 */
public final class UnreadableMessages implements ServerInterceptor {
    /** Streams are read before the transport takes them back. gRPC's own way copies each frame into two buffers of 8 KiB more. */
    private static final MethodDescriptor.Marshaller<InputStream> AS_IT_IS = new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(InputStream message) {
            return message;
        }

        @Override
        public InputStream parse(InputStream message) {
            return message;
        }
    };

    private UnreadableMessages() {}

    /** A service whose messages are read where this can see it. */
    public static ServerServiceDefinition answeredBy(ServerServiceDefinition service) {
        return ServerInterceptors.intercept(
                ServerInterceptors.useMarshalledMessages(service, AS_IT_IS), new UnreadableMessages());
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
