package dev.duplexvoice.tts;

import java.util.Objects;

/**
 * One spoken word of a {@link Pronouncer}.
 *
 * @param ipa its phonemes in the International Phonetic Alphabet as voices trained with espeak-ng's phonemes write it: primary stress
 *     {@code ˈ} and secondary stress {@code ˌ} before the vowel, length {@code ː} behind it, no spaces; not empty
 * @param textBegin where in the text the piece begins that it stands for, in {@code char}s
 * @param textEnd where that piece ends, exclusive
 */
public record PronouncedWord(String ipa, int textBegin, int textEnd) {

    /** @throws IllegalArgumentException if there are no phonemes or the place is not one */
    public PronouncedWord {
        Objects.requireNonNull(ipa, "ipa");
        if (ipa.isEmpty()) {
            throw new IllegalArgumentException("ipa=: must not be empty");
        }
        if (textBegin < 0 || textEnd < textBegin) {
            throw new IllegalArgumentException("text " + textBegin + ".." + textEnd + ": is no place in a text");
        }
    }
}
