package dev.duplexvoice.nativecore.internal;

import java.util.Map;

/**
 * The lexicon's ARPAbet in the symbols of espeak-ng's voice {@code en-us}, with which the English voices of Piper are trained.
 * A voice knows only what it was trained with, so of two right ways to write a sound the one that espeak-ng has is taken:
 *
 * <ul>
 *   <li>{@code er} is {@code ɜː} with stress (bird) or as the only vowel of a word (her), else {@code ɚ} (letter); before another
 *       vowel the r is heard and written too (hurry)
 *   <li>{@code iy} is long with stress (see), short without (happy), and {@code ɪ} before r (near)
 *   <li>a schwa at the beginning of a word is {@code ɐ} where an a is written (about) and {@code ʌ} where a u is (unhappy)
 *   <li>the mark of stress stands right before the vowel, not before the syllable
 *   <li>{@link WeakWords} of one syllable have no stress
 * </ul>
 *
 * <p>A {@code t} between vowels stays one: the lexicon has no flaps, and the voices have heard both.
 *
 * <p>The lexicon has no secondary stress: it marks several vowels alike. One of them gets the primary mark, by a
 * rule, the others the secondary one. Of the words of the CMU Pronouncing Dictionary for which flite's lexicon marks
 * several (a fifth), the rule is right for 84 %; the first marked vowel would be for 66 %, the last for 31 %.
 */
final class EspeakIpa {
    private static final Map<String, String> CONSONANTS = Map.ofEntries(
            Map.entry("b", "b"),
            Map.entry("ch", "tʃ"),
            Map.entry("d", "d"),
            Map.entry("dh", "ð"),
            Map.entry("f", "f"),
            Map.entry("g", "ɡ"),
            Map.entry("hh", "h"),
            Map.entry("jh", "dʒ"),
            Map.entry("k", "k"),
            Map.entry("l", "l"),
            Map.entry("m", "m"),
            Map.entry("n", "n"),
            Map.entry("ng", "ŋ"),
            Map.entry("p", "p"),
            Map.entry("r", "ɹ"),
            Map.entry("s", "s"),
            Map.entry("sh", "ʃ"),
            Map.entry("t", "t"),
            Map.entry("th", "θ"),
            Map.entry("v", "v"),
            Map.entry("w", "w"),
            Map.entry("y", "j"),
            Map.entry("z", "z"),
            Map.entry("zh", "ʒ"));

    /** Of vowels that are written alike wherever they stand. */
    private static final Map<String, String> VOWELS = Map.ofEntries(
            Map.entry("aa", "ɑː"),
            Map.entry("ae", "æ"),
            Map.entry("ao", "ɔː"),
            Map.entry("aw", "aʊ"),
            Map.entry("ay", "aɪ"),
            Map.entry("eh", "ɛ"),
            Map.entry("ey", "eɪ"),
            Map.entry("ih", "ɪ"),
            Map.entry("ow", "oʊ"),
            Map.entry("oy", "ɔɪ"),
            Map.entry("uh", "ʊ"),
            Map.entry("uw", "uː"));

    private EspeakIpa() {}

    /**
     * A word's phonemes.
     *
     * @param name the word as it is read out
     * @param phones its phones as {@code voice_pronounce} writes them, at least one
     */
    static String of(String name, String phones) {
        ArpabetWord word = ArpabetWord.parse(phones);
        int primary = word.primaryStress();
        boolean weak = word.vowels() == 1 && WeakWords.contains(name);
        StringBuilder ipa = new StringBuilder();
        for (int i = 0; i < word.size(); i++) {
            if (!word.isVowel(i)) {
                ipa.append(consonant(word.phone(i)));
                continue;
            }
            if (word.isStressed(i) && !weak) {
                ipa.append(i == primary ? 'ˈ' : 'ˌ');
            }
            ipa.append(vowel(word, i, name));
        }
        return ipa.toString();
    }

    private static String consonant(String phone) {
        String ipa = CONSONANTS.get(phone);
        if (ipa == null) {
            throw new IllegalStateException("phone=" + phone + ": is none of the lexicon's");
        }
        return ipa;
    }

    private static String vowel(ArpabetWord word, int i, String name) {
        boolean stressed = word.isStressed(i);
        String phone = word.phone(i);
        return switch (phone) {
            case "ah" -> stressed ? "ʌ" : "ə";
            case "ax" -> i == 0 ? firstSchwa(name) : "ə";
            case "er" -> (stressed || word.vowels() == 1 ? "ɜː" : "ɚ") + (word.isVowel(i + 1) ? "ɹ" : "");
            case "iy" -> word.is(i + 1, "r") ? "ɪ" : stressed ? "iː" : "i";
            default -> {
                String ipa = VOWELS.get(phone);
                if (ipa == null) {
                    throw new IllegalStateException("phone=" + phone + ": is none of the lexicon's");
                }
                yield ipa;
            }
        };
    }

    private static String firstSchwa(String name) {
        return name.startsWith("a") ? "ɐ" : name.startsWith("u") ? "ʌ" : "ə";
    }
}
