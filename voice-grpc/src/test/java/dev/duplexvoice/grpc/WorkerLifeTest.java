package dev.duplexvoice.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.VoiceException;
import dev.duplexvoice.grpc.converse.ConverseService;
import dev.duplexvoice.grpc.proto.tts.ControlCommand;
import dev.duplexvoice.grpc.proto.v1.ConverseRequest;
import dev.duplexvoice.grpc.proto.v1.ConverseResponse;
import dev.duplexvoice.grpc.proto.v1.DuplexVoiceGrpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A worker over time: idle sessions, RELOAD, the end. */
@Timeout(60)
class WorkerLifeTest {
    private static final int FRAME = 960;

    private static ServingStatus health(Loopback loopback) {
        return health(loopback, "tts.TTSService");
    }

    private static ServingStatus health(Loopback loopback, String service) {
        return HealthGrpc.newBlockingStub(loopback.channel)
                .withDeadlineAfter(20, TimeUnit.SECONDS)
                .check(HealthCheckRequest.newBuilder().setService(service).build())
                .getStatus();
    }

    private static Status.Code code(Runnable request) {
        try {
            request.run();
            return Status.Code.OK;
        } catch (StatusRuntimeException e) {
            return e.getStatus().getCode();
        }
    }

    @Test
    void shouldEndSessionsThatNobodyUses() throws InterruptedException {
        try (Loopback loopback = new Loopback(worker -> worker.idleTimeout(Duration.ofMinutes(5)))) {
            loopback.start("idle");
            loopback.start("paused");
            loopback.start("used");
            loopback.voices.release(FRAME);
            Loopback.Speaking paused = loopback.say("paused", "One.");
            paused.take(1);
            loopback.time.addAndGet(TimeUnit.MINUTES.toNanos(4));
            Loopback.Speaking used = loopback.say("used", "One.");
            used.take(1);
            loopback.time.addAndGet(TimeUnit.MINUTES.toNanos(2));
            loopback.worker.sweep();

            assertThat(loopback.worker.stats().sessions()).isEqualTo(1);
            assertThat(code(() -> loopback.end("idle"))).isEqualTo(Status.Code.NOT_FOUND);
            assertThat(paused.end()).satisfies(status -> {
                assertThat(status.getCode()).isEqualTo(Status.Code.ABORTED);
                assertThat(status.getDescription()).contains("not used for 300 s");
            });
            loopback.voices.release(Long.MAX_VALUE);
            assertThat(used.end()).isEqualTo(Status.OK);
            loopback.end("used");
            Loopback.await(
                    "no lease",
                    () -> loopback.engine.voiceModels().stats().models().get(0).leases() == 0);
        }
    }

    @Test
    void shouldEndCallsThatNeverSayWhoseTheyAre() throws InterruptedException {
        try (Loopback loopback = new Loopback()) {
            Loopback.Speaking mute = loopback.speak(Integer.MAX_VALUE);
            loopback.start("s");
            // What was called on the same connection before has come.
            assertThat(loopback.say("s", "One.").end()).isEqualTo(Status.OK);
            loopback.end("s");
            loopback.time.addAndGet(TimeUnit.MINUTES.toNanos(6));

            assertThat(mute.end()).satisfies(status -> {
                assertThat(status.getCode()).isEqualTo(Status.Code.ABORTED);
                assertThat(status.getDescription()).contains("no text for 300 s");
            });
        }
    }

    @Test
    void shouldReloadWithoutDroppingASession() throws InterruptedException {
        AtomicReference<String> outcome = new AtomicReference<>("limits read");
        try (Loopback loopback = new Loopback(worker -> worker.onReload(() -> {
            if (outcome.get().isEmpty()) {
                throw new IOException("worker.yaml: line 3 is no YAML");
            }
            return outcome.get();
        }))) {
            loopback.start("s");
            loopback.voices.release(FRAME);
            Loopback.Speaking speaking = loopback.say("s", "One.");
            speaking.take(1);
            loopback.voices.voices.add("c");

            assertThat(loopback.control("s", ControlCommand.RELOAD)).satisfies(response -> {
                assertThat(response.getSuccess()).isTrue();
                assertThat(response.getMessage()).startsWith("limits read; 3 voices");
            });
            outcome.set("");
            assertThat(loopback.control("s", ControlCommand.RELOAD)).satisfies(response -> {
                assertThat(response.getSuccess()).isFalse();
                assertThat(response.getMessage())
                        .isEqualTo("the old configuration stays: worker.yaml: line 3 is no YAML");
            });
            loopback.start("t", "c");
            loopback.voices.release(Long.MAX_VALUE);
            assertThat(speaking.end()).isEqualTo(Status.OK);
            assertThat(Loopback.samples(speaking.frames)).hasSize(SteppedVoice.WORD);
        }
    }

