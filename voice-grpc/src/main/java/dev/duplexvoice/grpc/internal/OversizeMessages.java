package dev.duplexvoice.grpc.internal;

import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;

/** Logs calls that gRPC itself refuses because of a message that is too long; no service ever sees these. */
public final class OversizeMessages extends ServerStreamTracer.Factory {
    /** How the transport's reason begins: a service's own RESOURCE_EXHAUSTED is logged where it is thrown. */
    private static final String REASON = "gRPC message exceeds";

    /** For all calls of a server. */
    public OversizeMessages() {}

    @Override
    public ServerStreamTracer newServerStreamTracer(String fullMethodName, Metadata headers) {
        return new ServerStreamTracer() {
            @Override
            public void streamClosed(Status status) {
                String reason = status.getDescription();
                if (status.getCode() == Status.Code.RESOURCE_EXHAUSTED && reason != null && reason.startsWith(REASON)) {
                    Refusal.of(status.withCause(null), fullMethodName.substring(fullMethodName.indexOf('/') + 1), "");
                }
            }
        };
    }
}
