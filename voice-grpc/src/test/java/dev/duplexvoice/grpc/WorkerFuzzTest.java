package dev.duplexvoice.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.duplexvoice.grpc.proto.tts.AudioFrame;
import dev.duplexvoice.grpc.proto.tts.ControlRequest;
import dev.duplexvoice.grpc.proto.tts.EndSessionRequest;
import dev.duplexvoice.grpc.proto.tts.StartSessionRequest;
import dev.duplexvoice.grpc.proto.tts.TTSServiceGrpc;
import dev.duplexvoice.grpc.proto.tts.TextChunk;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
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
                            Status.Code.NOT_FOUND,
                            Status.Code.ALREADY_EXISTS,
                            Status.Code.RESOURCE_EXHAUSTED,
                            Status.Code.FAILED_PRECONDITION);
            for (String id : List.copyOf(sessions.keySet())) {
                loopback.end(id);
            }
            assertThat(loopback.worker.stats().sessions()).isZero();
            Loopback.await("no synthesis", () -> loopback.worker.stats().syntheses() == 0);
            Loopback.await(
                    "no lease",
                    () -> loopback.engine.voiceModels().stats().models().stream()
                            .allMatch(model -> model.leases() == 0));
            Loopback.await("no stream", () -> loopback.voices.streams.stream().allMatch(stream -> stream.closed));
        } finally {
            loopback.close();
        }
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
        return !id.isEmpty() && id.length() <= 256 && !id.contains("\n");
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
        Session ended = sessions.remove(id);
        if (ended != null && ended.running != null) {
            expect(request + ": its synthesis", Status.Code.OK, ended.running.end());
        }
    }

    private void control(String request) throws InterruptedException {
        String id = any(IDS);
        int command = any(List.of(0, 1, 2, 2, 2, 3, 4, -1));
        Status.Code expected = known(id);
        Session session = sessions.get(id);
        if (session != null) {
            if (command < 0 || command > 3) {
                expected = Status.Code.INVALID_ARGUMENT;
            } else if (command != 3 && !session.spoke) {
                expected = Status.Code.FAILED_PRECONDITION;
            }
        }
        expect(
                request + " control " + id + " " + command,
                expected,
                () -> loopback.stub()
                        .control(ControlRequest.newBuilder()
                                .setSessionId(id)
                                .setCommandValue(command)
                                .build()));
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

    /** What no client of the messages could send: invalid UTF-8, cut and random messages. */
    private void bytes(String request) {
        byte[] valid = EndSessionRequest.newBuilder()
                .setSessionId("nobody-" + request)
                .build()
                .toByteArray();
        switch (random.nextInt(3)) {
            case 0 -> {
                int at = 2 + random.nextInt(valid.length - 2);
                valid[at] = (byte) (0x80 | random.nextInt(0x80));
            }
            case 1 -> valid = java.util.Arrays.copyOf(valid, 1 + random.nextInt(valid.length - 1));
            default -> random.nextBytes(valid);
        }
        byte[] message = valid;
        Status.Code expected;
        try {
            expected = known(EndSessionRequest.parseFrom(message).getSessionId());
        } catch (InvalidProtocolBufferException e) {
            expected = Status.Code.INTERNAL;
        }
        if (expected == Status.Code.OK) {
            return;
        }
        var method = MethodDescriptor.newBuilder(BYTES, BYTES)
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(TTSServiceGrpc.getEndSessionMethod().getFullMethodName())
                .build();
        expect(
                request + " bytes",
                expected,
                () -> ClientCalls.blockingUnaryCall(
                        loopback.channel,
                        method,
                        CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS),
                        message));
    }
}
