package dev.duplexvoice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.support.Scene;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A voice that wants replies whole is given them so, and in as few pieces as fit where they are too long for it. */
class WholeReplyTest {
    private final Scene scene = new Scene();

    private void speaking(int longest, String text) {
        scene.voice.wholeReplies = true;
        scene.voice.maxTextLength = longest;
        scene.open().at(0, () -> scene.session.say(text));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // Whole, as long as it fits.
                "32 | One two three. Four, five. Six? | One two three. Four, five. Six?",
                "31 | One two three. Four, five. Six! | One two three. Four, five. Six!",
                // Sentences together.
                "30 | One two three. Four, five. Six! | One two three. Four, five./Six!",
                "14 | One two three. Four, five. Six! | One two three./Four, five./Six!",
                // Clauses, where they are no stumps, else words.
                "13 | Four and five, six and seven. | Four and/five, six and/seven.",
                "14 | Four and five, six and seven. | Four and five,/six and seven.",
                "24 | Four and five, six and seven. | Four and five,/six and seven.",
                "24 | Yes, six and seven and eight. | Yes, six and seven and/eight.",
                // Anywhere.
                "5 | Incomprehensible things. | Incom/prehe/nsibl/e/thing/s."
            })
    void shouldCutAtSentencesThenClausesThenWordsWhenItIsTooLong(int longest, String text, String pieces) {
        speaking(longest, text);
        scene.runTo(10_000);

        assertThat(scene.lines("failed")).isEmpty();
        assertThat(String.join("/", scene.voice.texts)).isEqualTo(pieces);
        assertThat(scene.history()).containsExactly("AGENT: " + text);
    }

    /** What is heard is told in the text as it was written, markup and all. */
    @ParameterizedTest
    @CsvSource({
        "500, **One** two",
        "700, **One** two three.",
        "900, **One** two three. Four",
        "1100, **One** two three. Four _five_."
    })
    void shouldKnowTheWordsThatWereHeardWhenAPieceIsCutOff(int millis, String heard) {
        speaking(15, "**One** two three. Four _five_. Six seven eight.");
        scene.at(millis + 20, scene.session::interrupt).runTo(10_000);

        assertThat(scene.voice.texts).startsWith("One two three.", "Four five.");
        assertThat(scene.history()).containsExactly("AGENT: " + heard + " [cut]");
    }

    @Test
    void shouldSpeakAHundredThousandCharactersInPiecesThatFit() {
        String text = "word and another ".repeat(6_000).strip() + ".";
        scene.voice.samplesPerWord = 48;
        speaking(4_096, text);
        scene.runTo(60_000);

        assertThat(scene.lines("failed")).isEmpty();
        assertThat(String.join(" ", scene.voice.texts)).isEqualTo(text);
        assertThat(scene.voice.texts).hasSize(25);
        assertThat(scene.history()).containsExactly("AGENT: " + text);
    }
}
