package dev.duplexvoice.grpc.internal;

import dev.duplexvoice.grpc.proto.tts.EndSessionRequest;
import dev.duplexvoice.grpc.proto.tts.EndSessionResponse;
import dev.duplexvoice.grpc.proto.tts.TTSServiceGrpc;
import io.grpc.Channel;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.TimeUnit;

/**
 * A session of a worker that this process has started; one synthesis at a time.
 *
 * @param hasWaited whether it has waited for this text, so that the worker may have ended it meanwhile
 */
record RemoteSession(String id, Channel channel, VoiceKey key, boolean hasWaited) {
    private static final int END_SECONDS = 5;

    /** What of a voice is fixed when a session is started. */
    record VoiceKey(float rate, float pitch) {}

    RemoteSession waited() {
        return hasWaited ? this : new RemoteSession(id, channel, key, true);
    }

    /** Ends it, and what it synthesises; whether that succeeds is the worker's affair, which ends it in time anyway. */
    void end() {
        ClientCalls.asyncUnaryCall(
                channel.newCall(
                        TTSServiceGrpc.getEndSessionMethod(),
                        io.grpc.CallOptions.DEFAULT.withDeadlineAfter(END_SECONDS, TimeUnit.SECONDS)),
                EndSessionRequest.newBuilder().setSessionId(id).build(),
                new StreamObserver<EndSessionResponse>() {
                    @Override
                    public void onNext(EndSessionResponse response) {}

                    @Override
                    public void onError(Throwable failure) {}

                    @Override
                    public void onCompleted() {}
                });
    }
}
