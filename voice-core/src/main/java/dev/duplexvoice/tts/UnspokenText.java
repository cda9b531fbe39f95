package dev.duplexvoice.tts;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * A piece of a text that its voice left out: a word in letters that the voice does not know, with the marks that are written directly
 * at it, and no white space.
 *
 * <p>Only letters and numbers count. A voice reads punctuation and signs as pauses, or with the word next to them, or not at all, and
 * leaves nothing out by that.
 *
 * @param begin index of its first character in the text
 * @param end index after its last character
 */
public record UnspokenText(int begin, int end) {

    /** @throws IllegalArgumentException if it is no piece of a text */
    public UnspokenText {
        if (begin < 0 || end <= begin) {
            throw new IllegalArgumentException("text " + begin + ".." + end + ": is no piece of a text");
        }
    }

    /**
     * What was left out of a text that was spoken to its end: what is outside of all words.
     *
     * @param text as the voice was given it
     * @param words all that {@link SynthesisStream#words} gave; they may overlap
     * @return in the order of the text; none if there are no words, because a voice without word times does not tell
     */
    public static List<UnspokenText> find(String text, List<WordTiming> words) {
        if (words.isEmpty()) {
            return List.of();
        }
        int length = text.length();
        BitSet said = new BitSet(length);
        for (WordTiming word : words) {
            int begin = Math.max(0, word.textBegin());
            int end = Math.min(length, word.textEnd());
            if (begin < end) {
                said.set(begin, end);
            }
        }
        List<UnspokenText> found = new ArrayList<>();
        for (int at = 0; at < length; at++) {
            int begin = at;
            boolean word = false;
            while (at < length && !said.get(at) && !Characters.isSpace(text.charAt(at))) {
                int codePoint = text.codePointAt(at);
                word |= isOfWord(codePoint);
                at += Character.charCount(codePoint);
            }
            if (word) {
                found.add(new UnspokenText(begin, at));
            }
        }
        return found;
    }

    /** Modifier letters, an apostrophe among them, are no sound of their own. */
    private static boolean isOfWord(int codePoint) {
        int type = Character.getType(codePoint);
        return Character.isLetterOrDigit(codePoint) && type != Character.MODIFIER_LETTER
                || type == Character.LETTER_NUMBER
                || type == Character.OTHER_NUMBER;
    }

    /** The piece of the text that it was found in. */
    public String of(String text) {
        return text.substring(begin, end);
    }
}
