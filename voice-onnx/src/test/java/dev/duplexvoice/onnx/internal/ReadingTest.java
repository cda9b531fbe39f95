package dev.duplexvoice.onnx.internal;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.duplexvoice.tts.Pronouncer;
import dev.duplexvoice.tts.UnspokenText;
import dev.duplexvoice.tts.WordTiming;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** From text to the ids that a network is given. */
class ReadingTest {
    private static final Map<String, List<String>> GOLDEN = Map.of(
            "good", List.of("ɡʊd"),
            "morning", List.of("mˈɔːɹnɪŋ"),
            "the", List.of("ðə"),
            "line", List.of("lˈaɪn"),
            "is", List.of("ɪz"),
            "up", List.of("ˈʌp"),
            "42", List.of("fˈɔːɹɾi", "tˈuː"));

    private static Symbols phonemes(String text) {
        return new PhonemeReader(new LetterPronouncer(GOLDEN), UnaryOperator.identity()).read(text);
    }

    @Test
    void shouldGiveTheGoldenIds() {
        PiperConfig config = Fixtures.withoutNoise("x_low");
        List<Phrase> phrases = phrasing(config.symbols(), 600).phrases(phonemes("Good morning, the line is up."));
        assertThat(phrases).hasSize(1);
        assertThat(phrases.get(0).ids()).isEqualTo(Fixtures.ids());
        assertThat(phrases.get(0).symbols()).isEqualTo(30);
        // "morning": its first id behind those of "ɡʊd ", its last before the comma.
        assertThat(phrases.get(0).words().get(1)).isEqualTo(new Phrase.Word(10, 25, 5, 12));
    }

    @Test
    void shouldTakeTheMarkBetweenWordsFromTheText() {
        assertThat(phonemes("Good... the—line (is) up?!")).hasToString("ɡʊd. ðə lˈaɪn ɪz ˈʌp?");
        assertThat(phonemes("“Good”；the line：is 、up。")).hasToString("ɡʊd; ðə lˈaɪn: ɪz, ˈʌp.");
        assertThat(phonemes("...good")).hasToString("ɡʊd");
    }

    @Test
    void shouldMakeOneWordOfWhatStandsForOnePieceOfText() {
        Symbols symbols = phonemes("good 42, up");
        assertThat(symbols).hasToString("ɡʊd fˈɔːɹɾi tˈuː, ˈʌp");
        assertThat(symbols.words())
                .extracting(word -> symbols.toString().substring(word.begin(), word.end()))
                .containsExactly("ɡʊd", "fˈɔːɹɾi tˈuː", "ˈʌp");
        assertThat(symbols.words()).extracting(Symbols.Word::textBegin).containsExactly(0, 5, 9);
    }

    @Test
    void shouldTakeLettersAndTheirMarksApart() {
        Symbols symbols = new PhonemeReader(
                        new LetterPronouncer(Map.of("ça", List.of("ça\u0303"))), UnaryOperator.identity())
                .read("ça");
        assertThat(symbols).hasToString("c\u0327a\u0303");
        assertThat(new CharacterReader().read("Ça")).hasToString("c\u0327a");
    }

    @Test
    void shouldReadCharactersWithoutTheirCase() {
        Symbols symbols = new CharacterReader().read(" Привіт,\n  ΣΊΣΥΦΟΣ  Straße! ");
        assertThat(symbols).hasToString("привіт, σι\u0301συφοσ strasse! ");
        assertThat(symbols.words()).extracting(Symbols.Word::textBegin).containsExactly(1, 11, 20);
        assertThat(symbols.words()).extracting(Symbols.Word::textEnd).containsExactly(8, 18, 27);
    }

    @Test
    void shouldSayNothingWhenThereIsNothingToSay() {
        Phrasing phrasing = phrasing(letters(), 600);
        for (String text : new String[] {"", "  \n", "...!?", "—", "\u0000\u0007", "\ud83d\ud83d", "👍", "<>"}) {
            assertThat(phrasing.phrases(new CharacterReader().read(text)))
                    .as(text)
                    .isEmpty();
            assertThat(phrasing.phrases(phonemes(text))).as(text).isEmpty();
        }
    }

