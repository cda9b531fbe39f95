package dev.duplexvoice.grpc.converse;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.duplexvoice.VoiceException;
import dev.duplexvoice.grpc.proto.v1.ConverseRequest;
import dev.duplexvoice.grpc.proto.v1.Event;
import dev.duplexvoice.grpc.proto.v1.Open;
import dev.duplexvoice.grpc.proto.v1.Side;
import io.grpc.Status;
import io.grpc.Status.Code;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Messages that cannot be used, or not now. */
class ConverseRefusalTest {
    private static final Consumer<Open.Builder> ANY = open -> {};
    private static final Consumer<Open.Builder> EXTERNAL = open -> open.setExternalSpeech(true);
    private static final Consumer<Open.Builder> ALL_CLIENT =
            open -> open.setExternalSpeech(true).setResponder(Side.SIDE_CLIENT).setRecognizer(Side.SIDE_CLIENT);

    private final VirtualServer server = new VirtualServer(engine -> engine.maxSessions(2));

    @AfterEach
    void close() {
        server.close();
    }

    private void assertRefused(Talk talk, Code code, String message) {
        server.settle();
        assertThat(talk.status()).as("%s", talk.all()).isNotNull();
        assertThat(talk.status().getDescription()).startsWith(message);
        assertThat(talk.status().getCode()).isEqualTo(code);
        assertThat(server.engine.sessions()).isZero();
    }

    private static Arguments open(Consumer<Open.Builder> how, Code code, String message) {
        return Arguments.of(how, code, message);
    }

    static Stream<Arguments> cannotBeOpened() {
        return Stream.of(
                open(
                        open -> open.putOptions("vad.treshold", "0.5"),
                        Code.INVALID_ARGUMENT,
                        "vad.treshold=0.5: no such option; use one of vad.threshold, "),
                open(
                        open -> open.putOptions("endpointing.minDelay", "soon"),
                        Code.INVALID_ARGUMENT,
                        "endpointing.minDelay=soon: not a duration"),
                open(
                        open -> open.putOptions("interruption.minWords", "2"),
                        Code.INVALID_ARGUMENT,
                        "interruption.minWords=2: words are counted in transcripts"),
                open(open -> open.setInputSampleRate(22_050), Code.INVALID_ARGUMENT, "input=22050 Hz"),
                open(open -> open.setInputSampleRate(-1), Code.INVALID_ARGUMENT, "sampleRate=-1"),
                open(open -> open.setOutputSampleRate(44_100), Code.INVALID_ARGUMENT, "output=44100 Hz"),
                open(
                        open -> open.setResponder(Side.SIDE_SERVER),
                        Code.INVALID_ARGUMENT,
                        "responder=SIDE_SERVER: this server has none"),
                open(
                        open -> open.setRecognizer(Side.SIDE_SERVER),
                        Code.INVALID_ARGUMENT,
                        "recognizer=SIDE_SERVER: this server has none"),
                open(open -> open.setResponderValue(9), Code.INVALID_ARGUMENT, "responder=UNRECOGNIZED: unknown"));
    }

    @ParameterizedTest
    @MethodSource("cannotBeOpened")
    void shouldRefuseToOpen(Consumer<Open.Builder> how, Code code, String message) {
        assertRefused(server.talk().open(how), code, message);
    }

    @Test
    void shouldSayWhenTheVoiceIsNotThere() {
        server.configure = (caller, options) -> {
            throw new VoiceException(VoiceException.Code.NOT_FOUND, "voice.name=x: there is none");
        };
        assertRefused(server.talk().open(ANY), Code.NOT_FOUND, "voice.name=x");
        server.configure = (caller, options) -> {
            throw new VoiceException(VoiceException.Code.UNAVAILABLE, "its native part is missing");
        };
        assertRefused(server.talk().open(ANY), Code.UNAVAILABLE, "its native part is missing");
        server.configure = (caller, options) -> {
            throw Status.PERMISSION_DENIED.withDescription("not you").asRuntimeException();
        };
        assertRefused(server.talk().open(ANY), Code.PERMISSION_DENIED, "not you");
        server.configure = (caller, options) -> {
            throw new IllegalStateException("a defect of the host");
        };
        assertRefused(server.talk().open(ANY), Code.INTERNAL, "a defect of the host");
        server.configure = (caller, options) -> {
            throw new LinkageError("no such library");
        };
        assertRefused(
                server.talk().open(ANY),
                Code.INTERNAL,
                "the session could not be opened: java.lang.LinkageError: no such library");
    }

