package dev.duplexvoice.tts;

import java.util.Arrays;

/**
 * What is left to speak, a queue of characters, each with its place in the source. White space comes as at most one each of
 * {@link #BLANK}, {@link #LINE} and {@link #BREAK}, in this order.
 */
final class SpokenBuffer {
    static final char BLANK = ' ';
    /** The source goes on in a new line. */
    static final char LINE = '\n';
    /** A paragraph, heading, list item or row ends or begins. */
    static final char BREAK = '\u2029';
    /** Between two cells of a table. */
    static final char CELL = '\u001f';

    private char[] chars = new char[256];
    private int[] starts = new int[256];
    private int[] leads = new int[256];
    private int head;
    private int tail;

    static boolean isSpace(char c) {
        return c == BLANK || c == LINE || c == BREAK;
    }

    /**
     * Adds a character.
     *
     * @param start its place in the source
     * @param lead the place of what is written directly before it and not spoken, or its own
     */
    void add(char c, int start, int lead) {
        if (tail == chars.length) {
            makeRoom();
        }
        chars[tail] = c;
        starts[tail] = start;
        leads[tail] = lead;
        tail++;
    }

    private void makeRoom() {
        int size = tail - head;
        // Moving what is left only when it is less than half keeps the cost of a character constant.
        int capacity = size <= chars.length / 2 ? chars.length : chars.length * 2;
        chars = Arrays.copyOf(Arrays.copyOfRange(chars, head, tail), capacity);
        starts = Arrays.copyOf(Arrays.copyOfRange(starts, head, tail), capacity);
        leads = Arrays.copyOf(Arrays.copyOfRange(leads, head, tail), capacity);
        head = 0;
        tail = size;
    }

    int length() {
        return tail - head;
    }

    char charAt(int index) {
        return chars[head + index];
    }

    int start(int index) {
        return starts[head + index];
    }

    int lead(int index) {
        return leads[head + index];
    }

    /** Drops characters from the front. */
    void discard(int count) {
        head += count;
    }

    boolean isSpaceAt(int index) {
        return isSpace(charAt(index));
    }

    int codePointAt(int index) {
        char c = charAt(index);
        if (Character.isHighSurrogate(c) && index + 1 < length() && Character.isLowSurrogate(charAt(index + 1))) {
            return Character.toCodePoint(c, charAt(index + 1));
        }
        return c;
    }
}
