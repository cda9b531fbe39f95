package dev.duplexvoice.nativecore.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.nativecore.NativeVoiceProvider;
import dev.duplexvoice.tts.PronouncedWord;
import dev.duplexvoice.tts.Pronouncer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FlitePronouncerTest {
    private final Pronouncer pronouncer = FlitePronouncer.open();

    @ParameterizedTest
    @ValueSource(strings = {"en", "EN", "en-US", "en_us", "EN-us"})
    void shouldBeFoundWhenTheLanguageIsAmericanEnglish(String language) {
        assertThat(Pronouncer.find(language)).isInstanceOf(FlitePronouncer.class);
        assertThat(Pronouncer.find(language).language()).isEqualTo("en-US");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "de", "en-GB", "en_AU", "english", "fr-FR"})
    void shouldBeRefusedByNameWhenTheLanguageIsAnother(String language) {
        assertThat(new NativeVoiceProvider().openPronouncer(language)).isNull();
        assertThatExceptionOfType(VoiceException.class)
                .isThrownBy(() -> Pronouncer.find(language))
                .withMessageStartingWith("language=" + language + ": ")
                .satisfies(e -> assertThat(e.code()).isEqualTo(VoiceException.Code.UNAVAILABLE));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    Good morning, the line is up. | ɡˈʊd<Good> mˈɔːɹnɪŋ<morning> ðə<the> lˈaɪn<line> ɪz<is> ˈʌp<up>
                    I have 42.                    | aɪ<I> hæv<have> fˈɔːɹti<42> tˈuː<42>
                    It costs $3.50!               | ɪt<It> kˈɑːsts<costs> θɹˈiː<$3.50> dˈɑːlɚz<$3.50> fˈɪfti<$3.50> sˈɛnts<$3.50>
                    Dr. Smith                     | dˈɑːktɚ<Dr> smˈɪθ<Smith>
                    “It’s” a 😀 café          | ɪts<It’s> ɐ<a> kəfˈeɪ<café>
                    joe@example.com               | dʒˈoʊ<joe@example.com> ˈæt<joe@example.com> ɪɡzˈæmpəl<joe@example.com> kˈɑːm<joe@example.com>
                    """)
    void shouldPronounceWordsWhereTheyStand(String text, String expected) {
        assertThat(shown(text)).isEqualTo(expected);
    }

    private String shown(String text) {
        return pronounced(text).stream()
                .map(word -> word.ipa() + "<" + text.substring(word.textBegin(), word.textEnd()) + ">")
                .collect(Collectors.joining(" "));
    }

    /** The words of a text, their places checked. */
    private List<PronouncedWord> pronounced(String text) {
        List<PronouncedWord> words = pronouncer.pronounce(text);
        int begin = 0;
        int end = 0;
        for (PronouncedWord word : words) {
            assertThat(word.ipa()).doesNotContain(" ").doesNotContainPattern("[0-9]");
            assertThat(word.textEnd()).isGreaterThan(word.textBegin()).isLessThanOrEqualTo(text.length());
            boolean samePlace = word.textBegin() == begin && word.textEnd() == end;
            assertThat(samePlace || word.textBegin() >= end).isTrue();
            begin = word.textBegin();
            end = word.textEnd();
        }
        return words;
    }

    @Test
    void shouldReadEachFigureOutWhenTextIsADate() {
        List<PronouncedWord> words = pronounced("on 2026-11-22");
        assertThat(words).hasSize(9);
        assertThat(words.subList(1, 9)).allSatisfy(word -> {
            assertThat(word.textBegin()).isEqualTo(3);
            assertThat(word.textEnd()).isEqualTo(13);
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "...?!",
                "—",
                "😀😀",
                "日本語",
                "\u0000\u0001\u001f\u007f",
                "\ud800",
                "\udc00\udc00",
                "\n\t"
            })
    void shouldHaveNoWordWhenNothingIsSaid(String text) {
        assertThat(pronounced(text)).isEmpty();
    }

    @Test
    void shouldPronounceTheRestWhenSomethingCannotBeSaid() {
        assertThat(shown("Yes \ud83d 日本 \u0007no")).isEqualTo("jˈɛs<Yes> nˈoʊ<no>");
        assertThat(pronounced("<speak><break time=\"3s\"/>Hello</speak>")).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "7", "word ", "$1,2.5", "é", "😀", "ab😀", "."})
    void shouldReadATextOfAnyLength(String part) {
        String text = part.repeat(100_000 / part.length());
        List<PronouncedWord> words = pronounced(text);
        if (part.equals("word ")) {
            assertThat(words)
                    .hasSize(20_000)
                    .allSatisfy(word -> assertThat(word.ipa()).isEqualTo("wˈɜːd"));
        }
        if (Character.isLetterOrDigit(part.charAt(0))) {
            assertThat(words.get(words.size() - 1).textEnd()).isGreaterThan(text.length() - 5);
        }
    }

    @Test
    void shouldCutALongTextAtWhiteSpaceOnly() {
        String text = "One hundred thousand. ".repeat(1_000);
        List<PronouncedWord> words = pronounced(text);
        assertThat(words).hasSize(3_000);
        for (int i = 0; i < words.size(); i++) {
            assertThat(words.get(i).ipa()).isEqualTo(words.get(i % 3).ipa());
            assertThat(words.get(i).textBegin()).isEqualTo(words.get(i % 3).textBegin() + i / 3 * 22);
        }
    }

    @Test
    void shouldStayWithinTheTextWhenItIsRandom() {
        Random random = new Random(11);
        String[] alphabets = {
            "0123456789$,.-:/'%eE+ ", "aeiounrst' .,;", "IVX.,'s StDr\u00e9\u2019 ", "<>&;=\"/ab ", "@.-_aZ9"
        };
        for (int round = 0; round < 2_000; round++) {
            StringBuilder text = new StringBuilder();
            String alphabet = alphabets[random.nextInt(alphabets.length)];
            for (int i = random.nextInt(40); i > 0; i--) {
                text.append(
                        random.nextInt(8) > 0
                                ? alphabet.charAt(random.nextInt(alphabet.length()))
                                : (char) random.nextInt(0x10000));
            }
            pronounced(text.toString());
        }
    }

    @Test
    void shouldSayTheSameOnManyThreadsAtOnce() throws Exception {
        String text = "Dr. Jones paid $12.50 for zyxwqorbs on 4/5, didn’t she? ".repeat(60);
        List<PronouncedWord> expected = pronouncer.pronounce(text);
        int threads = 16;
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            CyclicBarrier barrier = new CyclicBarrier(threads);
            List<Future<List<PronouncedWord>>> results = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                results.add(executor.submit(() -> {
                    barrier.await();
                    return pronouncer.pronounce(text);
                }));
            }
            for (Future<List<PronouncedWord>> result : results) {
                assertThat(result.get()).isEqualTo(expected);
            }
        } finally {
            executor.shutdown();
        }
    }
}