    @Test
    void shouldLeaveOutWhatTheVoiceDoesNotKnowAndTellOnce() {
        Logger logger = (Logger) LoggerFactory.getLogger(Phrasing.class);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        logger.addAppender(log);
        try {
            Phrasing phrasing = phrasing(letters(), 600);
            for (int i = 0; i < 3; i++) {
                List<Phrase> phrases = phrasing.phrases(new CharacterReader().read("a\ud83dжb\u0007ж"));
                assertThat(phrases.get(0).ids()).containsExactly(1, 0, 'a', 0, 'b', 0, 2);
            }
        } finally {
            logger.detachAppender(log);
        }
        assertThat(log.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly(
                        "voice test has no symbol U+D83D and leaves it out",
                        "voice test has no symbol ж (U+0436) and leaves it out",
                        "voice test has no symbol U+0007 and leaves it out");
    }

    @Test
    void shouldReplaceSymbolsWhenTheVoiceSaysSo() {
        Phrasing phrasing = new Phrasing(
                "test",
                letters(),
                Map.of((int) 'x', new int[] {'k', 's'}),
                new long[] {1},
                new long[0],
                new long[] {2},
                600);
        Phrase phrase = phrasing.phrases(new CharacterReader().read("ax by")).get(0);
        assertThat(phrase.ids()).containsExactly(1, 'a', 'k', 's', ' ', 'b', 'y', 2);
        assertThat(phrase.words()).containsExactly(new Phrase.Word(1, 4, 0, 2), new Phrase.Word(5, 7, 3, 5));
    }

    @Test
    void shouldPartALongTextBetweenWords() {
        List<Phrase> phrases =
                phrasing(letters(), 20).phrases(new CharacterReader().read("abcdefgh ijklmnop qrstuvwx"));
        assertThat(phrases).hasSize(2);
        assertThat(phrases.get(0).symbols()).isEqualTo(18);
        assertThat(phrases.get(1).symbols()).isEqualTo(8);
        assertThat(phrases.get(1).words()).containsExactly(new Phrase.Word(2, 17, 18, 26));
    }

    @Test
    void shouldPartATextWithoutSpaces() {
        List<Phrase> phrases = phrasing(letters(), 20).phrases(new CharacterReader().read("a".repeat(1_000)));
        assertThat(phrases)
                .hasSize(50)
                .allSatisfy(phrase -> assertThat(phrase.ids()).hasSize(2 + 20 * 2 + 1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "hello привет friend|hello,friend|привет",
                "helloжworld|hello,world|ж",
                "ж́a bж́c|a,b,c|ж́,ж́",
                "friend жж.|friend,.|жж",
                "naïve ß fine|naïve,ß,fine|",
                "don't 5 — up|don't,up|5",
            })
    void shouldLeaveCharactersThatTheVoiceDoesNotKnowOutOfItsWords(String text, String words, String leftOut) {
        List<WordTiming> said = said(phrasing(letters(), 600).phrases(new CharacterReader().read(text)));
        assertThat(said)
                .extracting(word -> text.substring(word.textBegin(), word.textEnd()))
                .containsExactly(words.split(","));
        assertThat(UnspokenText.find(text, said))
                .extracting(piece -> piece.of(text))
                .containsExactlyElementsOf(leftOut == null ? List.of() : List.of(leftOut.split(",")));
    }

    @Test
    void shouldLeaveOutWordsOfWhosePhonemesNoneIsLeft() {
        Map<Integer, long[]> ids = letters();
        ids.put((int) 'ˈ', new long[] {'!'});
        ids.put((int) 'ː', new long[] {':'});
        Pronouncer pronouncer = new LetterPronouncer(
                Map.of("one", List.of("wˈʌn"), "awe", List.of("ˈɔː"), "or", List.of("ɔːɹ"), "two", List.of("tˈuː")));
        String text = "one awe or two";

        List<Phrase> phrases =
                phrasing(ids, 600).phrases(new PhonemeReader(pronouncer, UnaryOperator.identity()).read(text));

        assertThat(UnspokenText.find(text, said(phrases)))
                .extracting(piece -> piece.of(text))
                .containsExactly("awe", "or");
        assertThat(phrasing(ids, 600).phrases(new PhonemeReader(pronouncer, UnaryOperator.identity()).read("awe")))
                .isEmpty();
    }

    private static List<WordTiming> said(List<Phrase> phrases) {
        return phrases.stream()
                .flatMap(phrase -> phrase.words().stream())
                .map(word -> new WordTiming(word.idBegin(), word.idEnd(), word.textBegin(), word.textEnd()))
                .toList();
    }

    private static Map<Integer, long[]> letters() {
        Map<Integer, long[]> ids = new HashMap<>();
        for (char c = 'a'; c <= 'z'; c++) {
            ids.put((int) c, new long[] {c});
        }
        ids.put((int) ' ', new long[] {' '});
        ids.put((int) '.', new long[] {'.'});
        ids.put((int) '<', new long[] {'<'});
        return ids;
    }

    private static Phrasing phrasing(Map<Integer, long[]> ids, int longest) {
        return new Phrasing("test", ids, Map.of(), new long[] {1, 0}, new long[] {0}, new long[] {2}, longest);
    }
}
