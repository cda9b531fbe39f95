package dev.duplexvoice.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import dev.duplexvoice.grpc.proto.tts.AudioFrame;
import dev.duplexvoice.grpc.proto.tts.ControlCommand;
import dev.duplexvoice.grpc.proto.tts.ControlRequest;
import dev.duplexvoice.grpc.proto.tts.EndSessionRequest;
import dev.duplexvoice.grpc.proto.tts.LoadModelRequest;
import dev.duplexvoice.grpc.proto.tts.StartSessionRequest;
import dev.duplexvoice.grpc.proto.tts.TTSServiceGrpc;
import dev.duplexvoice.grpc.proto.tts.TextChunk;
import dev.duplexvoice.grpc.proto.tts.UnloadModelRequest;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Ten thousand random requests, right ones and wrong ones in any order. An oracle that knows nothing but the rules says what the status
 * of each must be; at the end nothing is left.
 */
@Timeout(300)
class WorkerFuzzTest {
    private static final int REQUESTS = 10_000;
    private static final int MOST_SESSIONS = 6;
    private static final int MOST_TEXT = 300;
    private static final List<String> IDS =
            List.of("a", "b", "c", "d", "e", "f", "g", "h", "ü 😀", "", "two\nlines", "x".repeat(257));
    private static final List<String> MODELS = List.of("", "a", "b", "a", "b", "nobody", "../a", "/etc/passwd");

    /** What the oracle knows of a session. */
    private static final class Session {
        boolean spoke;
        Loopback.Speaking running;
    }

    private final Map<String, Session> sessions = new HashMap<>();
    private final Map<Status.Code, Integer> seen = new HashMap<>();
    private Random random;
    private Loopback loopback;

    @Test
    void shouldGiveEachRequestTheRightStatusAndLeaveNothingBehind() throws InterruptedException {
        long seed = Long.getLong("voice.fuzz.seed", 20260101L);
        random = new Random(seed);
        loopback = new Loopback(builder -> builder.maxSessions(MOST_SESSIONS).maxText(MOST_TEXT));
        try {
            // So that syntheses are still running when the next requests come.
            loopback.voices.release(960);
            // Whatever characters a damaged text has, it can be spoken.
            loopback.voices.failOn = "a text that nobody sends";
            for (int i = 0; i < REQUESTS; i++) {
                String request = "request " + i + " of seed " + seed;
                switch (random.nextInt(10)) {
                    case 0, 1, 2 -> start(request);
                    case 3, 4 -> end(request);
                    case 5, 6 -> control(request);
                    case 7, 8 -> synthesize(request);
                    default -> bytes(request);
                }
                assertThat(loopback.worker.stats().sessions()).as(request).isEqualTo(sessions.size());
            }
            assertThat(seen)
                    .as("each status was met")
                    .containsKeys(
                            Status.Code.OK,
                            Status.Code.INVALID_ARGUMENT,
                            Status.Code.INTERNAL,
                            Status.Code.NOT_FOUND,
                            Status.Code.ALREADY_EXISTS,
                            Status.Code.RESOURCE_EXHAUSTED,
                            Status.Code.FAILED_PRECONDITION);
            for (String id : List.copyOf(sessions.keySet())) {
                loopback.end(id);
            }
            assertThat(loopback.worker.stats().sessions()).isZero();
            Loopback.await("no synthesis", () -> loopback.worker.stats().syntheses() == 0);
            // LoadModel may have kept them; a lease would have that refused.
            Loopback.await("no lease", () -> unload("a") && unload("b"));
            Loopback.await("no stream", () -> loopback.voices.streams.stream().allMatch(stream -> stream.closed));
        } finally {
            loopback.close();
        }
    }

    private boolean unload(String model) {
        return loopback.stub()
                .unloadModel(UnloadModelRequest.newBuilder().setModelId(model).build())
                .getSuccess();
    }

