package dev.duplexvoice.tts;

import dev.duplexvoice.tts.Abbreviations.Kind;
import java.util.Locale;

/**
 * Where a sentence or clause ends. Each question looks at a bounded number of characters around a mark, and is answered with
 * {@link #WAIT} while those after it have not come.
 */
final class SentenceRules {
    static final int NO = -1;
    static final int WAIT = -2;

    private static final int MOST_CLOSERS = 16;
    private static final int LONGEST_TOKEN = 24;
    private static final int LONGEST_LIST_NUMBER = 3;
    private static final int LARGEST_DAY = 31;
    /** A sentence of so few words has only begun when the time of day comes: "At 5 a.m. Mr. Smith went." */
    private static final int BEGINNING_WORDS = 4;

    private final SpokenBuffer text;
    private long steps;

    SentenceRules(SpokenBuffer text) {
        this.text = text;
    }

    long steps() {
        return steps;
    }

    /**
     * The index after the sentence that ends with the mark at {@code at}, its closing quotes and brackets included.
     *
     * @param words of the piece up to here
     * @param spacedQuotes whether the mark stands within guillemets with spaces inside them
     * @param last whether no more text comes
     */
    int sentenceEnd(int at, int words, boolean spacedQuotes, boolean last) {
        char c = text.charAt(at);
        if (at + 1 < text.length()) {
            if (Characters.isEnd(text.charAt(at + 1))) {
                return NO; // the last mark of a run decides
            }
        } else if (!last) {
            return WAIT;
        }
        int after = afterClosers(at + 1);
        if (spacedQuotes) {
            after = afterSpacedGuillemet(after, last);
            if (after == WAIT) {
                return WAIT;
            }
        }
        if (after >= text.length()) {
            return last ? after : WAIT;
        }
        char next = text.charAt(after);
        boolean spaced = SpokenBuffer.isSpace(next);
        if (Characters.isWideEnd(c)) {
            boolean quoted = after > at + 1 && (next == '\u3068' || next == '\u3063'); // "…," he said
            return quoted ? NO : after;
        }
        if (!spaced) {
            boolean begins =
                    next == '\u00bf' || next == '\u00a1' || c != '.' && Characters.isCjk(text.codePointAt(after));
            return begins && c != '\u2026' ? after : NO;
        }
        int word = skipSpace(after);
        if (c == '\u2026' || c == '.' && at > 0 && text.charAt(at - 1) == '.') {
            return ellipsis(at, after, word, last);
        }
        if (c == '.' && at > 0 && text.isSpaceAt(at - 1)) {
            return spacedDots(at, after, word, last);
        }
        if (after > at + 1) {
            return closed(at, after, word, words, last);
        }
        return c == '.' ? fullStop(at, after, word, words, last) : exclamation(at, after, word, last);
    }

    /** Marks behind a quotation or bracket: what goes on in lower case is the same sentence. */
    private int closed(int at, int after, int word, int words, boolean last) {
        if (breaks(after, word)) {
            return after;
        }
        if (word >= text.length()) {
            return last ? after : WAIT;
        }
        if (Character.isLowerCase(text.codePointAt(word))) {
            return NO;
        }
        return text.charAt(at) == '.' ? fullStop(at, after, word, words, last) : after;
    }

    private int ellipsis(int at, int after, int word, boolean last) {
        int first = at;
        while (first > 0 && at - first < LONGEST_TOKEN && text.charAt(first - 1) == '.') {
            first--;
        }
        if (first > 0 && (text.charAt(first - 1) == '[' || text.charAt(first - 1) == '(')) {
            return NO; // an omission
        }
        if (breaks(after, word)) {
            return after;
        }
        if (word >= text.length()) {
            return last ? after : WAIT;
        }
        return Character.isLowerCase(text.codePointAt(word)) ? NO : after;
    }

    /** Ellipsis with spaces: three dots go on, the fourth ends the sentence. */
    private int spacedDots(int at, int after, int word, boolean last) {
        if (breaks(after, word)) {
            return after;
        }
        if (word >= text.length()) {
            return last ? after : WAIT;
        }
        if (text.charAt(word) == '.') {
            return NO;
        }
        int dots = 1;
        int i = at;
        while (i > 1 && dots < 4 && text.isSpaceAt(i - 1) && text.charAt(i - 2) == '.') {
            i -= 2;
            dots++;
        }
        return dots >= 4 ? after : NO;
    }

