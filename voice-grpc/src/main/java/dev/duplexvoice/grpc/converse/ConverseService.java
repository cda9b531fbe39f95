package dev.duplexvoice.grpc.converse;

import dev.duplexvoice.SessionOptions;
import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.grpc.proto.v1.ConverseRequest;
import dev.duplexvoice.grpc.proto.v1.ConverseResponse;
import dev.duplexvoice.grpc.proto.v1.DuplexVoiceGrpc;
import io.grpc.BindableService;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code duplexvoice.v1.DuplexVoice}: sessions of an engine for hosts that are elsewhere or speak another language. A session behaves as
 * it does in the process. Add it to a server of the host's own, or to a {@link dev.duplexvoice.grpc.SpeechWorker}:
 *
 * <pre>{@code
 * SpeechWorker.builder(engine)
 *         .service(ConverseService.builder(engine)
 *                 .configure((caller, options) -> options.responder(responder))
 *                 .build())
 *         .start();
 * }</pre>
 *
 * <p>No thread waits for a client. One that does not read holds up its own reply and no more; one that leaves 1,000
 * messages or 4 MiB of events unread, or sends more text or control than a conversation can have, is disconnected with
 * RESOURCE_EXHAUSTED. A call that does not send {@code open} within {@link Builder#openTimeout} ends with ABORTED.
 * Sessions end when the engine is drained or closed; the service has nothing to close. Thread-safe.
 */
public final class ConverseService implements BindableService {
    private static final Context.Key<Origin> ORIGIN = Context.key("converse-origin");

    private final VoiceEngine engine;
    private final BiConsumer<ConverseCaller, SessionOptions.Builder> configure;
    private final Executor openers;
    private final Unopened unopened;
    private final LongSupplier nanoTime;

    private record Origin(Metadata headers, @Nullable SocketAddress address) {}

    private ConverseService(Builder builder) {
        engine = builder.engine;
        configure = builder.configure;
        nanoTime = builder.nanoTime;
        unopened = new Unopened(builder.maxUnopened, builder.openTimeout, builder.timer);
        Executor given = builder.openers;
        openers = given == null ? openers() : given;
    }

    /** Opening waits for a voice to be loaded, for which gRPC's threads are not to wait. */
    private static Executor openers() {
        AtomicInteger count = new AtomicInteger();
        ThreadPoolExecutor threads =
                new ThreadPoolExecutor(8, 8, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "voice-converse-" + count.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }

    /** A builder for sessions of this engine, which must outlive the service. */
    public static Builder builder(VoiceEngine engine) {
        return new Builder(engine);
    }

    @Override
    public ServerServiceDefinition bindService() {
        return ServerInterceptors.intercept(new Calls(), new Origins());
    }

    private final class Calls extends DuplexVoiceGrpc.DuplexVoiceImplBase {
        @Override
        public StreamObserver<ConverseRequest> converse(StreamObserver<ConverseResponse> out) {
            Origin origin = Objects.requireNonNull(ORIGIN.get(), "the interceptor sets it");
            return new SessionCall(
                    (ServerCallStreamObserver<ConverseResponse>) out,
                    engine,
                    (options, builder) ->
                            configure.accept(new ConverseCaller(origin.headers, options, origin.address), builder),
                    openers,
                    unopened,
                    nanoTime);
        }
    }

    /** Keeps what a call tells of its client. */
    private static final class Origins implements ServerInterceptor {
        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
            Origin origin = new Origin(headers, call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR));
            return Contexts.interceptCall(Context.current().withValue(ORIGIN, origin), call, headers, next);
        }
    }

    /** Collects what a service is made of; not thread-safe. */
    public static final class Builder {
        private final VoiceEngine engine;
        private BiConsumer<ConverseCaller, SessionOptions.Builder> configure = (caller, options) -> {};
        private @Nullable Executor openers;
        private Duration openTimeout = Duration.ofSeconds(10);
        private int maxUnopened = 1_000;
        private Unopened.Timer timer = Unopened.Timer::system;
        private LongSupplier nanoTime = System::nanoTime;

        private Builder(VoiceEngine engine) {
            this.engine = Objects.requireNonNull(engine, "engine");
        }

        /**
         * What the server adds to each session before it is opened: a Responder and a recognizer, for clients that do not bring their own;
         * limits. The client's options are set already, so the server has the last word. Listener and audio sink are the call's own. It is
         * called on a thread that may block; what it throws refuses the call: a {@link io.grpc.StatusRuntimeException} as it is, a {@link
         * dev.duplexvoice.VoiceException} or {@link IllegalArgumentException} with the status that it means.
         */
        public Builder configure(BiConsumer<ConverseCaller, SessionOptions.Builder> value) {
            configure = Objects.requireNonNull(value);
            return this;
        }

        /** How long a call has to send {@code open}, 100 ms to 1 h; 10 s by default. */
        public Builder openTimeout(Duration value) {
            if (value.compareTo(Duration.ofMillis(100)) < 0 || value.compareTo(Duration.ofHours(1)) > 0) {
                throw new IllegalArgumentException("openTimeout=" + value.toMillis() + "ms: must be 100 ms to 1 h");
            }
            openTimeout = value;
            return this;
        }

        /** Calls at a time that have not sent {@code open} yet, 1 to 100,000; 1,000 by default. More are RESOURCE_EXHAUSTED. */
        public Builder maxUnopened(int value) {
            if (value < 1 || value > 100_000) {
                throw new IllegalArgumentException("maxUnopened=" + value + ": must be 1 to 100000");
            }
            maxUnopened = value;
            return this;
        }

        /** What tells that a call is too late; for a virtual clock. */
        Builder timer(Unopened.Timer value) {
            timer = value;
            return this;
        }

        /** Where sessions are opened; for a virtual clock. */
        Builder openers(Executor value) {
            openers = value;
            return this;
        }

        /** The time that limits what a client sends; for tests. */
        Builder nanoTime(LongSupplier value) {
            nanoTime = value;
            return this;
        }

        /** The service. */
        public ConverseService build() {
            return new ConverseService(this);
        }
    }
}
