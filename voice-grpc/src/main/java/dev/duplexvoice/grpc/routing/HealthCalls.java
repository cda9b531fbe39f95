package dev.duplexvoice.grpc.routing;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** {@code grpc.health.v1.Health/Check} of a whole server. */
final class HealthCalls {
    private HealthCalls() {}

    /**
     * What a worker answered.
     *
     * @param state what that means
     * @param reason why it is not well; null if it is
     */
    record Answer(WorkerHealth.State state, @Nullable String reason) {}

    /** Asks; completes within the deadline, never exceptionally. */
    static CompletableFuture<Answer> check(Channel channel, Duration deadline) {
        CompletableFuture<Answer> result = new CompletableFuture<>();
        CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(deadline.toNanos(), TimeUnit.NANOSECONDS);
        ClientCalls.asyncUnaryCall(
                channel.newCall(HealthGrpc.getCheckMethod(), options),
                HealthCheckRequest.getDefaultInstance(),
                new StreamObserver<>() {
                    @Override
                    public void onNext(HealthCheckResponse response) {
                        result.complete(of(response.getStatus()));
                    }

                    @Override
                    public void onError(Throwable failure) {
                        result.complete(of(Status.fromThrowable(failure)));
                    }

                    @Override
                    public void onCompleted() {
                        result.complete(new Answer(WorkerHealth.State.NOT_SERVING, "an empty answer"));
                    }
                });
        return result;
    }

    private static Answer of(HealthCheckResponse.ServingStatus status) {
        return status == HealthCheckResponse.ServingStatus.SERVING
                ? new Answer(WorkerHealth.State.SERVING, null)
                : new Answer(WorkerHealth.State.NOT_SERVING, "it says " + status);
    }

    private static Answer of(Status status) {
        return switch (status.getCode()) {
            // It lives, and has no health service to ask.
            case UNIMPLEMENTED -> new Answer(WorkerHealth.State.SERVING, null);
            case NOT_FOUND, UNAUTHENTICATED, PERMISSION_DENIED ->
                new Answer(WorkerHealth.State.NOT_SERVING, reason(status));
            default -> new Answer(WorkerHealth.State.UNREACHABLE, reason(status));
        };
    }

    private static String reason(Status status) {
        String description = status.getDescription();
        return status.getCode() + (description == null ? "" : ": " + description);
    }
}