    private void expect(String request, Status.Code expected, Runnable call) {
        Status status = Status.OK;
        try {
            call.run();
        } catch (StatusRuntimeException e) {
            status = e.getStatus();
        }
        expect(request, expected, status);
    }

    private void expect(String request, Status.Code expected, Status status) {
        assertThat(status.getCode()).as(request + ": " + status).isEqualTo(expected);
        if (expected != Status.Code.OK) {
            assertThat(status.getDescription()).as(request).isNotBlank();
        }
        seen.merge(expected, 1, Integer::sum);
    }

    private <T> T any(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    private static boolean isValid(String id) {
        return !id.isEmpty() && id.length() <= 256 && id.chars().noneMatch(Character::isISOControl);
    }

    private void start(String request) {
        String id = any(IDS);
        String model = any(MODELS);
        boolean wrongOption = random.nextInt(8) == 0;
        Status.Code expected = !isValid(id)
                ? Status.Code.INVALID_ARGUMENT
                : !List.of("", "a", "b").contains(model)
                        ? Status.Code.NOT_FOUND
                        : wrongOption
                                ? Status.Code.INVALID_ARGUMENT
                                : sessions.containsKey(id)
                                        ? Status.Code.ALREADY_EXISTS
                                        : sessions.size() == MOST_SESSIONS
                                                ? Status.Code.RESOURCE_EXHAUSTED
                                                : Status.Code.OK;
        StartSessionRequest.Builder start = StartSessionRequest.newBuilder()
                .setSessionId(id)
                .setModelId(model)
                .putOptions("anything", "else");
        if (wrongOption) {
            start.putOptions(any(List.of("rate", "pitch", "sample_rate")), any(List.of("", "x", "1e9", "-1", "NaN")));
        }
        expect(request + " start " + id, expected, () -> loopback.stub().startSession(start.build()));
        if (expected == Status.Code.OK) {
            sessions.put(id, new Session());
        }
    }

    private Status.Code known(String id) {
        return !isValid(id)
                ? Status.Code.INVALID_ARGUMENT
                : sessions.containsKey(id) ? Status.Code.OK : Status.Code.NOT_FOUND;
    }

    private void end(String request) throws InterruptedException {
        String id = any(IDS);
        expect(request + " end " + id, known(id), () -> loopback.end(id));
        ended(request, id);
    }

    private void ended(String request, String id) throws InterruptedException {
        Session ended = sessions.remove(id);
        if (ended != null && ended.running != null) {
            expect(request + ": its synthesis", Status.Code.OK, ended.running.end());
        }
    }

    private void control(String request) throws InterruptedException {
        String id = any(IDS);
        int command = any(List.of(0, 1, 2, 2, 2, 3, 4, -1));
        expect(
                request + " control " + id + " " + command,
                controlled(id, command),
                () -> loopback.stub()
                        .control(ControlRequest.newBuilder()
                                .setSessionId(id)
                                .setCommandValue(command)
                                .build()));
        stopped(request, id, command);
    }

    private Status.Code controlled(String id, int command) {
        Session session = sessions.get(id);
        if (session != null && (command < 0 || command > 3)) {
            return Status.Code.INVALID_ARGUMENT;
        }
        return session != null && command != 3 && !session.spoke ? Status.Code.FAILED_PRECONDITION : known(id);
    }

    private void stopped(String request, String id, int command) throws InterruptedException {
        Session session = sessions.get(id);
        if (session != null && command == 2 && session.running != null) {
            expect(request + ": its synthesis", Status.Code.OK, session.running.end());
            session.running = null;
        }
    }

    private void synthesize(String request) throws InterruptedException {
        String id = any(IDS);
        Loopback.Speaking speaking = loopback.speak(Integer.MAX_VALUE);
        Session session = sessions.get(id);
        Status.Code expected = known(id);
        TextChunk good =
                TextChunk.newBuilder().setSessionId(id).setText("One two. ").build();
        int kind = random.nextInt(8);
        if (kind == 0) {
            speaking.close();
            expect(request + " no text", Status.Code.INVALID_ARGUMENT, speaking.end());
            return;
        }
        if (kind == 1) {
            speaking.send(
                    good.toBuilder().setSequenceNumber(-1 - random.nextInt(9)).build());
            expect(request + " negative", Status.Code.INVALID_ARGUMENT, speaking.end());
            return;
        }
        if (expected == Status.Code.OK && session.running != null) {
            expected = Status.Code.FAILED_PRECONDITION;
        }
        speaking.send(good);
        if (expected != Status.Code.OK) {
            expect(request + " synthesize " + id, expected, speaking.end());
            return;
        }
        session.spoke = true;
        switch (kind) {
            case 2 -> {
                speaking.send(good.toBuilder().setText("x".repeat(MOST_TEXT)).build());
                expect(request + " long", Status.Code.RESOURCE_EXHAUSTED, speaking.end());
            }
            case 3 -> {
                speaking.send(good.toBuilder().setIsFinal(true).build());
                speaking.send(good);
                expect(request + " after the end", Status.Code.FAILED_PRECONDITION, speaking.end());
            }
            case 4 -> {
                String other = any(IDS);
                if (other.equals(id)) {
                    other = "";
                }
                speaking.send(good.toBuilder().setSessionId(other).build());
                expect(request + " another's", Status.Code.INVALID_ARGUMENT, speaking.end());
            }
            case 5 -> {
                List<AudioFrame> before = speaking.take(1);
                assertThat(before).hasSize(1);
                speaking.cancel();
                speaking.end();
                Loopback.await(
                        "it is cancelled",
                        () -> running() == loopback.worker.stats().syntheses());
            }
            default -> {
                // Has begun when its first frame is here, and goes on until somebody stops it.
                speaking.take(1);
                session.running = speaking;
            }
        }
    }

    private long running() {
        return sessions.values().stream()
                .filter(session -> session.running != null)
                .count();
    }

    private static final MethodDescriptor.Marshaller<byte[]> BYTES = new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    };

