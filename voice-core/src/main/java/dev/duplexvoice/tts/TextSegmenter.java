package dev.duplexvoice.tts;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Cuts streamed text into pieces that can be spoken: an early first clause, so that the first sound comes soon, then
 * sentences. The pieces do not depend on how the text was chunked. Not thread-safe.
 *
 * <p>A sentence ends at {@code . ! ?} or an ellipsis that is followed by white space, closing quotes and brackets included; a
 * full stop after an abbreviation or a single letter does not count. A line break ends one too. The first piece may also end
 * at {@code , ; :} or a dash once it has {@link #FIRST_CLAUSE_WORDS} words. A piece longer than the longest
 * allowed is cut at its last white space, or where that length is reached.
 */
public final class TextSegmenter {
    /** Words after which the first piece may end at a comma. */
    public static final int FIRST_CLAUSE_WORDS = 3;

    /** Longest piece unless said otherwise, in characters. */
    public static final int MAX_SEGMENT = 400;

    private static final Set<String> ABBREVIATIONS = Set.of(
            "mr", "mrs", "ms", "dr", "prof", "st", "sr", "jr", "vs", "fig", "vol", "approx", "dept", "inc", "ltd",
            "corp", "gen", "col", "sgt", "capt", "lt", "rev", "hon", "ave", "blvd", "rd", "mt", "e.g", "i.e", "a.m",
            "p.m", "u.s", "u.k");

    private final StringBuilder pending = new StringBuilder();
    private int consumed;
    private boolean finished;
    private boolean first = true;

    private final int longest;

    /** A segmenter at the start of a text. */
    public TextSegmenter() {
        this(MAX_SEGMENT);
    }

    /**
     * A segmenter for a synthesizer that takes only so much.
     *
     * @param longest characters of a piece, at least 2
     */
    public TextSegmenter(int longest) {
        if (longest < 2) {
            throw new IllegalArgumentException("longest=" + longest + ": must be at least 2");
        }
        this.longest = longest;
    }

    /**
     * Adds text.
     *
     * @throws IllegalStateException after {@link #finish}
     */
    public void append(CharSequence text) {
        if (finished) {
            throw new IllegalStateException("the text is finished: nothing can be appended");
        }
        pending.append(text);
    }

    /** Says that there is no more text: what is left becomes the last piece. */
    public void finish() {
        finished = true;
    }

    /** Takes the next piece; null if there is none until more text comes, or at the end. */
    public @Nullable TextSegment poll() {
        skipWhitespace();
        if (pending.isEmpty()) {
            return null;
        }
        int end = findEnd();
        if (end < 0) {
            if (!finished) {
                return null;
            }
            end = pending.length();
        }
        int trimmed = end;
        while (trimmed > 0 && Character.isWhitespace(pending.charAt(trimmed - 1))) {
            trimmed--;
        }
        TextSegment segment = new TextSegment(pending.substring(0, trimmed), consumed, consumed + trimmed);
        pending.delete(0, end);
        consumed += end;
        first = false;
        return segment;
    }

    private void skipWhitespace() {
        int i = 0;
        while (i < pending.length() && Character.isWhitespace(pending.charAt(i))) {
            i++;
        }
        pending.delete(0, i);
        consumed += i;
    }

    /** The index after the first piece, or -1 if the text so far does not tell. */
    private int findEnd() {
        int words = 0;
        int lastBreak = -1;
        for (int i = 0; i < pending.length(); i++) {
            char c = pending.charAt(i);
            if (Character.isWhitespace(c)) {
                words++;
                lastBreak = i + 1;
                if (c == '\n') {
                    return i + 1;
                }
            }
            if (i + 1 >= longest) {
                return hardEnd(lastBreak);
            }
            // The character after the mark decides, so it must be there: this keeps the pieces independent of chunking.
            int after = afterClosers(i + 1);
            if (after >= pending.length()) {
                if (finished) {
                    continue;
                }
                return -1;
            }
            if (!Character.isWhitespace(pending.charAt(after))) {
                continue;
            }
            if (isSentenceEnd(c, i)) {
                return after;
            }
            if (first && words + 1 >= FIRST_CLAUSE_WORDS && isClauseEnd(c)) {
                return after;
            }
        }
        return -1;
    }

    private int hardEnd(int lastBreak) {
        int end = lastBreak > 0 ? lastBreak : longest;
        return Character.isHighSurrogate(pending.charAt(end - 1)) ? end - 1 : end;
    }

    private int afterClosers(int from) {
        int i = from;
        while (i < Math.min(pending.length(), longest) && ")]}\"'\u201d\u2019\u00bb".indexOf(pending.charAt(i)) >= 0) {
            i++;
        }
        return i;
    }

    private boolean isSentenceEnd(char c, int at) {
        return switch (c) {
            case '!', '?', '\u2026' -> true;
            case '.' -> !isAbbreviation(at);
            default -> false;
        };
    }

    private static boolean isClauseEnd(char c) {
        return c == ',' || c == ';' || c == ':' || c == '\u2014';
    }

    private boolean isAbbreviation(int dot) {
        int begin = dot;
        while (begin > 0 && !Character.isWhitespace(pending.charAt(begin - 1))) {
            begin--;
        }
        while (begin < dot && !Character.isLetterOrDigit(pending.charAt(begin))) {
            begin++;
        }
        String word = pending.substring(begin, dot).toLowerCase(Locale.ROOT);
        boolean initial = word.length() == 1 && Character.isLetter(word.charAt(0)) && !word.equals("i");
        return initial || ABBREVIATIONS.contains(word);
    }
}
