package dev.duplexvoice.tts;

import java.util.Arrays;

/**
 * A clause or sentence to be spoken: its text as a voice is given it, and where in the written text each character of it comes
 * from. Both differ where Markdown, emoji or white space were left out. Immutable.
 */
public final class TextSegment {
    private final String text;
    private final int begin;
    private final int end;
    /** Where each character comes from; null if the text is as it was written. */
    private final int @org.jspecify.annotations.Nullable [] source;

    /**
     * Text that is spoken as it was written.
     *
     * @param text what to speak
     * @param begin index of its first character in the whole text
     * @param end index after its last character
     * @throws IllegalArgumentException if the length of the text is not that of the range
     */
    public TextSegment(String text, int begin, int end) {
        if (text.length() != end - begin) {
            throw new IllegalArgumentException("text.length=" + text.length() + ": the range " + begin + " to " + end
                    + " has " + (end - begin) + " characters");
        }
        this.text = text;
        this.begin = begin;
        this.end = end;
        this.source = null;
    }

    TextSegment(String text, int begin, int end, int[] source) {
        this.text = text;
        this.begin = begin;
        this.end = end;
        this.source = source;
    }

    /** What to speak. */
    public String text() {
        return text;
    }

    /** Index in the whole text of the first character that belongs to it, spoken or not. */
    public int begin() {
        return begin;
    }

    /** Index in the whole text after its last character. */
    public int end() {
        return end;
    }

    /**
     * Where in the whole text a spoken character comes from.
     *
     * @param index of the character in {@link #text}; one beyond either end counts as that end
     */
    public int sourceBegin(int index) {
        if (index >= text.length()) {
            return end;
        }
        int at = Math.max(0, index);
        return source == null ? begin + at : source[at];
    }

    /**
     * Where in the whole text a spoken word ends; what is written directly behind it and not spoken, such as the asterisks of
     * Markdown, belongs to it.
     *
     * @param index after the word in {@link #text}; one beyond either end counts as that end
     */
    public int sourceEnd(int index) {
        return index <= 0 ? begin : sourceBegin(index);
    }

    /**
     * A part of it.
     *
     * @param from index in {@link #text} of its first character
     * @param to index after its last one
     * @param partBegin index in the whole text of the first character that belongs to it
     */
    TextSegment part(int from, int to, int partBegin) {
        int[] places = new int[to - from];
        Arrays.setAll(places, i -> sourceBegin(from + i));
        return new TextSegment(text.substring(from, to), partBegin, sourceBegin(to), places);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TextSegment that
                && begin == that.begin
                && end == that.end
                && text.equals(that.text)
                && sameSource(that);
    }

    private boolean sameSource(TextSegment that) {
        if (source != null && that.source != null) {
            return Arrays.equals(source, that.source);
        }
        for (int i = 0; i < text.length(); i++) {
            if (sourceBegin(i) != that.sourceBegin(i)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int hashCode() {
        return 31 * (31 * text.hashCode() + begin) + end;
    }

    @Override
    public String toString() {
        return "TextSegment[" + begin + ", " + end + ", " + text + "]";
    }
}