    private int exclamation(int at, int after, int word, boolean last) {
        int begin = tokenBegin(at);
        if (begin < 0 || !Abbreviations.is(Kind.EXCLAIMED, lower(begin, at))) {
            return after;
        }
        if (word >= text.length()) {
            return last ? after : WAIT;
        }
        return Character.isLowerCase(text.codePointAt(word)) ? NO : after;
    }

    private int fullStop(int at, int after, int word, int words, boolean last) {
        int begin = tokenBegin(at);
        if (begin < 0 || begin == at) {
            return after;
        }
        String token = lower(begin, at);
        if (isNumber(token)) {
            return number(token, begin, after, word, last);
        }
        if (token.codePointCount(0, token.length()) == 1 && Character.isLetter(token.codePointAt(0))) {
            return Characters.isCjk(token.codePointAt(0)) ? after : initial(token, begin, after, word, last);
        }
        if (token.length() > Abbreviations.LONGEST) {
            return after;
        }
        if (Abbreviations.is(Kind.NEVER, token)) {
            return breaks(after, word) ? after : NO;
        }
        boolean time = Abbreviations.is(Kind.TIME, token);
        if (time && words < BEGINNING_WORDS) {
            return breaks(after, word) ? after : NO;
        }
        if (time || Abbreviations.is(Kind.FINAL, token)) {
            return beforeCapital(after, word, last);
        }
        if (Abbreviations.is(Kind.NUMBER, token)) {
            if (word >= text.length()) {
                return last || breaks(after, word) ? after : WAIT;
            }
            return Character.isDigit(text.charAt(word)) && !breaks(after, word) ? NO : after;
        }
        if (Abbreviations.is(Kind.INNER, token) || isAcronym(token)) {
            return beforeStarter(after, word, last);
        }
        return after;
    }

    /** A list's number, a German ordinal, or a number that ends the sentence. */
    private int number(String token, int begin, int after, int word, boolean last) {
        if (text.charAt(after) == SpokenBuffer.LINE || breaks(after, word)) {
            return after;
        }
        if (skipOpeners(0) == begin && token.length() <= LONGEST_LIST_NUMBER) {
            return NO;
        }
        int end = wordEnd(word, last);
        if (end == WAIT) {
            return WAIT;
        }
        if (word < text.length() && Character.isLowerCase(text.codePointAt(word))) {
            return NO;
        }
        boolean day = token.length() <= 2 && Integer.parseInt(token) <= LARGEST_DAY;
        return day && Abbreviations.is(Kind.COUNTED, lower(word, end)) ? NO : after;
    }

    private int initial(String token, int begin, int after, int word, boolean last) {
        if (breaks(after, word)) {
            return after;
        }
        if (text.charAt(begin) == 'I' && !(begin > 1 && isCapitalizedBefore(begin - 1))) {
            return after;
        }
        if (token.equals("y") || token.equals("o") || token.equals("à")) {
            return after;
        }
        return beforeStarter(after, word, last);
    }

    private int beforeStarter(int after, int word, boolean last) {
        if (breaks(after, word)) {
            return after;
        }
        int end = wordEnd(word, last);
        if (end == WAIT) {
            return WAIT;
        }
        if (word >= text.length()) {
            return after;
        }
        boolean another = end - word == 1 && end < text.length() && text.charAt(end) == '.';
        boolean starts = Character.isUpperCase(text.codePointAt(word))
                && !another
                && Abbreviations.is(Kind.STARTERS, lower(word, end));
        return starts || text.charAt(word) == '\u00bf' || text.charAt(word) == '\u00a1' ? after : NO;
    }

    private int beforeCapital(int after, int word, boolean last) {
        if (breaks(after, word)) {
            return after;
        }
        if (word >= text.length()) {
            return last ? after : WAIT;
        }
        int begin = skipOpeners(word);
        if (begin >= text.length()) {
            return last ? after : WAIT;
        }
        return Character.isUpperCase(text.codePointAt(begin)) ? after : NO;
    }

    /** The index after an early first clause that ends with the mark at {@code at}. */
    int clauseEnd(int at, boolean last) {
        char c = text.charAt(at);
        boolean dash = c == '\u2013';
        if (!dash && !Characters.isClauseEnd(c) || dash && (at == 0 || !text.isSpaceAt(at - 1))) {
            return NO;
        }
        int after = afterClosers(at + 1);
        if (after >= text.length()) {
            return last ? NO : WAIT;
        }
        char next = text.charAt(after);
        if (Characters.isClauseEnd(next) || Characters.isEnd(next)) {
            return NO;
        }
        return SpokenBuffer.isSpace(next) || Characters.isWideClauseEnd(c) ? after : NO;
    }