    @Test
    void shouldRefuseWhenTheEngineIsFullAndTakeAnotherWhenItIsNot() {
        Talk first = server.talk().open(ANY);
        server.talk().open(ANY);
        Talk third = server.talk().open(ANY);
        server.settle();

        assertThat(third.status().getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED);
        assertThat(server.engine.sessions()).isEqualTo(2);
        first.close();
        server.settle();
        assertThat(first.status().isOk()).isTrue();
        Talk fourth = server.talk().open(ANY);
        server.settle();
        assertThat(fourth.status()).isNull();
    }

    @Test
    void shouldBeUnavailableWhenTheEngineIsClosed() {
        server.engine.close();
        assertRefused(server.talk().open(ANY), Code.UNAVAILABLE, "");
    }

    private static Arguments due(Consumer<Open.Builder> how, Consumer<Talk> what, Code code, String message) {
        return Arguments.of(how, what, code, message);
    }

    static Stream<Arguments> notTaken() {
        return Stream.of(
                due(ANY, talk -> talk.open(ANY), Code.FAILED_PRECONDITION, "open: the session is open"),
                due(ANY, talk -> talk.send(m -> {}), Code.INVALID_ARGUMENT, "request: is empty"),
                due(
                        ANY,
                        talk -> talk.audio(ByteString.copyFrom(new byte[641])),
                        Code.INVALID_ARGUMENT,
                        "audio.length=641 bytes: must be even"),
                due(
                        ANY,
                        talk -> talk.audio(new short[20_481]),
                        Code.RESOURCE_EXHAUSTED,
                        "audio.samples=20481: at most 20480, 1280 ms, in one message"),
                due(
                        ANY,
                        Talk::speechStarted,
                        Code.FAILED_PRECONDITION,
                        "session s1: a detector hears the caller; open it with externalSpeech()"),
                due(
                        EXTERNAL,
                        talk -> talk.speechEnded(Duration.ofHours(25)),
                        Code.INVALID_ARGUMENT,
                        "silence=PT25H: must be 0 to"),
                due(
                        EXTERNAL,
                        talk -> talk.send(m -> m.getSpeechEndedBuilder()
                                .getSilenceBuilder()
                                .setSeconds(Long.MAX_VALUE)
                                .setNanos(Integer.MAX_VALUE)),
                        Code.INVALID_ARGUMENT,
                        "silence="),
                due(ANY, talk -> talk.played(-1), Code.INVALID_ARGUMENT, "position=-1: must not be negative"),
                due(
                        ANY,
                        talk -> talk.say("x".repeat(100_001)),
                        Code.RESOURCE_EXHAUSTED,
                        "text.length=100001: at most 100000 characters at once"),
                due(
                        ANY,
                        talk -> talk.send(m -> m.getSayBuilder().setText("x").setWhenValue(7)),
                        Code.INVALID_ARGUMENT,
                        "when=7: must be"),
                due(
                        ANY,
                        talk -> talk.reply(1, "x", true),
                        Code.FAILED_PRECONDITION,
                        "reply_text: the client does not answer"),
                due(
                        ANY,
                        talk -> talk.send(m -> m.getReplyFailedBuilder().setReplyId(1)),
                        Code.FAILED_PRECONDITION,
                        "reply_failed: the client does not answer"),
                due(
                        ANY,
                        talk -> talk.transcript("x", true, 0),
                        Code.FAILED_PRECONDITION,
                        "transcript: the client does not recognize"),
                due(
                        ALL_CLIENT,
                        talk -> talk.reply(1, "x", true),
                        Code.INVALID_ARGUMENT,
                        "reply_id=1: no Turn has had it"),
                due(
                        ALL_CLIENT,
                        talk -> talk.reply(0, "x", true),
                        Code.INVALID_ARGUMENT,
                        "reply_id=0: no Turn has had it"),
                due(
                        ALL_CLIENT,
                        talk -> talk.transcript("x", true, -1),
                        Code.INVALID_ARGUMENT,
                        "utterance=-1: must not be negative"));
    }