    /** What no client of the messages could send: invalid UTF-8, cut and random messages, to methods of all kinds. */
    private void bytes(String request) throws InterruptedException {
        // Sessions that there are, too, so that what can be read after all does something.
        String id = any(List.of("a", "b", "c", "ü 😀", "nobody"));
        switch (random.nextInt(4)) {
            case 0 -> {
                byte[] message =
                        damaged(EndSessionRequest.newBuilder().setSessionId(id).build());
                EndSessionRequest read = read(EndSessionRequest.parser(), message);
                Status.Code expected = read == null ? Status.Code.INTERNAL : known(read.getSessionId());
                expect(request + " bytes to EndSession", expected, raw(TTSServiceGrpc.getEndSessionMethod(), message));
                if (read != null) {
                    ended(request, read.getSessionId());
                }
            }
            case 1 -> {
                byte[] message = damaged(ControlRequest.newBuilder()
                        .setSessionId(id)
                        .setCommandValue(random.nextInt(5))
                        .build());
                ControlRequest read = read(ControlRequest.parser(), message);
                Status.Code expected =
                        read == null ? Status.Code.INTERNAL : controlled(read.getSessionId(), read.getCommandValue());
                expect(request + " bytes to Control", expected, raw(TTSServiceGrpc.getControlMethod(), message));
                if (read != null) {
                    stopped(request, read.getSessionId(), read.getCommandValue());
                }
            }
            case 2 -> {
                byte[] message = damaged(LoadModelRequest.newBuilder()
                        .setModelId(any(List.of("a", "b", "nobody")))
                        .setPreloadOnly(true)
                        .build());
                LoadModelRequest read = read(LoadModelRequest.parser(), message);
                Status.Code expected = read == null
                        ? Status.Code.INTERNAL
                        : read.getModelId().isEmpty()
                                ? Status.Code.INVALID_ARGUMENT
                                : List.of("a", "b").contains(read.getModelId())
                                        ? Status.Code.OK
                                        : Status.Code.NOT_FOUND;
                expect(request + " bytes to LoadModel", expected, raw(TTSServiceGrpc.getLoadModelMethod(), message));
            }
            default -> synthesizeBytes(request, id);
        }
    }

