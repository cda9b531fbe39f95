package dev.duplexvoice.tts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Text that nobody would write, and text that stops. */
class HostileTextTest {
    private static final int LENGTH = 20_000;
    /** Lines and links are looked at from several places; each of these is bounded. */
    private static final int STEPS_PER_CHARACTER = 1_500;

    private static long steps(String text, int chunk, SegmenterOptions options) {
        TextSegmenter segmenter = new TextSegmenter(options);
        List<TextSegment> segments = new ArrayList<>();
        for (int at = 0; at < text.length(); at += chunk) {
            segmenter.append(text.substring(at, Math.min(text.length(), at + chunk)));
            SegmenterCasesTest.drain(segmenter, segments);
        }
        segmenter.finish();
        SegmenterCasesTest.drain(segmenter, segments);
        return segmenter.steps();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x",
                ".",
                "\"",
                ".\"",
                "a. ",
                "[",
                "[a](",
                "![",
                "<",
                "<a",
                "*",
                "`",
                "``` ",
                "- ",
                "\n- ",
                "#",
                "|",
                "5. ",
                "U.S. ",
                "\ud83d\ude00",
                "\ud83d",
                "\udc00",
                "\u200d",
                "\u0301",
                "\u0000",
                "\\",
                "...",
                ". ",
                "\u3002",
                "a, ",
                "e.g. ",
                "\n",
                "~",
                "> ",
                "\u2029"
            })
    void shouldTakeEffortThatGrowsWithTheTextWhenItIsRepeated(String part) {
        String text = part.repeat(LENGTH / part.length());
        for (SegmenterOptions options : List.of(SegmenterOptions.SPEECH, SegmenterOptions.SENTENCES)) {
            for (int chunk : new int[] {1, 7, LENGTH}) {
                long half = steps(text.substring(0, text.length() / 2), chunk, options);
                long whole = steps(text, chunk, options);

                assertThat(whole).as("chunk=%s", chunk).isLessThan((long) STEPS_PER_CHARACTER * LENGTH);
                assertThat(whole).as("chunk=%s", chunk).isLessThan(half * 5 / 2 + 10_000);
            }
            assertThat(SegmenterCasesTest.segments(text, options, 13))
                    .isEqualTo(SegmenterCasesTest.segments(text, options, LENGTH));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " \n ",
                "?!",
                "...",
                "\ud83d\ude00 \ud83c\udf89",
                "**",
                "---",
                "\u0007\u0000",
                "\ud83d",
                "<speak></speak>",
                "```"
            })
    void shouldGiveNoPieceWhenThereIsNothingToSay(String text) {
        assertThat(SegmenterCasesTest.segments(text, SegmenterOptions.SPEECH, 1))
                .isEmpty();
        assertThat(TextSegmenter.whole(text)).isNull();
    }

    @Test
    void shouldLeaveOutHalfCharactersAndControlsWhenTextIsSpoken() {
        assertThat(SegmenterCasesTest.segments("one\ud83d two\udc00 th\u0007ree", SegmenterOptions.SPEECH, 1))
                .extracting(TextSegment::text)
                .containsExactly("one two three");
    }

    @Test
    void shouldSpeakWhatThereIsWhenNoMoreTextComes() {
        TextSegmenter segmenter = new TextSegmenter();
        segmenter.append("Let me **see");
        assertThat(segmenter.poll()).isNull();
        segmenter.flush();

        assertThat(String.valueOf(segmenter.poll())).isEqualTo("TextSegment[0, 12, Let me see]");
        assertThat(segmenter.poll()).isNull();
        segmenter.append("** now. ");
        assertThat(String.valueOf(segmenter.poll())).isEqualTo("TextSegment[15, 19, now.]");
    }

    @Test
    void shouldNotTearACharacterApartWhenNoMoreTextComes() {
        TextSegmenter segmenter = new TextSegmenter();
        segmenter.append("Sum \ud835");
        segmenter.flush();
        assertThat(String.valueOf(segmenter.poll())).isEqualTo("TextSegment[0, 3, Sum]");
        segmenter.append("\udc00 ");
        segmenter.flush();
        assertThat(String.valueOf(segmenter.poll())).isEqualTo("TextSegment[4, 6, \ud835\udc00]");
    }

    @Test
    void shouldDropAFlushWhenTextComesFirst() {
        TextSegmenter segmenter = new TextSegmenter();
        segmenter.append("It is 3.");
        segmenter.flush();
        segmenter.append("5 now");
        assertThat(segmenter.poll()).isNull();
    }

    @Test
    void shouldKnowWhereSpokenWordsComeFrom() {
        String text = "\ud83c\udf89 See **the [docs](https://a.b/c)**  now!";
        TextSegment segment =
                SegmenterCasesTest.segments(text, SegmenterOptions.SPEECH, 2).get(0);

        assertThat(segment.text()).isEqualTo("See the docs now!");
        assertThat(text.substring(segment.begin(), segment.end())).isEqualTo(text);
        assertThat(text.substring(segment.sourceBegin(0), segment.sourceEnd(3))).isEqualTo("See");
        assertThat(text.substring(segment.sourceBegin(4), segment.sourceEnd(7))).isEqualTo("the");
        assertThat(text.substring(segment.sourceBegin(8), segment.sourceEnd(12)))
                .isEqualTo("docs](https://a.b/c)**");
        assertThat(text.substring(segment.sourceBegin(13), segment.sourceEnd(16)))
                .isEqualTo("now");
        assertThat(segment.sourceEnd(-1)).isEqualTo(segment.begin());
        assertThat(segment.sourceEnd(99)).isEqualTo(segment.end());
        assertThat(segment).isNotEqualTo(new TextSegment("See", 0, 3));
    }

    @Test
    void shouldCoverWhatIsNotSpokenWhenAPieceFollowsIt() {
        List<TextSegment> segments =
                SegmenterCasesTest.segments("Yes!\n\n\ud83c\udf89 ?!\n\nNo. \ud83d\ude00", SegmenterOptions.SPEECH, 1);

        assertThat(segments)
                .extracting(TextSegment::toString)
                .containsExactly("TextSegment[0, 4, Yes!]", "TextSegment[6, 16, No.]");
    }

    @Test
    void shouldBeginWithAWholeSentenceWhenThereIsToBeNoEarlyClause() {
        SegmenterOptions options = new SegmenterOptions(0, 0, 400, true);
        assertThat(SegmenterCasesTest.segments("Well, of *course*, I can. Yes.", options, 1))
                .extracting(TextSegment::text)
                .containsExactly("Well, of course, I can.", "Yes.");
        assertThat(SegmenterCasesTest.segments(
                        "Unfortunately, that, is so.", new SegmenterOptions(0, 16, 400, true), 1))
                .extracting(TextSegment::text)
                .containsExactly("Unfortunately, that,", "is so.");
    }

    @Test
    void shouldNameTheValueWhenAnOptionIsOutOfRange() {
        assertThatThrownBy(() -> new SegmenterOptions(-1, 0, 400, true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("firstWords=-1: must be 0 to 1000");
        assertThatThrownBy(() -> new SegmenterOptions(0, 10_001, 400, true))
                .hasMessage("firstCharacters=10001: must be 0 to 10000");
        assertThatThrownBy(() -> new SegmenterOptions(0, 0, 1, true)).hasMessage("longest=1: must be at least 2");
        assertThatThrownBy(() -> new TextSegment("ab", 0, 3))
                .hasMessage("text.length=2: the range 0 to 3 has 3 characters");
    }
}
