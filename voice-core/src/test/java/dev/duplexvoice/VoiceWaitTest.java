package dev.duplexvoice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.support.Scene;
import dev.duplexvoice.support.ToneVoice;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A voice is waited for as long as the options say, counted from when it was to give something and not from before. */
class VoiceWaitTest {
    private final Scene scene = new Scene().set("synthesis.timeout", "2s");

    @Test
    void shouldNotCountThePauseOfATextBehindAClauseThatEndedLate() {
        // The pump waits for the end of the first clause, then 5 s for text.
        scene.voice.endAfter = Duration.ofMillis(900);
        scene.options.responder((turn, reply) -> {
            reply.detach();
            reply.write("One two. ");
            scene.clock.schedule(Duration.ofSeconds(5), () -> {
                scene.voice.firstAudioAfter = Duration.ofMillis(500);
                reply.write("Three four.");
                reply.complete();
            });
        });
        scene.open().speech(0, 1_000).runTo(12_000);

        assertThat(scene.lines("failed")).isEmpty();
        assertThat(scene.history()).containsExactly("AGENT: One two. Three four.");
    }

    @Test
    void shouldCountEachWaitOfAVoiceForItself() {
        // 600 ms of audio in six pieces.
        scene.voice.stepSamples = ToneVoice.RATE / 10;
        scene.voice.stepEvery = Duration.ofMillis(1_500);
        scene.open().at(0, () -> scene.session.say("One two three.")).runTo(12_000);

        assertThat(scene.lines("failed")).isEmpty();
        assertThat(scene.history()).containsExactly("AGENT: One two three.");
    }

    @Test
    void shouldNotCountTheWaitOfAReplyThatWasCutOff() {
        scene.voice.firstAudioAfter = Duration.ofDays(1);
        scene.open()
                .at(0, () -> scene.session.say("Never heard."))
                .at(1_000, scene.session::interrupt)
                .at(8_000, () -> scene.voice.firstAudioAfter = Duration.ofMillis(500))
                .at(8_000, () -> scene.session.say("All is well."))
                .runTo(12_000);

        assertThat(scene.lines("failed")).isEmpty();
        assertThat(scene.history()).containsExactly("AGENT: All is well.");
    }

    @Test
    void shouldFailTheReplyWhenTheVoiceGivesNothingForThatLong() {
        scene.voice.firstAudioAfter = Duration.ofDays(1);
        scene.open().at(0, () -> scene.session.say("Never heard.")).runTo(1_980);
        assertThat(scene.lines("failed")).isEmpty();
        scene.runTo(2_100);

        assertThat(scene.lines("failed")).hasSize(1);
    }
}