    @ParameterizedTest
    @MethodSource("notTaken")
    void shouldEndTheCallAndTheSession(Consumer<Open.Builder> how, Consumer<Talk> what, Code code, String message) {
        Talk talk = server.talk().open(how);
        server.settle();
        assertThat(server.engine.sessions()).isEqualTo(1);
        Talk other = server.talk().open(ANY);
        server.settle();

        what.accept(talk);
        server.settle();
        assertThat(other.status()).isNull();
        other.close();
        assertRefused(talk, code, message);
    }

    @Test
    void shouldRefuseAllBeforeOpen() {
        Talk talk = server.talk();
        talk.say("Hello.");
        assertRefused(talk, Code.FAILED_PRECONDITION, "say before open: send Open first");
        Talk silent = server.talk();
        silent.halfClose();
        assertRefused(silent, Code.INVALID_ARGUMENT, "no message: send Open");
    }

    @Test
    void shouldEndCallsThatDoNotOpenInTimeAndNoOthers() {
        Talk opened = server.talk().open(ANY);
        Talk mute = server.talk();
        server.runTo(9_999);
        assertThat(mute.status()).isNull();
        Talk late = server.talk();
        server.runTo(10_000);

        assertThat(mute.status().getCode()).isEqualTo(Code.ABORTED);
        assertThat(mute.status().getDescription()).startsWith("no open for 10000 ms");
        assertThat(late.status()).isNull();
        late.open(ANY);
        server.runTo(30_000);
        assertThat(late.status()).isNull();
        assertThat(opened.status()).isNull();
        assertThat(server.engine.sessions()).isEqualTo(2);
    }

    @Test
    void shouldBoundCallsThatDoNotOpen() {
        try (VirtualServer narrow = new VirtualServer(engine -> engine, service -> service.maxUnopened(2))) {
            Talk first = narrow.talk();
            Talk second = narrow.talk();
            Talk third = narrow.talk();
            narrow.settle();
            assertThat(third.status().getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED);
            assertThat(third.status().getDescription()).startsWith("calls without open: 2 wait already");

            first.open(ANY);
            Talk fourth = narrow.talk();
            second.halfClose();
            Talk fifth = narrow.talk();
            narrow.settle();
            assertThat(fourth.status()).isNull();
            assertThat(fifth.status()).isNull();
            fourth.say("Before open.");
            fifth.cancel();
            narrow.settle();
            Talk sixth = narrow.talk().open(ANY);
            Talk seventh = narrow.talk();
            Talk eighth = narrow.talk();
            narrow.settle();
            assertThat(sixth.status()).isNull();
            assertThat(seventh.status()).isNull();
            assertThat(eighth.status()).isNull();
            narrow.runTo(10_000);
            assertThat(seventh.status().getCode()).isEqualTo(Code.ABORTED);
            Talk ninth = narrow.talk();
            Talk tenth = narrow.talk();
            narrow.settle();
            assertThat(ninth.status()).isNull();
            assertThat(tenth.status()).isNull();
        }
    }

    @Test
    void shouldRefuseTextAfterTheEndOfItsReply() {
        Talk talk = server.talk().open(open -> open.setExternalSpeech(true).setResponder(Side.SIDE_CLIENT));
        server.at(0, talk::speechStarted);
        server.at(1_300, () -> talk.speechEnded(Duration.ofMillis(300)));
        server.runTo(3_000);
        talk.reply(1, "Yes.", true);
        talk.reply(1, "And more.", true);
        assertRefused(talk, Code.FAILED_PRECONDITION, "reply_id=1: text after the reply's end");
    }

    @Test
    void shouldEndWhenTextOrMessagesComeFasterThanAnyoneSpeaks() {
        Talk talk = server.talk().open(ANY);
        for (int i = 0; i < 11; i++) {
            talk.say("x".repeat(10_000));
        }
        assertRefused(talk, Code.RESOURCE_EXHAUSTED, "text.length=10000: at most 100000 characters at once");

        Talk busy = server.talk().open(ANY);
        for (int i = 0; i < 2_001; i++) {
            busy.interrupt();
        }
        assertRefused(busy, Code.RESOURCE_EXHAUSTED, "messages: more than 2000 at once");

        Talk steady = server.talk().open(ANY);
        for (int i = 0; i < 20_000; i++) {
            server.at(server.clock.nanoTime() / 1_000_000 + 1 + i * 2L, steady::interrupt);
        }
        server.clock.advance(Duration.ofSeconds(50));
        assertThat(steady.status()).isNull();
    }

