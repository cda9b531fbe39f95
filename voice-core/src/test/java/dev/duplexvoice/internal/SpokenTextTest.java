package dev.duplexvoice.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.tts.TextSegment;
import dev.duplexvoice.tts.WordTiming;
import java.util.List;
import org.junit.jupiter.api.Test;

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
}
