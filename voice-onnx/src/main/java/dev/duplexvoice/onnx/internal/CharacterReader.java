package dev.duplexvoice.onnx.internal;

import java.text.Normalizer;
import java.util.Locale;

/**
 * Reads a text as its characters: without case, letters and their marks apart, white space as one space. Voices of the type
 * {@code text} were taught so.
 */
final class CharacterReader implements TextReader {

    @Override
    public Symbols read(String text) {
        Symbols symbols = new Symbols();
        if (text.codePoints().noneMatch(Character::isLetterOrDigit)) {
            return symbols;
        }
        int wordBegin = -1;
        int textBegin = 0;
        for (int at = 0; at < text.length(); ) {
            int end = characterEnd(text, at);
            int first = text.codePointAt(at);
            if (Character.isWhitespace(first) || Character.isSpaceChar(first)) {
                if (wordBegin >= 0) {
                    symbols.addWord(wordBegin, textBegin, at);
                    wordBegin = -1;
                }
                symbols.addSpace();
            } else {
                if (wordBegin < 0) {
                    wordBegin = symbols.size();
                    textBegin = at;
                }
                int begin = at;
                Normalizer.normalize(folded(text.substring(at, end)), Normalizer.Form.NFD)
                        .codePoints()
                        .forEach(symbol -> symbols.add(symbol, begin, end));
            }
            at = end;
        }
        if (wordBegin >= 0) {
            symbols.addWord(wordBegin, textBegin, text.length());
        }
        return symbols;
    }

    /** Where the next letter with its marks ends. */
    private static int characterEnd(String text, int begin) {
        int end = begin + Character.charCount(text.codePointAt(begin));
        while (end < text.length()) {
            int next = text.codePointAt(end);
            int type = Character.getType(next);
            if (type != Character.NON_SPACING_MARK && type != Character.COMBINING_SPACING_MARK) {
                break;
            }
            end += Character.charCount(next);
        }
        return end;
    }

    /** Case folding: what upper case unites becomes one, letter by letter, so that a sigma is the same wherever it stands. */
    private static String folded(String character) {
        StringBuilder folded = new StringBuilder();
        character
                .toUpperCase(Locale.ROOT)
                .codePoints()
                .map(Character::toLowerCase)
                .forEach(folded::appendCodePoint);
        return folded.toString();
    }
}