    /**
     * Whether the sentence goes on after the line that ends at {@code at}.
     *
     * @param words of the line
     * @param length of the line
     * @return {@link #NO} if it goes on, else {@code at} or {@link #WAIT}
     */
    int lineEnd(int at, int words, int length, boolean last) {
        if (at + 1 >= text.length()) {
            return last ? at : WAIT;
        }
        int before = at - 1;
        while (before > 0 && text.isSpaceAt(before)) {
            before--;
        }
        int next = text.codePointAt(at + 1);
        boolean open = before >= 0 && text.charAt(before) != ':' && !Characters.isEnd(text.charAt(before));
        boolean wrapped = length >= WRAPPED_LENGTH && Character.isLetterOrDigit(next);
        boolean goesOn = words >= WRAPPED_WORDS && Character.isLowerCase(next);
        return open && (wrapped || goesOn) ? NO : at;
    }

    /** A line this long was ended by its width and not by its sense. */
    private static final int WRAPPED_LENGTH = 60;

    private static final int WRAPPED_WORDS = 3;

    // ------------------------------------------------------------------------------------------ looking around

    private int afterClosers(int from) {
        int i = from;
        while (i < text.length() && i - from < MOST_CLOSERS && Characters.isCloser(text.charAt(i))) {
            i++;
        }
        steps += i - from + 1;
        return i;
    }

    /** As French has it: « Oui. » */
    private int afterSpacedGuillemet(int from, boolean last) {
        if (from >= text.length() || text.charAt(from) == SpokenBuffer.BREAK || !text.isSpaceAt(from)) {
            return from;
        }
        if (from + 1 >= text.length()) {
            return last ? from : WAIT;
        }
        if (text.charAt(from + 1) != Characters.CLOSING_GUILLEMET) {
            return from;
        }
        if (from + 2 >= text.length()) {
            return last ? from + 2 : WAIT;
        }
        // In German the same sign opens: »Ja.«
        return Character.isLetterOrDigit(text.codePointAt(from + 2)) ? from : from + 2;
    }

    private int skipSpace(int from) {
        int i = from;
        while (i < text.length() && text.isSpaceAt(i)) {
            i++;
        }
        return i;
    }

    private int skipOpeners(int from) {
        int i = from;
        while (i < text.length() && i - from < MOST_CLOSERS && Characters.isOpener(text.charAt(i))) {
            i++;
        }
        return i;
    }

    /** Whether a paragraph ends between two places, as far as the text has come. */
    private boolean breaks(int from, int to) {
        for (int i = from; i < to; i++) {
            if (text.charAt(i) == SpokenBuffer.BREAK) {
                return true;
            }
        }
        return false;
    }

    /** Where the word before a mark begins, openers left out; -1 if it is longer than any that matters. */
    private int tokenBegin(int at) {
        int begin = at;
        while (begin > 0 && !text.isSpaceAt(begin - 1)) {
            begin--;
            if (at - begin > LONGEST_TOKEN) {
                return -1;
            }
        }
        steps += at - begin;
        while (begin < at && Characters.isOpener(text.charAt(begin))) {
            begin++;
        }
        return begin;
    }

    /** After the letters from here on; {@link #WAIT} if more of them may come. */
    private int wordEnd(int from, boolean last) {
        int i = from;
        while (i < text.length() && i - from <= Abbreviations.LONGEST_STARTER && Character.isLetter(text.charAt(i))) {
            i++;
        }
        steps += i - from + 1;
        return i >= text.length() && !last ? WAIT : i;
    }

    private String lower(int begin, int end) {
        StringBuilder word = new StringBuilder(end - begin);
        for (int i = begin; i < end; i++) {
            word.append(text.charAt(i));
        }
        return word.toString().toLowerCase(Locale.ROOT);
    }

    private boolean isCapitalizedBefore(int space) {
        int end = space;
        while (end > 0 && text.isSpaceAt(end - 1)) {
            end--;
        }
        int begin = tokenBegin(end);
        return begin >= 0 && begin < end && Character.isUpperCase(text.codePointAt(begin));
    }

    private static boolean isNumber(String token) {
        for (int i = 0; i < token.length(); i++) {
            if (token.charAt(i) < '0' || token.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    /** Letters with full stops between them. */
    private static boolean isAcronym(String token) {
        for (int i = 0; i < token.length(); i++) {
            boolean letter = i % 2 == 0;
            if (letter != Character.isLetter(token.charAt(i)) || !letter && token.charAt(i) != '.') {
                return false;
            }
        }
        return token.length() % 2 == 1;
    }
}
