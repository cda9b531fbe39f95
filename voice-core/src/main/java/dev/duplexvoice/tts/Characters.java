package dev.duplexvoice.tts;

/** Which characters are what: marks that end sentences and clauses, what closes a quotation, what is not spoken. */
final class Characters {
    /** End a sentence where white space follows. */
    private static final String ENDS = ".!?\u2026";
    /** End a sentence without it: CJK, Arabic and Urdu, Indic, Burmese, Khmer, Ethiopic, Armenian. */
    private static final String WIDE_ENDS =
            "\u3002\uff01\uff1f\uff61\uff0e\u061f\u06d4\u0964\u0965\u104b\u17d4\u1362\u0589";

    private static final String CLAUSE_ENDS = ",;:";
    private static final String WIDE_CLAUSE_ENDS = "\u3001\uff0c\uff1b\uff1a\uff64\u060c\u061b\u2014";
    private static final String CLOSERS =
            ")]}\"'\u201d\u2019\u00bb\u203a\u00ab\u2039\u201c\u300d\u300f\uff09\u3011\u300b\u3009\uff3d\uff5d\u3015";
    private static final String OPENERS =
            "([{\"'\u201c\u2018\u201e\u201a\u00ab\u2039\u00bf\u00a1\u300c\u300e\uff08\u3010\u300a\u3008*_#>-";

    static final char OPENING_GUILLEMET = '\u00ab';
    static final char CLOSING_GUILLEMET = '\u00bb';

    /** A cut leaves a character and what is combined with it together, up to so many. */
    private static final int LONGEST_CHARACTER = 32;

    private Characters() {}

    /** A text. */
    interface Text {
        char at(int index);
    }

    static boolean isEnd(char c) {
        return ENDS.indexOf(c) >= 0 || isWideEnd(c);
    }

    static boolean isWideEnd(char c) {
        return c > 0x500 && WIDE_ENDS.indexOf(c) >= 0;
    }

    static boolean isClauseEnd(char c) {
        return CLAUSE_ENDS.indexOf(c) >= 0 || isWideClauseEnd(c);
    }

    static boolean isWideClauseEnd(char c) {
        return c > 0x500 && WIDE_CLAUSE_ENDS.indexOf(c) >= 0;
    }

    static boolean isCloser(char c) {
        return CLOSERS.indexOf(c) >= 0;
    }

    static boolean isOpener(char c) {
        return OPENERS.indexOf(c) >= 0;
    }

    static boolean isSpace(char c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\u0085';
    }

    /** Scripts that are written without spaces between words. */
    static boolean isCjk(int codePoint) {
        return codePoint >= 0x2e80
                && (Character.isIdeographic(codePoint)
                        || codePoint >= 0x3041 && codePoint <= 0x30ff
                        || codePoint >= 0x31f0 && codePoint <= 0x31ff
                        || codePoint >= 0xff66 && codePoint <= 0xff9d);
    }

    /** Whether a voice has something to say for it. */
    static boolean isSpeakable(int codePoint) {
        return Character.isLetterOrDigit(codePoint)
                || Character.getType(codePoint) == Character.CURRENCY_SYMBOL
                || codePoint == '\u00a9'
                || codePoint == '\u00ae'
                || codePoint == '\u2122';
    }

    /** Whether it belongs to the character before it: combining marks, joiners, variation selectors. */
    static boolean continuesCharacter(char c) {
        return Character.isLowSurrogate(c) || isMark(c) || c == '\u200d';
    }

    /** Where to cut a text that begins at {@code begin}: no further than the limit, and not within a character. */
    static int wholeEnd(Text text, int begin, int limit) {
        int end = limit;
        while (end > begin + 1 && limit - end < LONGEST_CHARACTER && isWithinCharacter(text, end)) {
            end--;
        }
        if (!isWithinCharacter(text, end)) {
            return end;
        }
        return Character.isLowSurrogate(text.at(limit)) && limit > begin + 1 ? limit - 1 : limit;
    }

    private static boolean isWithinCharacter(Text text, int index) {
        return continuesCharacter(text.at(index)) || text.at(index - 1) == '\u200d';
    }

    /** A combining mark. */
    static boolean isMark(char c) {
        int type = Character.getType(c);
        return type == Character.NON_SPACING_MARK
                || type == Character.COMBINING_SPACING_MARK
                || type == Character.ENCLOSING_MARK;
    }

    /** What is never spoken: emoji and their parts, control and format characters, lone surrogates. */
    static boolean isSilent(int codePoint) {
        if (codePoint < 0xa0) {
            return codePoint < ' ' || codePoint >= 0x7f;
        }
        return isEmoji(codePoint) || isFormat(codePoint);
    }

    /** By blocks, as Java 17 does not know the property; the signs of music among them are spoken. */
    private static boolean isEmoji(int codePoint) {
        if (codePoint < 0x231a) {
            return false;
        }
        return codePoint <= 0x231b
                || codePoint >= 0x23e9 && codePoint <= 0x23fa
                || codePoint >= 0x25a0 && codePoint <= 0x27bf && (codePoint < 0x266d || codePoint > 0x266f)
                || codePoint >= 0x2b00 && codePoint <= 0x2bff
                || codePoint >= 0x1f000 && codePoint <= 0x1faff;
    }

    private static boolean isFormat(int codePoint) {
        return codePoint == 0xad
                || codePoint == 0x61c
                || codePoint == 0x200b
                || codePoint == 0x200e
                || codePoint == 0x200f
                || codePoint >= 0x202a && codePoint <= 0x202e
                || codePoint >= 0x2060 && codePoint <= 0x206f
                || codePoint == 0x20e3
                || codePoint >= 0xd800 && codePoint <= 0xdfff
                || codePoint >= 0xfe00 && codePoint <= 0xfe0f
                || codePoint == 0xfeff
                || codePoint >= 0xfff0 && codePoint <= 0xffff
                || codePoint >= 0xe0000 && codePoint <= 0xe0fff;
    }
}
