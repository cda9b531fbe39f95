package dev.duplexvoice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.dialog.Reply;
import dev.duplexvoice.support.Scene;
import dev.duplexvoice.support.ToneVoice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResponderTest {

    private static List<SessionEvent.Failed> failures(Scene scene) {
        return scene.events(SessionEvent.Failed.class);
    }

    @Test
    void shouldTellAndGoOnWhenTheResponderThrows() {
        Scene scene = new Scene();
        scene.options.responder((turn, reply) -> {
            throw new java.io.IOException("no model");
        });
        scene.open().speech(0, 1_000).speech(3_000, 4_000).runTo(6_000);

        assertThat(failures(scene)).hasSize(2).allSatisfy(failed -> {
            assertThat(failed.code()).isEqualTo(VoiceException.Code.RESPONDER);
            assertThat(failed.message()).isEqualTo("the Responder threw java.io.IOException: no model");
        });
        assertThat(failures(scene)).extracting(SessionEvent::turnId).containsExactly("s1-1", "s1-2");
        assertThat(scene.lines("state"))
                .containsExactly(
                        "0.000 state idle>listening",
                        "1.500 state listening>thinking",
                        "1.500 state thinking>listening",
                        "4.500 state listening>thinking",
                        "4.500 state thinking>listening");
    }

    @Test
    void shouldEndTheReplyWhenTheResponderThrowsAnError() {
        Scene scene = new Scene();
        scene.options.responder((turn, reply) -> {
            throw new Error("not implemented");
        });
        scene.open().speech(0, 1_000).runTo(3_000);

        assertThat(failures(scene)).hasSize(1);
        assertThat(scene.session.state()).isEqualTo(SessionState.LISTENING);
    }

    @Test
    void shouldDropTheRestWhenTheResponderFailsMidway() {
        Scene scene = new Scene();
        scene.options.responder((turn, reply) -> {
            reply.detach();
            reply.write("one two three four. ");
            scene.at(2_000, () -> reply.fail(new IllegalStateException("cut")));
        });
        scene.open().speech(0, 1_000).runTo(6_000);

        assertThat(scene.lines("failed", "reply_finished", "state"))
                .containsExactly(
                        "0.000 state idle>listening",
                        "1.500 state listening>thinking",
                        "1.520 state thinking>speaking",
                        "2.000 failed RESPONDER",
                        "2.000 reply_finished position=0.480 heard='one two'",
                        "2.000 state speaking>listening");
        assertThat(scene.history()).containsExactly("AGENT: one two");
        assertThat(scene.voice.closed).hasValue(scene.voice.opened.get());
    }

    @Test
    void shouldTellOnceWhenAReplyFailsTwice() {
        Scene scene = new Scene();
        scene.options.responder((turn, reply) -> {
            reply.fail(new IllegalStateException("first"));
            throw new IllegalStateException("second");
        });
        scene.open().speech(0, 1_000).runTo(3_000);

        assertThat(failures(scene)).extracting(SessionEvent.Failed::message).containsExactly("first");
    }

    @Test
    void shouldNotReportAFailureWhenItCameOfTheInterruption() {
        AtomicReference<Reply> given = new AtomicReference<>();
        Scene scene = new Scene();
        scene.options.responder((turn, reply) -> {
            reply.detach();
            given.set(reply);
            reply.onCancel(() -> reply.fail(new IllegalStateException("request aborted")));
            reply.write("one two three four five.");
        });
        scene.open().speech(0, 1_000).speech(2_000, 3_000).runTo(2_600);

        assertThat(given.get().isCancelled()).isTrue();
        assertThat(failures(scene)).isEmpty();
    }

    @Test
    void shouldKeepThinkingWhenADetachedReplyIsNeverCompleted() {
        Scene scene = new Scene().set("limits.duration", "60s");
        scene.options.responder((turn, reply) -> reply.detach());
        scene.open().speech(0, 1_000).runTo(70_000);

        assertThat(scene.lines().subList(6, scene.lines().size()))
                .containsExactly(
                        "60.000 state thinking>terminated",
                        "60.000 reply_finished position=0.000 interrupted heard=''",
                        "60.000 closed duration_limit");
    }

    @Test
    void shouldIgnoreTextWhenTheReplyWasCancelled() {
        AtomicReference<Reply> given = new AtomicReference<>();
        List<String> cancelled = new ArrayList<>();
        Scene scene = new Scene();
        scene.options.responder((turn, reply) -> {
            given.set(reply);
            reply.detach();
            reply.onCancel(() -> cancelled.add("before"));
            reply.write("one two three four five. ");
        });
        scene.open().speech(0, 1_000).speech(2_000, 3_000).at(2_700, () -> {
            given.get().write("more.");
            given.get().complete();
            given.get().onCancel(() -> cancelled.add("after"));
        });
        scene.runTo(3_200);

        assertThat(scene.voice.texts).containsExactly("one two three four five.");
        assertThat(cancelled).containsExactly("before", "after");
        assertThat(failures(scene)).isEmpty();
    }

    @Test
    void shouldFailTheReplyWhenTextIsWrittenAfterItsEnd() {
        Scene scene = new Scene();
        scene.options.responder((turn, reply) -> {
            reply.write("one.");
            reply.complete();
            reply.write("two.");
        });
        scene.open().speech(0, 1_000).runTo(3_000);

        assertThat(failures(scene))
                .extracting(SessionEvent.Failed::message)
                .containsExactly("the Responder threw java.lang.IllegalStateException: "
                        + "the reply is complete: nothing can be written");
        assertThat(scene.session.state()).isEqualTo(SessionState.LISTENING);
    }

    @Test
    void shouldFailTheReplyWhenItIsTooLong() {
        Scene scene = new Scene();
        scene.options.responder((turn, reply) -> reply.write("a".repeat(Reply.MAX_LENGTH + 1)));
        scene.open().speech(0, 1_000).runTo(3_000);

        assertThat(failures(scene))
                .extracting(SessionEvent.Failed::message)
                .containsExactly("the Responder threw java.lang.IllegalArgumentException: "
                        + "reply.length=1000001: a reply has at most 1000000 characters");
    }

    @Test
    void shouldGoOnWhenTheVoiceFailsInTheMiddle() {
        Scene scene = new Scene();
        List<String> answers = new ArrayList<>(List.of("Good start here. BAD part.", "Fine."));
        scene.options.responder((turn, reply) -> reply.write(answers.remove(0)));
        scene.voice.failOn = "BAD";
        scene.open().speech(0, 1_000).speech(3_000, 4_000).runTo(6_000);

        assertThat(failures(scene)).hasSize(1).first().satisfies(failed -> {
            assertThat(failed.code()).isEqualTo(VoiceException.Code.SYNTHESIS);
            assertThat(failed.message()).isEqualTo("voice tone failed: java.lang.IllegalStateException: cannot speak");
        });
        assertThat(scene.history()).last().isEqualTo("AGENT: Fine.");
        assertThat(scene.voice.closed).hasValue(scene.voice.opened.get());
    }

    @Test
    void shouldCloseTheSessionWhenTheResponderAsksForIt() {
        Scene scene = new Scene();
        scene.options.responder((turn, reply) -> {
            reply.write("Bye.");
            scene.session.close();
        });
        scene.open().speech(0, 1_000).runTo(3_000);

        assertThat(scene.lines().subList(4, scene.lines().size()))
                .containsExactly(
                        "1.500 reply_started",
                        "1.500 state listening>thinking",
                        "1.500 state thinking>terminated",
                        "1.500 reply_finished position=0.000 interrupted heard=''",
                        "1.500 closed closed");
    }

    @ParameterizedTest
    @ValueSource(ints = {9, 10, 11, 12, 13, 14, 15, 16, 17})
    void shouldSpeakAClauseToItsEndWhenTheNextIsSlow(int frames) {
        Scene scene = new Scene();
        scene.voice.samplesPerWord = frames * 960 / 3;
        scene.voice.firstAudioAfter = Duration.ofSeconds(3);
        scene.open();
        scene.at(0, () -> scene.session.say("One two three. Four five six.")).runTo(4_000);

        assertThat(scene.transport.spoken()).isEqualTo(ToneVoice.samples(0, frames * 960L));
    }
}
