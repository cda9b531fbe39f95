package dev.duplexvoice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.support.Scene;
import org.junit.jupiter.api.Test;

/** Replies whose text stops coming, and replies that are not spoken as they are written. */
class TextFlushTest {

    private static Scene writing(String first, long laterAt, String later) {
        Scene scene = new Scene();
        scene.options.responder((turn, reply) -> {
            reply.detach();
            reply.write(first);
            scene.at(laterAt, () -> {
                reply.write(later);
                reply.complete();
            });
        });
        return scene;
    }

    @Test
    void shouldSpeakWhatWasWrittenWhenNoMoreComesForAWhile() {
        // The reply begins at 1.5 s.
        Scene scene = writing("Let me see", 4_000, " now. Done.").open().speech(0, 1_000);

        scene.runTo(1_980);
        assertThat(scene.voice.texts).isEmpty();
        scene.runTo(2_020);
        assertThat(scene.voice.texts).containsExactly("Let me see");
        scene.runTo(6_000);
        assertThat(scene.voice.texts).containsExactly("Let me see", "now.", "Done.");
        assertThat(scene.history()).containsExactly("AGENT: Let me see now. Done.");
    }

    @Test
    void shouldWaitWhenMoreComesInTime() {
        Scene scene =
                writing("It is 3.", 1_900, "5 now.").open().speech(0, 1_000).runTo(6_000);

        assertThat(scene.voice.texts).containsExactly("It is 3.5 now.");
    }

    @Test
    void shouldWaitForEverWhenItIsToldTo() {
        Scene scene = writing("Let me see", 9_000, " now.")
                .set("segmentation.flushAfter", "0ms")
                .open()
                .speech(0, 1_000)
                .runTo(12_000);

        assertThat(scene.voice.texts).containsExactly("Let me see now.");
    }

    @Test
    void shouldHearTheTextAsWrittenWhenItIsSpokenWithoutItsMarks() {
        String text = "**One** two [three](https://a.b/c) \ud83c\udf89 four five.";
        Scene scene = new Scene()
                .answering(text)
                .open()
                .speech(0, 1_000)
                .speech(2_000, 4_000)
                .runTo(5_000);

        assertThat(scene.voice.texts.get(0)).isEqualTo("One two three four five.");
        // From 1.52 s a word takes 200 ms; the gate closes at 2 s, when two have been heard.
        assertThat(scene.history().get(0)).isEqualTo("AGENT: **One** two [cut]");
    }

    @Test
    void shouldSpreadWhatIsSpokenAndNotWhatIsWrittenWhenThereAreNoWordTimes() {
        Scene scene = new Scene().answering("![One](https://example.com/a/very/long/address.png) two six four five.");
        scene.voice.wordTimes = false;
        // Nothing is made ahead, so the clause's length is not known. Of 4.5 syllables a second, "One two" has three.
        scene.set("synthesis.buffer", "0ms");
        scene.open().speech(0, 1_000).speech(2_200, 4_200).runTo(5_000);

        assertThat(scene.history().get(0))
                .isEqualTo("AGENT: ![One](https://example.com/a/very/long/address.png) two [cut]");
    }

    @Test
    void shouldGiveAWholeReplyWithoutItsMarksWhenTheVoiceWantsItWhole() {
        Scene scene = new Scene().answering("# One\n\n**Two** three. \ud83c\udf89");
        scene.voice.wholeReplies = true;
        scene.open().speech(0, 1_000).runTo(6_000);

        assertThat(scene.voice.texts).containsExactly("One Two three.");
        assertThat(scene.history()).containsExactly("AGENT: # One\n\n**Two** three. \ud83c\udf89");
    }
}
