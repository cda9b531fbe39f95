package dev.duplexvoice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.dialog.Reply;
import dev.duplexvoice.support.Scene;
import dev.duplexvoice.support.ToneVoice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The Responder takes 200 ms, the voice 100 ms to its first audio; the speech ends at 1.000, which is known at 1.300. */
class PreemptiveTest {
    private final List<String> asked = new ArrayList<>();
    private final List<Reply> replies = new ArrayList<>();

    private Scene scene(String mode) {
        Scene scene = new Scene().recognized().set("preemptive", mode);
        scene.voice.firstAudioAfter = Duration.ofMillis(100);
        scene.options.responder((turn, reply) -> {
            asked.add(millis(scene) + " " + turn.text());
            replies.add(reply);
            reply.detach();
            scene.clock.schedule(Duration.ofMillis(200), () -> {
                reply.write("Answer to " + turn.text() + ".");
                reply.complete();
            });
        });
        return scene.open();
    }

    private static long millis(Scene scene) {
        return scene.clock.nanoTime() / 1_000_000;
    }

    @ParameterizedTest
    @CsvSource({
        "off, 1.800, 1500 Hello",
        // The text is there at 1.450, the synthesizer begins with the turn's end.
        "reply, 1.600, 1250 Hello",
        "speech, 1.560, 1250 Hello",
    })
    void shouldAnswerSoonerWhenTheReplyIsBegunAhead(String mode, String firstAudio, String asks) {
        Scene scene = scene(mode);
        scene.speech(0, 1_000).transcript(1_250, "Hello").runTo(10_000);

        assertThat(asked).containsExactly(asks);
        assertThat(scene.lines("turn_ended", "reply_started", "reply_finished"))
                .containsExactly(
                        "1.500 turn_ended 'Hello' endpointing=0.500 transcription=0.250",
                        "1.500 reply_started",
                        String.format("%.3f", Double.parseDouble(firstAudio) + 0.6)
                                + " reply_finished position=0.600 heard='Answer to Hello.'");
        assertThat(scene.lines("state")).contains(firstAudio + " state thinking>speaking");
        assertThat(scene.transport.spoken()).isEqualTo(ToneVoice.samples(0, 3 * 9_600));
        assertThat(scene.history()).containsExactly("CALLER: Hello", "AGENT: Answer to Hello.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"reply", "speech"})
    void shouldThrowTheWorkAwayWhenTheCallerGoesOn(String mode) {
        Scene scene = scene(mode);
        scene.speech(0, 1_000)
                .transcript(1_050, "I want")
                .speech(1_400, 2_000)
                .transcript(2_100, "to fly")
                .runTo(10_000);

        assertThat(asked).containsExactly("1050 I want", "2100 I want to fly");
        assertThat(replies).extracting(Reply::isCancelled).containsExactly(true, false);
        assertThat(scene.lines("turn_ended", "reply_started", "reply_finished", "interrupted"))
                .hasSize(3)
                .startsWith("2.500 turn_ended 'I want to fly' endpointing=0.500 transcription=0.100")
                .last()
                .asString()
                .endsWith("reply_finished position=1.200 heard='Answer to I want to fly.'");
        // Nothing of what was thrown away is heard, and nothing of the answer is lost.
        short[] spoken = scene.transport.spoken();
        int last = mode.equals("speech") ? 4 * 9_600 : 0;
        assertThat(spoken).isEqualTo(ToneVoice.samples(last, last + 6 * 9_600));
        assertThat(scene.history()).containsExactly("CALLER: I want to fly", "AGENT: Answer to I want to fly.");
        assertThat(scene.voice.closed).hasValue(scene.voice.opened.get());
    }

    @Test
    void shouldAskAgainWhenTheTextChanges() {
        Scene scene = scene("speech");
        scene.speech(0, 1_000)
                .transcript(1_050, "I want")
                .transcript(1_450, "a refund")
                .runTo(10_000);

        assertThat(asked).containsExactly("1050 I want", "1450 I want a refund");
        assertThat(scene.history()).containsExactly("CALLER: I want a refund", "AGENT: Answer to I want a refund.");
    }

    @Test
    void shouldBeginWithTheSilenceWhenThereIsNoRecognizer() {
        Scene scene = new Scene().set("preemptive", "speech");
        scene.voice.firstAudioAfter = Duration.ofMillis(100);
        scene.options.responder((turn, reply) -> {
            asked.add(millis(scene) + turn.text());
            reply.write("Yes.");
        });
        scene.open().speech(0, 1_000).runTo(5_000);

        assertThat(asked).containsExactly("1300");
        assertThat(scene.lines("first_audio")).containsExactly("1.500 first_audio ttfb=0.000 latency=0.000");
    }

    @Test
    void shouldTellAFailureWhenTheTurnEndsAndNotBefore() {
        Scene scene = new Scene().recognized().set("preemptive", "reply");
        scene.options.responder((turn, reply) -> {
            throw new IllegalStateException("no model");
        });
        scene.open()
                .speech(0, 1_000)
                .transcript(1_050, "I want")
                .speech(1_400, 2_000)
                .transcript(2_100, "to fly")
                .runTo(5_000);

        assertThat(scene.lines("failed", "reply_started", "reply_finished"))
                .containsExactly(
                        "2.500 reply_started",
                        "2.500 failed RESPONDER",
                        "2.500 reply_finished position=0.000 heard=''");
    }

    @Test
    void shouldCancelItWhenTheSessionCloses() {
        Scene scene = scene("speech");
        scene.speech(0, 1_000)
                .transcript(1_050, "Hello")
                .at(1_350, scene::close)
                .runTo(3_000);

        assertThat(replies).extracting(Reply::isCancelled).containsExactly(true);
        assertThat(scene.lines("reply_started", "reply_finished")).isEmpty();
        assertThat(scene.voice.closed).hasValue(scene.voice.opened.get());
    }

    @Test
    void shouldDropItWhenTheTurnWasNone() {
        Scene scene = scene("speech");
        scene.speech(0, 1_000).transcript(1_050, "").runTo(6_000);

        assertThat(asked).isEmpty();
        assertThat(scene.lines("turn_ended")).isEmpty();
    }
}
