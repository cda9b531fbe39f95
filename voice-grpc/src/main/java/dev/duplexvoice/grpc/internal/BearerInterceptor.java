package dev.duplexvoice.grpc.internal;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.Locale;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Lets only those in who show the token; health checks need none, because those who check cannot show one. */
public final class BearerInterceptor implements ServerInterceptor {
    /** The header. */
    public static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    private static final String HEALTH = "grpc.health.v1.Health";
    private static final String SCHEME = "bearer ";

    private final Predicate<String> matches;

    /** @param matches whether it is the token */
    public BearerInterceptor(Predicate<String> matches) {
        this.matches = matches;
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        if (HEALTH.equals(call.getMethodDescriptor().getServiceName())) {
            return next.startCall(call, headers);
        }
        String wrong = wrong(headers.get(AUTHORIZATION));
        if (wrong == null) {
            return next.startCall(call, headers);
        }
        Status status = Status.UNAUTHENTICATED.withDescription(wrong);
        Refusal.of(status, String.valueOf(call.getMethodDescriptor().getBareMethodName()), "");
        call.close(status, new Metadata());
        return new ServerCall.Listener<>() {};
    }

    private @Nullable String wrong(@Nullable String header) {
        if (header == null || !header.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
            return "authorization is missing: send the header 'authorization: Bearer TOKEN'";
        }
        return matches.test(header.substring(SCHEME.length()))
                ? null
                : "authorization: this is not the token of this worker";
    }
}
