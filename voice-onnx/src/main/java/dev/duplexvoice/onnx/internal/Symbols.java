package dev.duplexvoice.onnx.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The symbols that a text is spoken with, code points, and which of them are words. */
final class Symbols {
    /** A word's places in the symbols and in the text, ends exclusive. */
    record Word(int begin, int end, int textBegin, int textEnd) {}

    private static final int NOWHERE = -1;
    /** Of phonemes: stress and length, which are letters to Unicode and make no sound of their own. */
    private static final String STRESS_AND_LENGTH = "ˈˌːˑ";

    private int[] codePoints = new int[64];
    private int[] textBegins = new int[64];
    private int[] textEnds = new int[64];
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

    /** Whether it is known which character of the text a symbol stands for. */
    boolean hasPlace(int index) {
        return textBegins[index] != NOWHERE;
    }

    /** Where in the text the symbol's character begins. */
    int textBegin(int index) {
        return textBegins[index];
    }

    /** Where in the text the symbol's character ends. */
    int textEnd(int index) {
        return textEnds[index];
    }

    /** Whether a symbol is heard by itself; marks are not. */
    static boolean isSounding(int codePoint) {
        return Character.isLetterOrDigit(codePoint) && STRESS_AND_LENGTH.indexOf(codePoint) < 0;
    }

    /** Adds a symbol that stands for no character alone. */
    void add(int codePoint) {
        add(codePoint, NOWHERE, NOWHERE);
    }

    /** Adds a symbol of a character of the text. */
    void add(int codePoint, int textBegin, int textEnd) {
        if (size == codePoints.length) {
            codePoints = Arrays.copyOf(codePoints, size * 2);
            textBegins = Arrays.copyOf(textBegins, size * 2);
            textEnds = Arrays.copyOf(textEnds, size * 2);
        }
        codePoints[size] = codePoint;
        textBegins[size] = textBegin;
        textEnds[size++] = textEnd;
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
