package dev.duplexvoice.nativecore.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EspeakIpaTest {
    /** All that flite's cmulex has, in its lexicon and in its letter-to-sound rules. */
    private static final List<String> VOWELS =
            List.of("aa", "ae", "ah", "ao", "aw", "ax", "ay", "eh", "er", "ey", "ih", "iy", "ow", "oy", "uh", "uw");

    private static final List<String> CONSONANTS = List.of(
            "b", "ch", "d", "dh", "f", "g", "hh", "jh", "k", "l", "m", "n", "ng", "p", "r", "s", "sh", "t", "th", "v",
            "w", "y", "z", "zh");

    @ParameterizedTest
    @CsvSource({
        "hello, hh ax0 l ow1, həlˈoʊ",
        "world, w er1 l d, wˈɜːld",
        "letter, l eh1 t er0, lˈɛtɚ",
        "hurry, hh er1 iy0, hˈɜːɹi",
        "her, hh er0, hɜː",
        "see, s iy1, sˈiː",
        "near, n iy1 r, nˈɪɹ",
        "about, ax0 b aw1 t, ɐbˈaʊt",
        "unhappy, ax0 n hh ae1 p iy0, ʌnhˈæpi",
        "official, ax0 f ih1 sh ax0 l, əfˈɪʃəl",
        "cup, k ah1 p, kˈʌp",
        "george, jh ao1 r jh, dʒˈɔːɹdʒ",
        "the, dh ax0, ðə",
        "is, ih1 z, ɪz",
        "it's, ih1 t s, ɪts",
        "thing, th ih1 ng, θˈɪŋ",
        "boyish, b oy1 ih0 sh, bˈɔɪɪʃ",
        "vision, v ih1 zh ax0 n, vˈɪʒən",
        "goodyear, g uh1 d y ih1 r, ɡˈʊdjˌɪɹ",
        "hmm, hh m, hm",
    })
    void shouldWriteAsEspeakDoesWhenGivenAWord(String name, String phones, String ipa) {
        assertThat(EspeakIpa.of(name, phones)).isEqualTo(ipa);
    }

    @ParameterizedTest
    @CsvSource({
        "telephone, t eh1 l ax0 f ow1 n, tˈɛləfˌoʊn",
        "alphabet, ae1 l f ax0 b eh1 t, ˈælfəbˌɛt",
        "hotdog, hh aa1 t d ao1 g, hˈɑːtdˌɔːɡ",
        "pronunciation, p r ax0 n ah1 n s iy0 ey1 sh ax0 n, pɹənˌʌnsiˈeɪʃən",
        "university, y uw1 n ax0 v er1 s ax0 t iy0, jˌuːnəvˈɜːsəti",
        "overestimate, ow1 v er0 eh1 s t ax0 m ey1 t, ˌoʊvɚɹˈɛstəmˌeɪt",
        "lawmaker, l ao1 m ey1 k er0, lˈɔːmˌeɪkɚ",
        "abdicated, ae1 b d ax0 k ey1 t ax0 d, ˈæbdəkˌeɪtəd",
        "capitalism, k ae1 p ax0 t ax0 l ih1 z ax0 m, kˈæpətəlˌɪzəm",
    })
    void shouldMarkOneVowelAsTheStrongestWhenSeveralAreStressed(String name, String phones, String ipa) {
        assertThat(EspeakIpa.of(name, phones)).isEqualTo(ipa);
    }

    @Test
    void shouldWriteEveryPhoneDifferently() {
        Set<String> written =
                CONSONANTS.stream().map(phone -> EspeakIpa.of("x", phone)).collect(Collectors.toSet());
        assertThat(written).hasSize(CONSONANTS.size());
        written = VOWELS.stream().map(phone -> EspeakIpa.of("x", phone + "1")).collect(Collectors.toSet());
        assertThat(written).hasSize(VOWELS.size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"vits/en_US-random-medium.onnx.json", "vits/en_US-random-x_low.onnx.json"})
    void shouldUseNothingButTheVoicesSymbols(String voice) {
        String json = new String(Fixtures.bytes(Fixtures.file(voice)), StandardCharsets.UTF_8);
        Set<String> symbols = Pattern.compile("\"(.)\":\\s*\\[")
                .matcher(json.substring(json.indexOf("\"phoneme_id_map\"")))
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toSet());
        assertThat(symbols).hasSizeGreaterThan(100);
        for (String consonant : CONSONANTS) {
            assertAllIn(symbols, EspeakIpa.of("x", consonant));
        }
        for (String vowel : VOWELS) {
            for (String name : List.of("x", "a", "u", "the")) {
                for (String frame : List.of("%s0", "%s1", "%s1 k %s1 k ax0", "k %s0 k ih1", "%s0 r ih1", "%s1 ax0")) {
                    assertAllIn(symbols, EspeakIpa.of(name, frame.replace("%s", vowel)));
                }
            }
        }
    }

    private static void assertAllIn(Set<String> symbols, String ipa) {
        assertThat(ipa.codePoints().mapToObj(Character::toString)).as(ipa).isSubsetOf(symbols);
    }

    @ParameterizedTest
    @ValueSource(strings = {"q", "pau", "ix1", "b1"})
    void shouldNameThePhoneWhenItIsUnknown(String phone) {
        assertThatIllegalStateException()
                .isThrownBy(() -> EspeakIpa.of("x", phone))
                .withMessageStartingWith("phone=" + phone.replaceAll("\\d", "") + ": ");
    }
}