    @Test
    void shouldTakeFailedRepliesAsErrorsOfTheSession() {
        Talk talk = server.talk().open(open -> open.setExternalSpeech(true).setResponder(Side.SIDE_CLIENT));
        server.at(0, talk::speechStarted);
        server.at(1_300, () -> talk.speechEnded(Duration.ofMillis(300)));
        server.runTo(3_000);
        talk.send(m -> m.getReplyFailedBuilder().setReplyId(1).setMessage("no model"));
        server.runTo(4_000);

        assertThat(talk.status()).isNull();
        assertThat(talk.events())
                .filteredOn(Event::hasError)
                .singleElement()
                .extracting(Event::getError)
                .satisfies(error -> {
                    assertThat(error.getCode()).isEqualTo("responder");
                    assertThat(error.getMessage()).contains("the client could not answer: no model");
                });
    }

    @Test
    void shouldLeaveNoSessionBehindWhateverIsSent() {
        Random random = new Random(20);
        Set<Code> seen = EnumSet.noneOf(Code.class);
        int messages = 0;
        for (int i = 0; i < 3_000; i++) {
            Talk talk = server.talk();
            List<String> sent = new ArrayList<>();
            if (random.nextInt(5) > 0) {
                talk.open(random.nextInt(4) == 0 ? ANY : ALL_CLIENT);
            }
            while (talk.status() == null && random.nextInt(25) > 0) {
                ConverseRequest request = anything(random);
                sent.add(request.getRequestCase().toString());
                talk.send(request);
                messages++;
                if (random.nextInt(3) == 0) {
                    server.clock.advance(Duration.ofMillis(random.nextInt(400)));
                }
            }
            switch (random.nextInt(3)) {
                case 0 -> talk.cancel();
                case 1 -> talk.halfClose();
                default -> {
                    talk.close();
                    talk.halfClose();
                }
            }
            server.clock.advance(Duration.ofMillis(40));

            assertThat(server.engine.sessions()).as("after %s", sent).isZero();
            assertThat(talk.status()).as("after %s", sent).isNotNull();
            seen.add(talk.status().getCode());
        }

        assertThat(messages).isGreaterThan(10_000);
        assertThat(seen)
                .containsExactlyInAnyOrder(
                        Code.OK,
                        Code.CANCELLED,
                        Code.INVALID_ARGUMENT,
                        Code.FAILED_PRECONDITION,
                        Code.RESOURCE_EXHAUSTED);
        Talk last = server.talk().open(ANY);
        last.say("Still here.");
        server.clock.advance(Duration.ofSeconds(1));
        assertThat(last.frames()).hasSize(20);
    }

    private static ConverseRequest anything(Random random) {
        ConverseRequest.Builder message = ConverseRequest.newBuilder();
        switch (random.nextInt(40)) {
            case 0 -> message.getOpenBuilder();
            case 1 -> {
                // Nothing in it.
            }
            case 2 -> message.getPlayedBuilder().setPosition(random.nextInt(3) - 1);
            case 3, 4 -> message.getInterruptBuilder();
            case 5 -> message.getAudioInputBuilder().setAudio(ByteString.copyFrom(new byte[random.nextInt(4_000)]));
            case 6 -> message.getSayBuilder().setText("x ".repeat(random.nextInt(60_000)));
            case 7 -> message.getTranscriptBuilder().setText("what").setUtterance(random.nextLong() >> 3);
            case 8 ->
                message.getReplyTextBuilder().setReplyId(random.nextInt(4)).setText("yes");
            case 9, 10 -> message.getSpeechStartedBuilder();
            case 11 -> message.getSpeechEndedBuilder().getSilenceBuilder().setNanos(random.nextInt());
            case 12 -> message.getCloseBuilder();
            case 13, 14, 15 -> message.getSpeechEndedBuilder();
            case 16, 17 -> message.getTranscriptBuilder().setText("hello").setIsFinal(true);
            case 18 -> message.getReplyFailedBuilder().setReplyId(1);
            case 19, 20, 21 -> message.getSayBuilder().setText("So be it.").setWhenValue(random.nextInt(2));
            default -> message.getAudioInputBuilder().setAudio(ByteString.copyFrom(new byte[640]));
        }
        return message.build();
    }
}
