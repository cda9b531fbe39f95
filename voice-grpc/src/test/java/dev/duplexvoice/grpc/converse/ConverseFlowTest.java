package dev.duplexvoice.grpc.converse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.SessionState;
import dev.duplexvoice.grpc.proto.v1.AudioFrame;
import dev.duplexvoice.grpc.proto.v1.ConverseResponse;
import dev.duplexvoice.grpc.proto.v1.Event;
import dev.duplexvoice.grpc.proto.v1.Side;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients that do not read, go away or come to their end, and servers that do. */
class ConverseFlowTest {
    private final VirtualServer server = new VirtualServer();

    @AfterEach
    void close() {
        server.close();
    }

    private static List<Long> positions(Talk talk) {
        return talk.frames().stream().map(AudioFrame::getPosition).toList();
    }

    @Test
    void shouldLetTheReplyWaitWhileTheClientDoesNotRead() {
        Talk slow = new Talk(server.channel, answer -> {}, 10).open(Talk::exact);
        slow.say("one two three four five six seven eight nine ten.");
        Talk fine = server.talk().open(open -> {});
        server.runTo(1_000);
        fine.say("One two three.");
        server.runTo(20_000);

        // Opened, the states and the reply's events are among the ten; what else there is waits.
        assertThat(slow.all()).hasSize(10);
        assertThat(slow.frames()).hasSizeLessThan(9);
        assertThat(fine.events()).filteredOn(Event::hasReplyFinished).hasSize(1);
        assertThat(fine.frames()).hasSize(30);

        slow.read(1_000);
        server.clock.advance(Duration.ofSeconds(10));
        assertThat(slow.samples()).isEqualTo(NumberedVoice.samples(0, 10 * NumberedVoice.WORD));
        assertThat(slow.frames())
                .extracting(AudioFrame::getSequence)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, 100).boxed().toList());
        assertThat(slow.events())
                .filteredOn(Event::hasReplyFinished)
                .singleElement()
                .satisfies(event -> assertThat(event.getReplyFinished().getHeard())
                        .isEqualTo("one two three four five six seven eight nine ten."));
    }

    @Test
    void shouldReadOneByOneWithoutLoss() {
        Talk slow = new Talk(server.channel, answer -> {}, 1).open(Talk::exact);
        slow.say("one two three.");
        for (int i = 0; i < 200; i++) {
            server.clock.advance(Duration.ofMillis(i % 7 == 0 ? 100 : 3));
            slow.read(1);
        }

        assertThat(slow.samples()).isEqualTo(NumberedVoice.samples(0, 3 * NumberedVoice.WORD));
        assertThat(positions(slow)).isSorted();
    }

    @Test
    void shouldFlushFramesThatTheClientHasNotTaken() {
        Talk slow = new Talk(server.channel, answer -> {}, 12).open(open -> {});
        slow.say("one two three four five.");
        server.runTo(900);
        slow.interrupt();
        slow.say("Next.");
        server.runTo(1_000);
        long taken = slow.frames().size();
        slow.read(1_000);
        server.runTo(3_000);

        List<ConverseResponse> all = slow.all();
        int flush = all.indexOf(
                all.stream().filter(ConverseResponse::hasFlush).findFirst().orElseThrow());
        List<AudioFrame> before = all.subList(0, flush).stream()
                .filter(ConverseResponse::hasAudio)
                .map(ConverseResponse::getAudio)
                .toList();
        assertThat(before).hasSize((int) taken);
        long position = all.get(flush).getFlush().getPosition();
        assertThat(slow.frames().subList(before.size(), slow.frames().size()))
                .hasSize(10)
                .allSatisfy(frame -> assertThat(frame.getPosition()).isGreaterThanOrEqualTo(position));
        assertThat(slow.events().stream()
                        .filter(Event::hasReplyFinished)
                        .map(event -> event.getReplyFinished().getHeard()))
                .hasSize(2)
                .last()
                .isEqualTo("Next.");
    }

    @Test
    void shouldEndWhenTheClientLeavesTooManyEventsUnread() {
        Talk deaf = new Talk(server.channel, answer -> {}, 0)
                .open(open -> open.setExternalSpeech(true).putOptions("limits.turns", "10000"));
        Talk fine = server.talk().open(open -> open.putOptions("limits.idle", "24h"));
        for (int i = 0; i < 400 && deaf.status() == null; i++) {
            deaf.speechStarted();
            server.clock.advance(Duration.ofMillis(200));
            deaf.speechEnded(Duration.ZERO);
            server.clock.advance(Duration.ofSeconds(2));
        }

        assertThat(server.engine.sessions()).isEqualTo(1);
        // The status cannot overtake what the client has not read.
        deaf.read(2_000);
        server.settle();
        assertThat(deaf.status().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(deaf.status().getDescription()).startsWith("unread messages: more than 1000 or 4 MiB");
        assertThat(fine.status()).isNull();
    }

    @Test
    void shouldTellTheEndToAClientThatReadsLate() {
        Talk late = new Talk(server.channel, answer -> {}, 0).open(open -> open.putOptions("limits.idle", "1s"));
        server.runTo(5_000);
        assertThat(server.engine.sessions()).isZero();
        late.read(100);

        assertThat(late.status().isOk()).isTrue();
        assertThat(late.events())
                .last()
                .satisfies(event -> assertThat(event.getClosed().getReason()).isEqualTo("idle_limit"));
    }

    enum Ending {
        CANCEL,
        HALF_CLOSE,
        CLOSE,
        INVALID
    }

    /** Speech, a turn, a reply, an interruption of it, its false alarm: ended at each moment of it. */
    @ParameterizedTest
    @EnumSource
    void shouldEndInEveryPhase(Ending ending) {
        List<SessionState> phases = new ArrayList<>();
        for (int at = 0; at < 6_000; at += 130) {
            try (VirtualServer own = new VirtualServer()) {
                Talk[] talk = new Talk[1];
                talk[0] = new Talk(own.channel, answer -> {
                    if (answer.hasTurn()) {
                        long id = answer.getTurn().getReplyId();
                        own.clock.schedule(Duration.ofMillis(300), () -> sendIfLive(talk[0], id));
                    }
                    if (answer.hasEvent() && answer.getEvent().hasState()) {
                        phases.add(SessionState.valueOf(
                                answer.getEvent().getState().getTo().toUpperCase(java.util.Locale.ROOT)));
                    }
                });
                talk[0].open(open -> open.setExternalSpeech(true)
                        .setResponder(Side.SIDE_CLIENT)
                        .setRecognizer(Side.SIDE_CLIENT));
                own.at(500, () -> ifLive(talk[0], talk[0]::speechStarted));
                own.at(1_300, () -> ifLive(talk[0], () -> talk[0].speechEnded(Duration.ofMillis(300))));
                own.at(1_400, () -> ifLive(talk[0], () -> talk[0].transcript("Hello.", true, 1)));
                own.at(3_000, () -> ifLive(talk[0], talk[0]::speechStarted));
                own.at(3_200, () -> ifLive(talk[0], () -> talk[0].speechEnded(Duration.ofMillis(100))));
                own.at(4_000, () -> ifLive(talk[0], talk[0]::speechStarted));
                own.runTo(at);
                switch (ending) {
                    case CANCEL -> talk[0].cancel();
                    case HALF_CLOSE -> talk[0].halfClose();
                    case CLOSE -> talk[0].close();
                    case INVALID -> talk[0].played(-1);
                }
                ended = true;
                own.runTo(at + 40);

                assertThat(own.engine.sessions()).as("%s at %d", ending, at).isZero();
                assertThat(talk[0].status().getCode())
                        .as("%s at %d", ending, at)
                        .isEqualTo(
                                switch (ending) {
                                    case CANCEL -> Status.Code.CANCELLED;
                                    case INVALID -> Status.Code.INVALID_ARGUMENT;
                                    default -> Status.Code.OK;
                                });
                if (ending == Ending.CLOSE || ending == Ending.HALF_CLOSE) {
                    assertThat(talk[0].all())
                            .last()
                            .satisfies(last -> assertThat(
                                            last.getEvent().getClosed().getReason())
                                    .isEqualTo("closed"));
                }
                ended = false;
            }
        }
        assertThat(phases)
                .contains(SessionState.LISTENING, SessionState.THINKING, SessionState.SPEAKING, SessionState.BARGED_IN);
    }

    private boolean ended;

    private void ifLive(Talk talk, Runnable action) {
        if (!ended && talk.status() == null) {
            action.run();
        }
    }

    private void sendIfLive(Talk talk, long id) {
        ifLive(talk, () -> talk.reply(id, "One two three four five six seven eight nine ten.", true));
    }

    @Test
    void shouldNotOpenASessionForAClientThatIsGone() {
        ArrayDeque<Runnable> opening = new ArrayDeque<>();
        server.openers = opening::add;
        Talk gone = server.talk().open(open -> {});
        gone.say("Too early, and so not taken yet.");
        gone.cancel();
        opening.remove().run();
        server.settle();

        assertThat(server.engine.sessions()).isZero();
        assertThat(gone.status().getCode()).isEqualTo(Status.Code.CANCELLED);
    }

    @Test
    void shouldCloseTheSessionOfAClientThatWentWhileItWasOpened() {
        ArrayDeque<Runnable> opening = new ArrayDeque<>();
        server.openers = opening::add;
        Talk cancelled = server.talk();
        server.configure = (caller, options) -> cancelled.cancel();
        cancelled.open(open -> {});
        opening.remove().run();
        server.settle();
        assertThat(server.engine.sessions()).isZero();

        Talk closed = server.talk();
        server.configure = (caller, options) -> closed.halfClose();
        closed.open(open -> {});
        opening.remove().run();
        server.settle();
        assertThat(server.engine.sessions()).isZero();
        assertThat(closed.status().isOk()).isTrue();
    }

    @Test
    void shouldTakeWhatWasSentWhileTheSessionWasOpened() {
        ArrayDeque<Runnable> opening = new ArrayDeque<>();
        server.openers = opening::add;
        Talk talk = server.talk().open(open -> {});
        talk.say("Hello.");
        opening.remove().run();
        server.runTo(1_000);

        assertThat(talk.frames()).hasSize(10);
        assertThat(talk.all().get(0).hasOpened()).isTrue();
    }

    @Test
    void shouldTellWhenTheServerIsTakenOutOfService() {
        Talk talk = server.talk().open(open -> {});
        talk.say("one two three four five six seven eight nine ten.");
        server.runTo(500);
        server.engine.drain(Duration.ofMillis(500));
        Talk late = server.talk().open(open -> {});
        server.settle();
        assertThat(late.status().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(talk.status()).isNull();
        server.runTo(2_000);

        assertThat(talk.status().isOk()).isTrue();
        assertThat(talk.frames()).hasSizeGreaterThan(45);
        assertThat(talk.events())
                .last()
                .satisfies(event -> assertThat(event.getClosed().getReason()).isEqualTo("drained"));
    }

    @Test
    void shouldTellTheClientWhichReplyIsOfNoUse() {
        Talk talk = server.talk().open(open -> open.setExternalSpeech(true).setResponder(Side.SIDE_CLIENT));
        server.at(0, talk::speechStarted);
        server.at(1_300, () -> talk.speechEnded(Duration.ofMillis(300)));
        server.runTo(3_000);
        talk.reply(1, "One two three ", false);
        server.runTo(3_700);
        talk.interrupt();
        server.settle();

        assertThat(talk.all())
                .filteredOn(ConverseResponse::hasReplyCancelled)
                .singleElement()
                .satisfies(answer ->
                        assertThat(answer.getReplyCancelled().getReplyId()).isEqualTo(1));
        // What the client sent before it could know does no harm.
        talk.reply(1, "four five.", true);
        server.runTo(5_000);
        assertThat(talk.status()).isNull();
    }

    @Test
    void shouldNumberUtterancesForAClientThatRecognizes() {
        Talk talk = server.talk().open(open -> open.setExternalSpeech(true).setRecognizer(Side.SIDE_CLIENT));
        for (int i = 0; i < 2; i++) {
            talk.speechStarted();
            server.clock.advance(Duration.ofMillis(500));
            talk.speechEnded(Duration.ZERO);
            server.clock.advance(Duration.ofMillis(100));
        }

        assertThat(talk.all().stream()
                        .filter(answer -> answer.hasUtteranceStarted() || answer.hasUtteranceEnded())
                        .map(answer -> answer.getResponseCase() + " "
                                + (answer.getUtteranceStarted().getUtterance()
                                        + answer.getUtteranceEnded().getUtterance())))
                .containsExactly(
                        "UTTERANCE_STARTED 1", "UTTERANCE_ENDED 1", "UTTERANCE_STARTED 2", "UTTERANCE_ENDED 2");
    }
}