    @Test
    void shouldSayWhatStaysWhenOnlyTheVoicesCannotBeReadAnew() {
        try (Loopback loopback = new Loopback(worker -> worker.onReload(() -> "limits read"))) {
            loopback.start("s");
            loopback.voices.refreshFailure = new LinkageError("no such library");
            assertThat(loopback.control("s", ControlCommand.RELOAD)).satisfies(response -> {
                assertThat(response.getSuccess()).isFalse();
                assertThat(response.getMessage()).isEqualTo("limits read; the old voices stay: no such library");
            });
            loopback.voices.refreshFailure = null;
            assertThat(loopback.control("s", ControlCommand.RELOAD).getSuccess())
                    .isTrue();
        }
    }

    @Test
    void shouldNotWaitForCallsThatNeverSayWhoseTheyAreWhenDrained() throws Exception {
        try (Loopback loopback = new Loopback()) {
            Loopback.Speaking mute = loopback.speak(Integer.MAX_VALUE);
            loopback.start("s");
            loopback.voices.release(FRAME);
            Loopback.Speaking speaking = loopback.say("s", "One.");
            speaking.take(1);

            CompletableFuture<Void> drained =
                    loopback.worker.drain(Duration.ofHours(1)).toCompletableFuture();

            assertThat(mute.end().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
            assertThat(loopback.speak(Integer.MAX_VALUE).end().getCode())
                    .as("one that comes later")
                    .isEqualTo(Status.Code.UNAVAILABLE);
            loopback.voices.release(Long.MAX_VALUE);
            assertThat(speaking.end()).isEqualTo(Status.OK);
            drained.get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void shouldFinishWhatItSpeaksWhenDrained() throws Exception {
        try (Loopback loopback = new Loopback()) {
            loopback.start("s");
            loopback.start("t");
            loopback.voices.release(2 * FRAME);
            Loopback.Speaking speaking = loopback.say("s", "One two three.");
            speaking.take(2);
            assertThat(health(loopback)).isEqualTo(ServingStatus.SERVING);

            CompletableFuture<Void> drained =
                    loopback.worker.drain(Duration.ofSeconds(30)).toCompletableFuture();

            Loopback.await("it drains", () -> health(loopback) == ServingStatus.NOT_SERVING);
            Loopback.await("it refuses", () -> loopback.worker.stats().draining());
            assertThat(code(() -> loopback.start("u"))).isEqualTo(Status.Code.UNAVAILABLE);
            assertThat(loopback.say("t", "More.").end().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
            assertThat(drained).isNotDone();

            loopback.voices.release(Long.MAX_VALUE);
            assertThat(speaking.end()).isEqualTo(Status.OK);
            assertThat(Loopback.samples(speaking.frames)).isEqualTo(SteppedVoice.samples(0, 3 * SteppedVoice.WORD));
            drained.get(20, TimeUnit.SECONDS);
            assertThat(loopback.engine.voiceModels().stats().models().get(0).leases())
                    .isZero();
        }
    }

    @Test
    void shouldTellThatEachServiceIsTakenOutOfServiceAndTakeNoNewConversation() throws Exception {
        try (VoiceEngine engine = VoiceEngine.builder()
                        .providers(List.of())
                        .detector("energy", null)
                        .build();
                Loopback loopback = new Loopback(
                        worker -> worker.service(ConverseService.builder(engine).build()))) {
            String converse = DuplexVoiceGrpc.SERVICE_NAME;
            assertThat(health(loopback, converse)).isEqualTo(ServingStatus.SERVING);
            assertThat(code(() -> health(loopback, "nobody's"))).isEqualTo(Status.Code.NOT_FOUND);
            loopback.start("s");
            loopback.voices.release(FRAME);
            Loopback.Speaking speaking = loopback.say("s", "One two three.");
            speaking.take(1);

            CompletableFuture<Void> drained =
                    loopback.worker.drain(Duration.ofSeconds(30)).toCompletableFuture();

            Loopback.await("it refuses", () -> loopback.worker.stats().draining());
            assertThat(health(loopback, converse)).isEqualTo(ServingStatus.NOT_SERVING);
            assertThat(health(loopback, "")).isEqualTo(ServingStatus.NOT_SERVING);
            BlockingQueue<Status> ends = new LinkedBlockingQueue<>();
            DuplexVoiceGrpc.newStub(loopback.channel).converse(new StreamObserver<>() {
                @Override
                public void onNext(ConverseResponse answer) {
                    ends.add(Status.OK.withDescription("an answer: " + answer));
                }

                @Override
                public void onError(Throwable failure) {
                    ends.add(Status.fromThrowable(failure));
                }

                @Override
                public void onCompleted() {
                    ends.add(Status.OK);
                }
            });
            Status late = ends.poll(20, TimeUnit.SECONDS);
            assertThat(late).isNotNull();
            assertThat(late.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
            assertThat(late.getDescription()).contains("taken out of service; use another one");
            loopback.voices.release(Long.MAX_VALUE);
            assertThat(speaking.end()).isEqualTo(Status.OK);
            drained.get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void shouldNotWaitForThoseWhoWatchItsHealth() throws Exception {
        try (Loopback loopback = new Loopback()) {
            BlockingQueue<Object> seen = new LinkedBlockingQueue<>();
            HealthGrpc.newStub(loopback.channel)
                    .watch(
                            HealthCheckRequest.newBuilder()
                                    .setService("tts.TTSService")
                                    .build(),
                            new StreamObserver<HealthCheckResponse>() {
                                @Override
                                public void onNext(HealthCheckResponse answer) {
                                    seen.add(answer.getStatus());
                                }

                                @Override
                                public void onError(Throwable failure) {
                                    seen.add(Status.fromThrowable(failure).getCode());
                                }

                                @Override
                                public void onCompleted() {
                                    seen.add(Status.Code.OK);
                                }
                            });
            assertThat(seen.poll(20, TimeUnit.SECONDS)).isEqualTo(ServingStatus.SERVING);
            loopback.start("s");
            loopback.voices.release(FRAME);
            Loopback.Speaking speaking = loopback.say("s", "One two three.");
            speaking.take(1);

            CompletableFuture<Void> drained =
                    loopback.worker.drain(Duration.ofHours(1)).toCompletableFuture();

            assertThat(seen.poll(20, TimeUnit.SECONDS)).isEqualTo(ServingStatus.NOT_SERVING);
            assertThat(drained).isNotDone();
            loopback.voices.release(Long.MAX_VALUE);
            assertThat(speaking.end()).isEqualTo(Status.OK);
            drained.get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void shouldWaitForConversationsWhenDrained() throws Exception {
        CountDownLatch came = new CountDownLatch(1);
        try (VoiceEngine engine = VoiceEngine.builder()
                        .providers(List.of())
                        .detector("energy", null)
                        .build();
                Loopback loopback = new Loopback(worker -> worker.service(ConverseService.builder(engine)
                                .openTimeout(Duration.ofHours(1))
                                .build())
                        .intercept(new ServerInterceptor() {
                            @Override
                            public <Q, R> ServerCall.Listener<Q> interceptCall(
                                    ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
                                ServerCall.Listener<Q> begun = next.startCall(call, headers);
                                came.countDown();
                                return begun;
                            }
                        }))) {
            BlockingQueue<Status> ends = new LinkedBlockingQueue<>();
            StreamObserver<ConverseRequest> conversation = DuplexVoiceGrpc.newStub(loopback.channel)
                    .converse(new StreamObserver<>() {
                        @Override
                        public void onNext(ConverseResponse answer) {}

                        @Override
                        public void onError(Throwable failure) {
                            ends.add(Status.fromThrowable(failure));
                        }

                        @Override
                        public void onCompleted() {
                            ends.add(Status.OK);
                        }
                    });
            assertThat(came.await(20, TimeUnit.SECONDS)).isTrue();

            CompletableFuture<Void> drained =
                    loopback.worker.drain(Duration.ofHours(1)).toCompletableFuture();

            Loopback.await("it waits for the conversation", WorkerLifeTest::waitsForCalls);
            assertThat(drained).isNotDone();
            assertThat(ends).isEmpty();
            conversation.onError(Status.CANCELLED.asRuntimeException());
            drained.get(20, TimeUnit.SECONDS);
        }
    }

    /** That it is not done yet would say nothing. */
    private static boolean waitsForCalls() {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(thread -> thread.getKey().getName().equals("voice-worker-drain"))
                .flatMap(thread -> Arrays.stream(thread.getValue()))
                .anyMatch(frame -> frame.getMethodName().equals("awaitNone"));
    }

    @Test
    void shouldGiveTheVoiceBackWhenItsSynthesisIsAtWorkUntilAfterTheEnd() throws Exception {
        try (Loopback loopback = new Loopback()) {
            loopback.start("s");
            CountDownLatch held = loopback.voices.holdReads();
            // There is more text to come, so that run ends as one that waits for it.
            loopback.speak(Integer.MAX_VALUE).send("s", "One two. ", false);
            assertThat(loopback.voices.reading.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
            loopback.worker.close();
            assertThat(loopback.voices.streams.get(0).closed).isFalse();

            held.countDown();

            Loopback.await("the stream is freed", () -> loopback.voices.streams.get(0).closed);
            Loopback.await(
                    "no lease",
                    () -> loopback.engine.voiceModels().stats().models().get(0).leases() == 0);
        }
    }

    @Test
    void shouldKeepNoVoiceAndNoSessionThoughStreamsCannotBeEnded() throws Exception {
        try (Loopback loopback = new Loopback()) {
            loopback.voices.endFailure = new IllegalStateException("it does not end");
            loopback.start("s");
            loopback.voices.release(FRAME);
            Loopback.Speaking speaking = loopback.say("s", "One two.");
            speaking.take(1);

            assertThat(loopback.control("s", ControlCommand.STOP).getSuccess()).isTrue();
            assertThat(speaking.end()).isEqualTo(Status.OK);
            Loopback.Speaking again = loopback.say("s", "One two.");
            again.take(1);
            again.cancel();
            Loopback.await("it is over", () -> loopback.worker.stats().syntheses() == 0);
            loopback.voices.endFailure = null;
            loopback.voices.release(Long.MAX_VALUE);
            assertThat(loopback.say("s", "One.").end()).isEqualTo(Status.OK);
            loopback.end("s");

            Loopback.await(
                    "no lease",
                    () -> loopback.engine.voiceModels().stats().models().get(0).leases() == 0);
            loopback.worker.drain(Duration.ZERO).toCompletableFuture().get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void shouldTellThoseWhoStillSpeakAtTheDeadline() throws Exception {
        try (Loopback loopback = new Loopback()) {
            loopback.start("s");
            loopback.voices.release(FRAME);
            Loopback.Speaking speaking = loopback.say("s", "One two three.");
            speaking.take(1);

            loopback.worker.drain(Duration.ofMillis(50)).toCompletableFuture().get(20, TimeUnit.SECONDS);

            assertThat(speaking.end()).satisfies(status -> {
                assertThat(status.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
                assertThat(status.getDescription()).contains("taken out of service");
            });
            Loopback.await("the voice is freed", () -> loopback.voices.streams.get(0).closed);
        }
    }

    @Test
    void shouldNameWhatCannotBeConfigured() {
        try (Loopback loopback = new Loopback()) {
            SpeechWorker.Builder builder = SpeechWorker.builder(loopback.engine);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> builder.port(70_000))
                    .withMessage("port=70000: must be 0 to 65535");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> builder.maxSessions(0))
                    .withMessage("maxSessions=0: must be 1 to 100000");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> builder.idleTimeout(Duration.ZERO))
                    .withMessage("idleTimeout=0ms: must be 1 s to 24 h");
            assertThatThrownBy(() -> builder.port(loopback.worker.port()).start())
                    .isInstanceOfSatisfying(
                            VoiceException.class, e -> assertThat(e.code()).isEqualTo(VoiceException.Code.IO))
                    .hasMessageContaining("port=" + loopback.worker.port())
                    .hasMessageContaining("another port");
        }
    }
}
