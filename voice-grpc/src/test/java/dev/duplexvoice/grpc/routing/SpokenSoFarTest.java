package dev.duplexvoice.grpc.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.tts.UnspokenText;
import dev.duplexvoice.tts.WordTiming;
import java.util.List;
import org.junit.jupiter.api.Test;

/** At 1,000 samples a second, where a word of more than 1,000 samples is a long one. */
class SpokenSoFarTest {
    private static final int RATE = 1_000;

    private static SpokenSoFar of(String text) {
        return new SpokenSoFar(text, RATE);
    }

    private static int takeAll(SpokenSoFar spoken) {
        return spoken.take(new short[10_000], 0, 10_000);
    }

    private static void audio(SpokenSoFar spoken, int samples) {
        spoken.audio(new short[samples], samples);
    }

    @Test
    void shouldHoldAWordBackUntilItIsWhole() {
        SpokenSoFar spoken = of("one two");
        spoken.words(List.of(new WordTiming(10, 100, 0, 3), new WordTiming(120, 200, 4, 7)), 0);
        audio(spoken, 50);
        assertThat(takeAll(spoken)).as("the silence before").isEqualTo(10);
        audio(spoken, 60);
        assertThat(takeAll(spoken)).as("the word and the silence behind").isEqualTo(100);
        assertThat(spoken.words()).hasSize(1);
        audio(spoken, 40);

        assertThat(spoken.lost()).isTrue();
        assertThat(spoken.rest()).isEqualTo("two");

        spoken.words(List.of(new WordTiming(5, 85, 0, 3)), 0);
        audio(spoken, 100);
        spoken.end();
        assertThat(takeAll(spoken)).isEqualTo(100);
        assertThat(spoken.words()).containsExactly(new WordTiming(10, 100, 0, 3), new WordTiming(115, 195, 4, 7));
    }

    @Test
    void shouldMakeOneWordOfTheRestWhenTheNextWorkerTellsOfNone() {
        SpokenSoFar spoken = of("one two three");
        spoken.words(List.of(new WordTiming(10, 100, 0, 3), new WordTiming(120, 200, 4, 7)), 0);
        audio(spoken, 110);
        assertThat(takeAll(spoken)).isEqualTo(110);
        assertThat(spoken.lost()).isTrue();

        audio(spoken, 300);
        spoken.end();

        assertThat(takeAll(spoken)).isEqualTo(300);
        assertThat(spoken.words()).containsExactly(new WordTiming(10, 100, 0, 3), new WordTiming(110, 410, 4, 13));
        assertThat(UnspokenText.find("one two three", spoken.words())).isEmpty();
    }

    @Test
    void shouldLeaveOutWhatWasHandedOutOfALongWord() {
        SpokenSoFar spoken = of("a verylongword b");
        List<WordTiming> words = List.of(new WordTiming(0, 100, 0, 1), new WordTiming(100, 3_000, 2, 14));
        spoken.words(words, 0);
        audio(spoken, 1_300);
        assertThat(takeAll(spoken)).isEqualTo(1_300);

        assertThat(spoken.lost()).isTrue();
        assertThat(spoken.rest()).isEqualTo("verylongword b");

        spoken.words(List.of(new WordTiming(0, 2_900, 0, 12), new WordTiming(2_900, 3_000, 13, 14)), 0);
        audio(spoken, 3_000);
        spoken.end();
        assertThat(takeAll(spoken)).isEqualTo(1_800);
        assertThat(spoken.words()).extracting(WordTiming::startSample).containsExactly(0L, 100L, 3_000L);
    }

    @Test
    void shouldLeaveOutAsManySamplesAsWereHandedOutWhenNoWordIsKnown() {
        SpokenSoFar spoken = of("one two");
        audio(spoken, 70);
        takeAll(spoken);
        assertThat(spoken.lost()).isTrue();
        assertThat(spoken.rest()).isEqualTo("one two");
        audio(spoken, 20);
        assertThat(takeAll(spoken)).isZero();

        // Lost again before that is over.
        assertThat(spoken.lost()).isTrue();
        audio(spoken, 100);
        assertThat(takeAll(spoken)).isEqualTo(30);
        assertThat(spoken.handedOut()).isEqualTo(100);
    }

    @Test
    void shouldSayThatNothingIsLeftBehindTheLastWord() {
        SpokenSoFar spoken = of("One two. …");
        spoken.words(List.of(new WordTiming(0, 10, 0, 3), new WordTiming(10, 20, 4, 7)), 0);
        audio(spoken, 25);
        takeAll(spoken);

        assertThat(spoken.lost()).isFalse();
    }

    @Test
    void shouldSpeakTheWholeTextWhenNothingOfItWasHandedOut() {
        SpokenSoFar spoken = of("-5 degrees");
        spoken.words(List.of(new WordTiming(0, 100, 1, 2)), 0);
        audio(spoken, 50);
        takeAll(spoken);

        assertThat(spoken.lost()).isTrue();
        assertThat(spoken.rest()).isEqualTo("-5 degrees");
    }

    private static String restAfterFirst(String text, int end) {
        SpokenSoFar spoken = of(text);
        spoken.words(List.of(new WordTiming(0, 100, 0, end)), 0);
        audio(spoken, 100);
        takeAll(spoken);
        assertThat(spoken.lost()).isTrue();
        return spoken.rest();
    }

    @Test
    void shouldGoOnBehindPunctuationAndKeepSignsOfTheNextWordInAnyScript() {
        assertThat(restAfterFirst("Hello, world", 5)).isEqualTo("world");
        assertThat(restAfterFirst("was -5 today", 3)).isEqualTo("-5 today");
        assertThat(restAfterFirst("hello,world", 5)).isEqualTo(",world");
        assertThat(restAfterFirst("你好，世界。", 2)).isEqualTo("，世界。");
        assertThat(restAfterFirst("สวัสดีครับ", 6)).isEqualTo("ครับ");
        assertThat(restAfterFirst("Hi 👋🏽! Ünal", 2)).isEqualTo("👋🏽! Ünal");
    }

    @Test
    void shouldNotPassOverANextWordThatIsASign() {
        SpokenSoFar spoken = of("A& B");
        spoken.words(List.of(new WordTiming(0, 100, 0, 1), new WordTiming(100, 200, 1, 2)), 0);
        audio(spoken, 100);
        takeAll(spoken);

        assertThat(spoken.lost()).isTrue();
        assertThat(spoken.rest()).isEqualTo("& B");
    }

    @Test
    void shouldNotUseWordsOutOfOrder() {
        SpokenSoFar spoken = of("one two");
        spoken.words(List.of(new WordTiming(50, 60, 4, 7), new WordTiming(10, 20, 0, 3)), 0);
        audio(spoken, 60);
        spoken.end();

        assertThat(takeAll(spoken)).isEqualTo(60);
        assertThat(spoken.words()).containsExactly(new WordTiming(50, 60, 4, 7));
    }
}
