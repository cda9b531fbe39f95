package dev.duplexvoice.opentelemetry;

import dev.duplexvoice.opentelemetry.internal.Propagation;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.Contexts;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import org.jspecify.annotations.Nullable;

/**
 * Carries the trace across gRPC calls, as W3C's {@code traceparent}: a worker's synthesis belongs to the clause that a session of another
 * process has it speak, a conversation over {@code Converse} to what its client does. No spans are made of the calls themselves. Needs
 * grpc-api, which is there with voice-grpc.
 *
 * <pre>{@code
 * RemoteSynthesizer.builder("speech.internal:7001").intercept(GrpcTracing.client(openTelemetry)).build();
 * SpeechWorker.builder(engine).intercept(GrpcTracing.server(openTelemetry)).start();
 * }</pre>
 *
 * <p>The SDK's propagators are used, or W3C's own if it has none, as {@code OpenTelemetrySdk.builder()} has none unless told.
 */
public final class GrpcTracing {
    private static final io.grpc.Context.Key<Context> CALL = io.grpc.Context.key("voice-opentelemetry");

    private static final TextMapGetter<Metadata> GETTER = new TextMapGetter<>() {
        @Override
        public @Nullable String get(@Nullable Metadata headers, String key) {
            return headers == null || key.endsWith(Metadata.BINARY_HEADER_SUFFIX) ? null : headers.get(key(key));
        }
    };

    private GrpcTracing() {}

    /** For clients: what is current where a call is begun goes with it. */
    public static ClientInterceptor client(OpenTelemetry openTelemetry) {
        TextMapPropagator propagator = Propagation.of(openTelemetry);
        return new ClientInterceptor() {
            @Override
            public <Q, A> ClientCall<Q, A> interceptCall(
                    MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
                Context context = Context.current();
                return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
                    @Override
                    public void start(Listener<A> listener, Metadata headers) {
                        propagator.inject(context, headers, GrpcTracing::put);
                        super.start(listener, headers);
                    }
                };
            }
        };
    }

    /** For servers: what came with a call is current while it is worked for. */
    public static ServerInterceptor server(OpenTelemetry openTelemetry) {
        TextMapPropagator propagator = Propagation.of(openTelemetry);
        return new ServerInterceptor() {
            @Override
            public <Q, A> ServerCall.Listener<Q> interceptCall(
                    ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
                Context context = propagator.extract(Context.current(), headers, GETTER);
                if (context == Context.root()) {
                    return next.startCall(call, headers);
                }
                Scope scope = context.makeCurrent();
                try {
                    // Also for what goes on with the call on other threads.
                    io.grpc.Context carrier = io.grpc.Context.current().withValue(CALL, context);
                    return new Within<>(Contexts.interceptCall(carrier, call, headers, next), context);
                } finally {
                    scope.close();
                }
            }
        };
    }

    /** What came with the gRPC call that the calling thread works for; the root if there is none. */
    public static Context ofCall() {
        Context carried = CALL.get();
        return carried == null ? Context.root() : carried;
    }

    private static void put(@Nullable Metadata headers, String key, String value) {
        if (headers != null) {
            headers.discardAll(key(key));
            headers.put(key(key), value);
        }
    }

    private static Metadata.Key<String> key(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }

    /** Callbacks with the call's context. */
    private static final class Within<Q> extends SimpleForwardingServerCallListener<Q> {
        private final Context context;

        Within(ServerCall.Listener<Q> delegate, Context context) {
            super(delegate);
            this.context = context;
        }

        @Override
        public void onMessage(Q message) {
            context.wrap(() -> super.onMessage(message)).run();
        }

        @Override
        public void onHalfClose() {
            context.wrap(super::onHalfClose).run();
        }

        @Override
        public void onCancel() {
            context.wrap(super::onCancel).run();
        }

        @Override
        public void onComplete() {
            context.wrap(super::onComplete).run();
        }

        @Override
        public void onReady() {
            context.wrap(super::onReady).run();
        }
    }
}
