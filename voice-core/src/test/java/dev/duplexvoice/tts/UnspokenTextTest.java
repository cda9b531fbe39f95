package dev.duplexvoice.tts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnspokenTextTest {

    /** Pieces of a text that a voice says. */
    private static List<WordTiming> words(String text, String... said) {
        List<WordTiming> words = new ArrayList<>();
        int at = 0;
        for (String word : said) {
            int begin = text.indexOf(word, at);
            at = begin + word.length();
            words.add(new WordTiming(words.size() * 100L, words.size() * 100L + 100, begin, at));
        }
        return words;
    }

    private static List<String> leftOut(String text, String... said) {
        return UnspokenText.find(text, words(text, said)).stream()
                .map(piece -> piece.of(text))
                .toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Hello 你好 friend.|Hello,friend|你好",
                "你好 friend.|friend|你好",
                "Hello friend 你好.|Hello,friend|你好.",
                "Hello, (你好), friend|Hello,friend|(你好),",
                "hello你好world|hello,world|你好",
                "hello你好，world。|hello,world|你好，",
                "Take ① and 5 Ⅳ|Take,and,5|①;Ⅳ",
                "\uD835\uDC07i there|there|\uD835\uDC07i",
                "say नमस्ते now|say,now|नमस्ते",
            })
    void shouldFindWordsOutsideOfAllWordTimesWithTheirMarks(String text, String said, String leftOut) {
        assertThat(leftOut(text, said.split(","))).containsExactly(leftOut.split(";"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "“Hello,” she said — ok?!|Hello;she;said;ok",
                "It is 50 % of $ 5 & more ™|It;is;50;of;5;more",
                "the boysʼ toys, 90's 'tis|the;boys;toys;90;s;tis",
                "naïve cafe\u0301 * ** # ___|naïve;cafe",
                "1,250.50 or 3/4|1,250.50;or;3/4",
            })
    void shouldNotMissMarksAndSigns(String text, String said) {
        assertThat(leftOut(text, said.split(";"))).isEmpty();
    }

    @Test
    void shouldNotTellOfVoicesWithoutWordTimes() {
        assertThat(UnspokenText.find("Hello 你好 friend.", List.of())).isEmpty();
    }

    @Test
    void shouldTakeAnyWordTimes() {
        String text = "one two three";
        List<WordTiming> words =
                List.of(new WordTiming(0, 9, -4, 3), new WordTiming(0, 9, 2, 1), new WordTiming(5, 9, 8, 99));

        assertThat(UnspokenText.find(text, words)).containsExactly(new UnspokenText(4, 7));
        assertThat(UnspokenText.find("", words)).isEmpty();
    }

    @Test
    void shouldRefuseWhatIsNoPieceOfAText() {
        assertThatIllegalArgumentException().isThrownBy(() -> new UnspokenText(3, 3));
        assertThatIllegalArgumentException().isThrownBy(() -> new UnspokenText(-1, 3));
    }
}
