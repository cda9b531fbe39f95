package dev.duplexvoice.tts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextSegmenterTest {

    private static List<TextSegment> segments(List<String> chunks) {
        TextSegmenter segmenter = new TextSegmenter();
        List<TextSegment> segments = new ArrayList<>();
        for (String chunk : chunks) {
            segmenter.append(chunk);
            drain(segmenter, segments);
        }
        segmenter.finish();
        drain(segmenter, segments);
        return segments;
    }

    private static void drain(TextSegmenter segmenter, List<TextSegment> segments) {
        for (TextSegment segment = segmenter.poll(); segment != null; segment = segmenter.poll()) {
            segments.add(segment);
        }
    }

    private static List<String> texts(String text) {
        return segments(List.of(text)).stream().map(TextSegment::text).toList();
    }

    @Test
    void shouldCutAnEarlyClauseAndThenSentences() {
        assertThat(texts("Well, of course, I can do that. Just wait, please, a bit! Ready?"))
                .containsExactly("Well, of course,", "I can do that.", "Just wait, please, a bit!", "Ready?");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Dr. Smith met Mrs. Jones.        | Dr. Smith met Mrs. Jones.
            It is 3.14 or 1,000.5 exactly.   | It is 3.14 or 1,000.5 exactly.
            J. R. Tolkien wrote it.          | J. R. Tolkien wrote it.
            Use e.g. this one.               | Use e.g. this one.
            See (fig. 3) now.                | See (fig. 3) now.
            Visit example.com today.         | Visit example.com today.
            """)
    void shouldNotCutWhenTheFullStopEndsNoSentence(String text, String whole) {
        assertThat(texts(text)).containsExactly(whole);
    }

    @Test
    void shouldCutAfterClosingQuotesWhenASentenceEndsInThem() {
        assertThat(texts("He said \"Go.\" Then (why?) he left… So did I. Yes."))
                .containsExactly("He said \"Go.\"", "Then (why?) he left…", "So did I.", "Yes.");
    }

    @Test
    void shouldCutAtLineBreaks() {
        assertThat(texts("one\ntwo\n\n three")).containsExactly("one", "two", "three");
    }

    @Test
    void shouldWaitWhenTheNextCharacterDecides() {
        TextSegmenter segmenter = new TextSegmenter();
        segmenter.append("It is 3.");
        assertThat(segmenter.poll()).isNull();
        segmenter.append("5");
        assertThat(segmenter.poll()).isNull();
        segmenter.append(". ");
        assertThat(segmenter.poll()).isEqualTo(new TextSegment("It is 3.5.", 0, 10));
        assertThat(segmenter.poll()).isNull();
    }

    @Test
    void shouldGiveNothingWhenThereIsOnlyWhiteSpace() {
        assertThat(texts("")).isEmpty();
        assertThat(texts(" \n\t ")).isEmpty();
    }

    @Test
    void shouldRefuseTextWhenItIsFinished() {
        TextSegmenter segmenter = new TextSegmenter();
        segmenter.finish();

        assertThatThrownBy(() -> segmenter.append("more"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the text is finished: nothing can be appended");
    }

    @Test
    void shouldCutLongTextAtItsLastSpace() {
        String words = "abcdefghi ".repeat(100).strip();
        List<TextSegment> segments = segments(List.of(words));

        assertThat(segments).hasSize(3).allSatisfy(segment -> {
            assertThat(segment.text().length()).isLessThanOrEqualTo(TextSegmenter.MAX_SEGMENT);
            assertThat(segment.text()).startsWith("abcdefghi").endsWith("abcdefghi");
        });
    }

    @Test
    void shouldCutLongTextAnywhereWhenThereIsNoSpace() {
        assertThat(texts("x".repeat(1_000)).stream().map(String::length)).containsExactly(400, 400, 200);
    }

    @Test
    void shouldWaitForTheCharacterAfterQuotesWhenTheLongestPieceEndsInThem() {
        String text = "ab " + "x".repeat(387) + "." + "\"".repeat(9) + " More.";
        List<TextSegment> whole = segments(List.of(text));

        assertThat(whole).hasSize(2);
        assertThat(whole.get(0)).isEqualTo(new TextSegment(text.substring(0, 400), 0, 400));
        assertThat(segments(List.of(text.substring(0, 400), text.substring(400))))
                .isEqualTo(whole);
    }

    @Test
    void shouldNeverSplitASurrogatePairWhenTextIsCutAnywhere() {
        String smile = "\ud835\udc00"; // a letter, as emoji are not spoken
        for (String text : List.of(smile.repeat(1_000), "x" + smile.repeat(1_000))) {
            for (int first = 395; first < 405; first++) {
                List<TextSegment> segments = segments(List.of(text.substring(0, first), text.substring(first)));
                assertThat(segments).hasSizeGreaterThan(4).allSatisfy(segment -> {
                    assertThat(Character.isLowSurrogate(segment.text().charAt(0)))
                            .isFalse();
                    assertThat(Character.isHighSurrogate(
                                    segment.text().charAt(segment.text().length() - 1)))
                            .isFalse();
                });
                assertThat(segments).isEqualTo(segments(List.of(text)));
            }
        }
    }

    @Test
    void shouldGiveTheSamePiecesWhenTextIsChunkedInAnyWay() {
        Random random = new Random(11);
        for (int round = 0; round < 4_000; round++) {
            String text = text(random);
            List<TextSegment> whole = segments(List.of(text));

            assertThat(segments(chunks(text, random))).as("text '%s'", text).isEqualTo(whole);
            checkSpans(text, whole);
        }
    }

    @Test
    void shouldCutAWholeTextIntoPiecesThatFitAndLoseNothing() {
        Random random = new Random(5);
        for (int run = 0; run < 1_000; run++) {
            String text = text(random);
            TextSegment all = TextSegmenter.whole(text);
            int most = all == null ? 1 : all.text().length() + 10;
            int longest = 2 + random.nextInt(Math.min(TextSegmenter.MAX_SEGMENT - 2, most));
            List<TextSegment> pieces = TextSegmenter.whole(text, longest);

            assertThat(pieces)
                    .as(text)
                    .allSatisfy(piece -> assertThat(piece.text()).hasSizeLessThanOrEqualTo(longest));
            String spoken = pieces.stream().map(TextSegment::text).collect(Collectors.joining());
            String whole = all == null ? "" : all.text();
            // What stands behind the last sentence and has nothing to say may be left out.
            assertThat(whole.replace(" ", "")).as("%s: %s", longest, text).startsWith(spoken.replace(" ", ""));
            assertThat(whole.replace(" ", "")
                            .substring(spoken.replace(" ", "").length())
                            .codePoints())
                    .noneMatch(Characters::isSpeakable);
            checkSpans(text, pieces);
        }
    }

    /** Pieces follow each other, and each character that is spoken comes from that place of the text. */
    static void checkSpans(String text, List<TextSegment> segments) {
        int at = 0;
        for (TextSegment segment : segments) {
            String spoken = segment.text();
            assertThat(spoken).isEqualTo(spoken.strip()).isNotEmpty();
            assertThat(spoken.length()).isLessThanOrEqualTo(TextSegmenter.MAX_SEGMENT);
            assertThat(segment.begin()).isGreaterThanOrEqualTo(at);
            assertThat(text.substring(at, segment.begin()).chars().allMatch(c -> Characters.isSpace((char) c)))
                    .isTrue();
            at = segment.begin();
            for (int i = 0; i < spoken.length(); i++) {
                int from = segment.sourceBegin(i);
                assertThat(from).isGreaterThanOrEqualTo(at);
                char written = text.charAt(from);
                boolean same = spoken.charAt(i) == written
                        || spoken.charAt(i) == ' ' && Characters.isSpace(written)
                        || spoken.charAt(i) == ' ' && written == '<'
                        || spoken.charAt(i) == ',' && written == '|';
                assertThat(same).as("'%s' at %s of '%s'", spoken, i, text).isTrue();
                at = from + 1;
            }
            assertThat(segment.sourceEnd(spoken.length())).isEqualTo(segment.end());
            assertThat(segment.end()).isGreaterThanOrEqualTo(at);
            at = segment.end();
        }
    }

    private static List<String> chunks(String text, Random random) {
        List<String> chunks = new ArrayList<>();
        int most = 1 + random.nextInt(30);
        for (int at = 0; at < text.length(); ) {
            int end = Math.min(text.length(), at + 1 + random.nextInt(most));
            chunks.add(text.substring(at, end));
            at = end;
        }
        return chunks;
    }

    private static final String[] PARTS = {
        " ",
        " ",
        "  ",
        "\n",
        ".",
        ". ",
        ", ",
        "! ",
        "? ",
        "...",
        "… ",
        "\"",
        ")",
        "”",
        "»",
        "(",
        "Dr.",
        "e.g.",
        "p.m.",
        "3.14",
        "1,000",
        "I",
        "J.",
        "word",
        "another",
        "—",
        "; ",
        ": ",
        "\ud83d\ude00",
        "ünïcödé",
        "\u00a0",
        "\t",
        "**",
        "*",
        "_",
        "`",
        "```",
        "# ",
        "\n- ",
        "\n1. ",
        "\n> ",
        "|",
        "\n| ",
        "---\n",
        "[",
        "]",
        "](",
        "](http://a.b/c) ",
        "![",
        "[^1]",
        "<b>",
        "<br/>",
        "<",
        ">",
        "\\",
        "~~",
        "\u200d",
        "\ufe0f",
        "\ud83d",
        "\udc00",
        "\u0000",
        "\r\n",
        "U.S. ",
        "No. ",
        "5. ",
        "Yahoo! ",
        " . . . ",
        "\u3002",
        "\uff0c",
        "\u300d",
        "\u3068",
        "\u4f60\u597d",
        "\u061f",
        "\u0964",
        "\u00bf",
        "The "
    };

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        int parts = random.nextInt(60);
        for (int i = 0; i < parts; i++) {
            String part = PARTS[random.nextInt(PARTS.length)];
            boolean run = random.nextInt(40) == 0;
            text.append(run && !part.equals("\"") ? part.repeat(380 / part.length() + random.nextInt(30)) : part);
            text.append(random.nextInt(3) == 0 ? " " : "");
        }
        return text.toString();
    }
}
