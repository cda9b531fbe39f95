package dev.duplexvoice.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.tts.TextSegment;
import dev.duplexvoice.tts.TextSegmenter;
import dev.duplexvoice.tts.WordTiming;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpokenTextTest {

    @Test
    void shouldHearWordsWhoseAudioWasDelivered() {
        SpokenText spoken = new SpokenText(1_000);
        spoken.append(" Hello there. Bye.");
        spoken.beginClause(new TextSegment("Hello there.", 1, 13), 0);
        spoken.words(List.of(new WordTiming(10, 100, 0, 5), new WordTiming(120, 200, 6, 12)));
        spoken.endClause(220);
        spoken.beginClause(new TextSegment("Bye.", 14, 18), 220);

        assertThat(spoken.heard(0)).isEmpty();
        assertThat(spoken.heard(99)).isEmpty();
        assertThat(spoken.heard(100)).isEqualTo("Hello");
        assertThat(spoken.heard(200)).isEqualTo("Hello there.");
        assertThat(spoken.heard(219)).isEqualTo("Hello there.");
        spoken.produced(400);
        assertThat(spoken.heard(400)).isEqualTo("Hello there.");
        spoken.endClause(300);
        assertThat(spoken.heard(300)).isEqualTo("Hello there. Bye.");
    }

    @Test
    void shouldEstimateWhatWasHeardWhenTheClauseIsStillBeingMade() {
        SpokenText spoken = new SpokenText(9_000);
        spoken.append("ma me mi mo.");
        spoken.beginClause(new TextSegment("ma me mi mo.", 0, 12), 0);
        // At 4.5 syllables a second a syllable takes 2,000 samples: ma | me | mi | mo.
        spoken.produced(5_000);
        assertThat(spoken.heard(3_999)).isEqualTo("ma");
        assertThat(spoken.heard(4_000)).isEqualTo("ma me");
        // Slower than expected: the words stretch with what is there, and the last has not ended.
        spoken.produced(20_000);
        assertThat(spoken.heard(20_000)).isEqualTo("ma me mi");
        spoken.expectEnd(40_000);
        assertThat(spoken.heard(20_000)).isEqualTo("ma me");
        spoken.endClause(24_000);
        assertThat(spoken.heard(20_000)).isEqualTo("ma me mi");
    }

    @Test
    void shouldSpreadWordsOverTheClauseWhenTheirTimesAreNotKnown() {
        // Vowel groups: 2 + 1 + 4, each a seventh of 700 samples.
        List<WordTiming> words = SyllableTiming.spread("Hello my extraordinary", 0, 22, 1_000, 1_700);

        assertThat(words.get(0)).isEqualTo(new WordTiming(1_000, 1_000 + 700 * 2 / 8, 0, 5));
        assertThat(words).hasSize(3);
        assertThat(words.get(2).endSample()).isEqualTo(1_700);
    }

    @Test
    void shouldGiveWordsWithoutVowelsASyllable() {
        assertThat(SyllableTiming.spread("hm 42 pst", 0, 9, 0, 300))
                .containsExactly(
                        new WordTiming(0, 100, 0, 2), new WordTiming(100, 200, 3, 5), new WordTiming(200, 300, 6, 9));
    }

    /** The text of one reply, all of whose clauses are given, with a word a second and without the words that are not ASCII. */
    private static SpokenText spoken(String text) {
        SpokenText spoken = new SpokenText(1_000);
        spoken.append(text);
        TextSegmenter segmenter = new TextSegmenter();
        segmenter.append(text);
        segmenter.finish();
        long at = 0;
        for (TextSegment clause = segmenter.poll(); clause != null; clause = segmenter.poll()) {
            spoken.beginClause(clause, at);
            List<WordTiming> words = new ArrayList<>();
            Matcher word = Pattern.compile("[A-Za-z]+").matcher(clause.text());
            while (word.find()) {
                words.add(new WordTiming(at, at + 1_000, word.start(), word.end()));
                at += 1_000;
            }
            spoken.words(words);
            spoken.endClause(at);
        }
        return spoken;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Hello 你好 friend.|Hello friend.",
                "你好 my friend.|my friend.",
                "Hello friend 你好|Hello friend",
                "Hello friend 你好. Bye now.|Hello friend Bye now.",
                "Hello (你好), friend.|Hello friend.",
                "hello你好world is fine|hello world is fine",
                "Hello, **你好** my _friend_ there.|Hello, my _friend_ there.",
                "**Hello** 你好 there.|**Hello** there.",
                "Hello  你好  there.|Hello there.",
                "Hello there, all of you.|Hello there, all of you.",
            })
    void shouldNotHearWhatTheVoiceLeftOut(String text, String heard) {
        assertThat(spoken(text).heardToItsEnd()).isEqualTo(heard);
        assertThat(spoken(text).heard(1_000_000)).isEqualTo(heard);
    }

    @Test
    void shouldHearUpToTheCutWithoutWhatTheVoiceLeftOutBeforeIt() {
        SpokenText spoken = spoken("Well 你好 my friend 再见 and go. Gone 你好.");

        assertThat(spoken.heard(999)).isEmpty();
        assertThat(spoken.heard(1_000)).isEqualTo("Well");
        assertThat(spoken.leftOut(1_000)).isEmpty();
        assertThat(spoken.heard(2_000)).isEqualTo("Well my");
        assertThat(spoken.leftOut(2_000)).containsExactly("你好");
        assertThat(spoken.heard(3_500)).isEqualTo("Well my friend");
        assertThat(spoken.heard(4_000)).isEqualTo("Well my friend and");
        assertThat(spoken.leftOut(4_000)).containsExactly("你好", "再见");
        assertThat(spoken.heard(6_000)).isEqualTo("Well my friend and go. Gone");
        assertThat(spoken.leftOut(6_000)).containsExactly("你好", "再见", "你好.");
    }

    @Test
    void shouldHearAllWhenTheVoiceHasNoWordTimes() {
        SpokenText spoken = new SpokenText(1_000);
        spoken.append("Hello 你好 friend.");
        spoken.beginClause(new TextSegment("Hello 你好 friend.", 0, 16), 0);
        spoken.endClause(400);

        assertThat(spoken.heardToItsEnd()).isEqualTo("Hello 你好 friend.");
        assertThat(spoken.heard(400)).isEqualTo("Hello 你好 friend.");
        assertThat(spoken.leftOut(400)).isEmpty();
    }

    @Test
    void shouldNotHearAClauseThatWasLeftOut() {
        SpokenText spoken = new SpokenText(1_000);
        spoken.append("One. Deux. Three.");
        spoken.beginClause(new TextSegment("One.", 0, 4), 0);
        spoken.endClause(100);
        spoken.beginClause(new TextSegment("Deux.", 5, 10), 100);
        spoken.leaveOut();
        spoken.endClause(100);
        spoken.beginClause(new TextSegment("Three.", 11, 17), 100);
        spoken.endClause(200);

        assertThat(spoken.heard(100)).isEqualTo("One.");
        assertThat(spoken.leftOut(100)).containsExactly("Deux.");
        assertThat(spoken.heard(200)).isEqualTo("One. Three.");
        assertThat(spoken.heardToItsEnd()).isEqualTo("One. Three.");
    }
}