    private void synthesizeBytes(String request, String id) throws InterruptedException {
        byte[] message = damaged(TextChunk.newBuilder()
                .setSessionId(id)
                .setText("One two. ")
                .setIsFinal(random.nextBoolean())
                .setSequenceNumber(random.nextInt(3))
                .build());
        TextChunk read = read(TextChunk.parser(), message);
        Session session = read == null ? null : sessions.get(read.getSessionId());
        Status.Code expected = read == null ? Status.Code.INTERNAL : known(read.getSessionId());
        if (read != null && isValid(read.getSessionId()) && read.getSequenceNumber() < 0) {
            expected = Status.Code.INVALID_ARGUMENT;
        } else if (session != null && session.running != null) {
            expected = Status.Code.FAILED_PRECONDITION;
        }
        BlockingQueue<Status> ends = new LinkedBlockingQueue<>();
        StreamObserver<byte[]> out = ClientCalls.asyncBidiStreamingCall(
                loopback.channel.newCall(
                        raw(TTSServiceGrpc.getSynthesizeMethod(), MethodDescriptor.MethodType.BIDI_STREAMING),
                        deadline()),
                new StreamObserver<>() {
                    @Override
                    public void onNext(byte[] frame) {}

                    @Override
                    public void onError(Throwable failure) {
                        ends.add(Status.fromThrowable(failure));
                    }

                    @Override
                    public void onCompleted() {
                        ends.add(Status.OK);
                    }
                });
        out.onNext(message);
        if (expected == Status.Code.OK && session != null) {
            // It speaks, and is stopped; before it has begun there is nothing to stop.
            session.spoke = true;
            String of = read.getSessionId();
            Loopback.await(request + " bytes to Synthesize are spoken", () -> {
                if (ends.isEmpty() && loopback.worker.stats().syntheses() > running()) {
                    try {
                        loopback.control(of, ControlCommand.STOP);
                    } catch (StatusRuntimeException e) {
                        assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
                    }
                }
                return !ends.isEmpty();
            });
        }
        Status end = ends.poll(Loopback.PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(end).as(request + " bytes to Synthesize").isNotNull();
        expect(request + " bytes to Synthesize", expected, end);
    }

    private byte[] damaged(MessageLite message) {
        byte[] bytes = message.toByteArray();
        switch (random.nextInt(3)) {
            case 0 -> {
                int at = 2 + random.nextInt(bytes.length - 2);
                bytes[at] = (byte) (0x80 | random.nextInt(0x80));
            }
            case 1 -> bytes = Arrays.copyOf(bytes, 1 + random.nextInt(bytes.length - 1));
            default -> random.nextBytes(bytes);
        }
        return bytes;
    }

    /** The message; null if it is none. */
    private static <T> T read(Parser<T> parser, byte[] message) {
        try {
            return parser.parseFrom(message);
        } catch (InvalidProtocolBufferException e) {
            return null;
        }
    }

    private static MethodDescriptor<byte[], byte[]> raw(
            MethodDescriptor<?, ?> method, MethodDescriptor.MethodType type) {
        return MethodDescriptor.newBuilder(BYTES, BYTES)
                .setType(type)
                .setFullMethodName(method.getFullMethodName())
                .build();
    }

    private Runnable raw(MethodDescriptor<?, ?> method, byte[] message) {
        return () -> ClientCalls.blockingUnaryCall(
                loopback.channel, raw(method, MethodDescriptor.MethodType.UNARY), deadline(), message);
    }

    private static CallOptions deadline() {
        return CallOptions.DEFAULT.withDeadlineAfter(Loopback.PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}
