package dev.duplexvoice.onnx.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The symbols that a text is spoken with, code points, and which of them are words. */
final class Symbols {
    /** A word's places in the symbols and in the text, ends exclusive. */
    record Word(int begin, int end, int textBegin, int textEnd) {}

    private int[] codePoints = new int[64];
    private int size;
    private final List<Word> words = new ArrayList<>();

    int size() {
        return size;
    }

    int codePoint(int index) {
        return codePoints[index];
    }

    List<Word> words() {
        return words;
    }

    void add(int codePoint) {
        if (size == codePoints.length) {
            codePoints = Arrays.copyOf(codePoints, size * 2);
        }
        codePoints[size++] = codePoint;
    }

    /** Adds a space unless there is one already or nothing before it. */
    void addSpace() {
        if (size > 0 && codePoints[size - 1] != ' ') {
            add(' ');
        }
    }

    /** Makes a word of what was added since; words of one piece of text become one. */
    void addWord(int begin, int textBegin, int textEnd) {
        int last = words.size() - 1;
        if (last >= 0
                && words.get(last).textBegin() == textBegin
                && words.get(last).textEnd() == textEnd) {
            words.set(last, new Word(words.get(last).begin(), size, textBegin, textEnd));
        } else {
            words.add(new Word(begin, size, textBegin, textEnd));
        }
    }

    @Override
    public String toString() {
        return new String(codePoints, 0, size);
    }
}
