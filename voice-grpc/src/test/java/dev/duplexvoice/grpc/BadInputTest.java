package dev.duplexvoice.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import dev.duplexvoice.grpc.proto.tts.ControlCommand;
import dev.duplexvoice.grpc.proto.tts.LoadModelRequest;
import dev.duplexvoice.grpc.proto.tts.TTSServiceGrpc;
import dev.duplexvoice.grpc.proto.tts.TextChunk;
import dev.duplexvoice.grpc.support.LogLines;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What cannot be used has its status and a line in the log, and a session that speaks meanwhile loses nothing. */
@Timeout(60)
class BadInputTest {
    private static final int FRAME = 960;
    private static final int MIB_10 = 10 << 20;

    /** A request that must fail, and how it did. */
    private interface Request {
        Status send(Loopback loopback) throws InterruptedException;
    }

    private static Arguments bad(String name, Status.Code code, String method, Request request) {
        return Arguments.of(name, code, method, request);
    }

    private static Request unary(java.util.function.Consumer<Loopback> call) {
        return loopback -> {
            try {
                call.accept(loopback);
                return Status.OK;
            } catch (StatusRuntimeException e) {
                return e.getStatus();
            }
        };
    }

    private static TextChunk chunk(String session, String text, long sequence) {
        return TextChunk.newBuilder()
                .setSessionId(session)
                .setText(text)
                .setSequenceNumber(sequence)
                .build();
    }

    private static Request text(TextChunk... chunks) {
        return loopback -> {
            loopback.start("other");
            Loopback.Speaking speaking = loopback.speak(Integer.MAX_VALUE);
            for (TextChunk chunk : chunks) {
                speaking.send(chunk);
            }
            return speaking.end();
        };
    }

    static Stream<Arguments> requests() {
        String half = "x".repeat(50_001);
        return Stream.of(
                bad("text of an unknown session", Status.Code.NOT_FOUND, "Synthesize", text(chunk("nobody", "One", 1))),
                bad("the end of an unknown session", Status.Code.NOT_FOUND, "EndSession", unary(l -> l.end("nobody"))),
                bad(
                        "control of an unknown session",
                        Status.Code.NOT_FOUND,
                        "Control",
                        unary(l -> l.control("nobody", ControlCommand.STOP))),
                bad("no session", Status.Code.INVALID_ARGUMENT, "Synthesize", text(chunk("", "One", 1))),
                bad("a duplicate session", Status.Code.ALREADY_EXISTS, "StartSession", unary(l -> l.start("speaks"))),
                bad(
                        "text after final",
                        Status.Code.FAILED_PRECONDITION,
                        "Synthesize",
                        text(
                                chunk("other", "One.", 1).toBuilder()
                                        .setIsFinal(true)
                                        .build(),
                                chunk("other", "Two.", 2))),
                bad(
                        "10 MB of text in a message",
                        Status.Code.RESOURCE_EXHAUSTED,
                        "Synthesize",
                        text(chunk("other", "x".repeat(MIB_10), 1))),
                bad(
                        "more text than is allowed, in pieces",
                        Status.Code.RESOURCE_EXHAUSTED,
                        "Synthesize",
                        text(chunk("other", half, 1), chunk("other", half, 2))),
                bad("invalid UTF-8", Status.Code.INTERNAL, "StartSession", unary(BadInputTest::sendInvalidUtf8)),
                bad(
                        "a negative sequence",
                        Status.Code.INVALID_ARGUMENT,
                        "Synthesize",
                        text(chunk("other", "One", Long.MIN_VALUE))),
                bad("control before synthesis", Status.Code.FAILED_PRECONDITION, "Control", unary(l -> {
                    l.start("other");
                    l.control("other", ControlCommand.PAUSE);
                })),
                bad(
                        "a session of an unknown model",
                        Status.Code.NOT_FOUND,
                        "StartSession",
                        unary(l -> l.start("other", "../../etc/passwd"))),
                bad(
                        "an unknown model",
                        Status.Code.NOT_FOUND,
                        "LoadModel",
                        unary(l -> l.stub()
                                .loadModel(LoadModelRequest.newBuilder()
                                        .setModelId("none")
                                        .build()))));
    }

    private static void sendInvalidUtf8(Loopback loopback) {
        // Field 1, a text of two bytes that no text begins with.
        byte[] message = {0x0a, 0x02, (byte) 0xff, (byte) 0xfe};
        MethodDescriptor.Marshaller<byte[]> bytes = new MethodDescriptor.Marshaller<>() {
            @Override
            public InputStream stream(byte[] value) {
                return new ByteArrayInputStream(value);
            }

            @Override
            public byte[] parse(InputStream stream) {
                return "an answer".getBytes(StandardCharsets.UTF_8);
            }
        };
        ClientCalls.blockingUnaryCall(
                loopback.channel,
                MethodDescriptor.newBuilder(bytes, bytes)
                        .setType(MethodDescriptor.MethodType.UNARY)
                        .setFullMethodName(
                                TTSServiceGrpc.getStartSessionMethod().getFullMethodName())
                        .build(),
                CallOptions.DEFAULT.withDeadlineAfter(Loopback.PATIENCE_SECONDS, TimeUnit.SECONDS),
                message);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("requests")
    void shouldAnswerLogAndLoseNothingElsewhere(String name, Status.Code code, String method, Request request)
            throws InterruptedException {
        try (Loopback loopback = new Loopback();
                LogLines log = LogLines.of(Level.INFO)) {
            loopback.start("speaks");
            loopback.voices.release(FRAME);
            Loopback.Speaking speaking = loopback.say("speaks", "One two three.");
            speaking.take(1);

            Status status = request.send(loopback);

            assertThat(status.getCode()).as(status.toString()).isEqualTo(code);
            assertThat(status.getDescription()).isNotBlank();
            Loopback.await("a line", () -> !log.with("A request was refused").isEmpty());
            assertThat(log.with("A request was refused"))
                    .singleElement()
                    .asString()
                    .contains("method=\"" + method + "\"", "status=\"" + code + "\"", "reason=\"")
                    .hasSizeLessThan(1_000)
                    .doesNotContain("\n");
            loopback.voices.release(Long.MAX_VALUE);
            assertThat(speaking.end()).isEqualTo(Status.OK);
            assertThat(Loopback.samples(speaking.frames)).isEqualTo(SteppedVoice.samples(0, 3 * SteppedVoice.WORD));
        }
    }

    @Test
    void shouldRefuseEachChunkOfTooMuchTextOnceHoweverMuchFollows() throws InterruptedException {
        try (Loopback loopback = new Loopback();
                LogLines log = LogLines.of(Level.INFO)) {
            loopback.start("s");
            Loopback.Speaking speaking = loopback.speak(Integer.MAX_VALUE);
            for (int sent = 0; sent < MIB_10; sent += 65_536) {
                speaking.send(chunk("s", "x".repeat(65_536), 1));
            }

            assertThat(speaking.end().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
            assertThat(log.with("A request was refused")).hasSize(1);
            loopback.voices.release(Long.MAX_VALUE);
            assertThat(loopback.say("s", "One.").end()).isEqualTo(Status.OK);
        }
    }
}
