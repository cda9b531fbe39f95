package dev.duplexvoice.opentelemetry.internal;

import dev.duplexvoice.opentelemetry.GrpcTracing;
import io.opentelemetry.context.Context;
import java.util.function.Supplier;

/** What a new trace belongs to: what is current on the thread, or came with the gRPC call that the thread works for. */
public final class ParentContext {
    private static final Supplier<Context> OF_CALL = ofCall();

    private ParentContext() {}

    /** The root context if there is nothing. */
    public static Context current() {
        Context here = Context.current();
        return here == Context.root() ? OF_CALL.get() : here;
    }

    private static Supplier<Context> ofCall() {
        try {
            Class.forName("io.grpc.Context", false, ParentContext.class.getClassLoader());
            return GrpcTracing::ofCall;
        } catch (ClassNotFoundException | LinkageError e) {
            return Context::root;
        }
    }
}
