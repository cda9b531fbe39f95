package dev.duplexvoice.tts;

import java.util.Set;

/** Links, images, footnotes and tags within a line: what of them is not spoken. */
final class Inline {
    static final int NEEDS_MORE = -1;

    private static final int LONGEST_TEXT = 300;
    private static final int LONGEST_TARGET = 1_000;
    private static final int LONGEST_TAG = 200;
    private static final int DEPTH = 4;

    private static final Set<String> SEPARATING = Set.of("br", "p", "li", "tr", "td", "th", "div", "break");

    /** What comes after the texts of links that are open: where it begins, and how long it is. */
    private final int[] closesAt = new int[DEPTH];

    private final int[] closesWith = new int[DEPTH];
    private final SourceText source;
    private int depth;
    private boolean separates;

    Inline(SourceText source) {
        this.source = source;
    }

    /** Nothing of it goes beyond a line. */
    void endLine() {
        depth = 0;
    }

    /** How much is left out here because a link ends; 0 for nothing. */
    int closes() {
        if (depth == 0 || closesAt[depth - 1] != source.position()) {
            return 0;
        }
        return closesWith[--depth];
    }

    /** Whether what was opened last separates words. */
    boolean separatesWords() {
        return separates;
    }

    /** How much is left out here because of {@code [}, {@code !} or a less-than sign; 0 for nothing. */
    int open(char c) {
        separates = false;
        return switch (c) {
            case '[' -> link(0);
            case '!' -> image();
            default -> tag();
        };
    }

    private int image() {
        if (source.isShort(2)) {
            return NEEDS_MORE;
        }
        return source.available() > 1 && source.peek(1) == '[' ? link(1) : 0;
    }

    private int link(int bracket) {
        if (source.isShort(bracket + 2)) {
            return NEEDS_MORE;
        }
        int textEnd = source.findClosing('[', ']', bracket, LONGEST_TEXT);
        if (textEnd < 0) {
            return textEnd == -1 ? 0 : NEEDS_MORE;
        }
        if (source.peek(bracket + 1) == '^') {
            return textEnd + 1;
        }
        if (source.isShort(textEnd + 2)) {
            return NEEDS_MORE;
        }
        if (textEnd + 1 >= source.available() || source.peek(textEnd + 1) != '(') {
            return 0;
        }
        int targetEnd = source.findClosing('(', ')', textEnd + 1, LONGEST_TARGET);
        if (targetEnd < 0) {
            return targetEnd == -1 ? 0 : NEEDS_MORE;
        }
        return opened(bracket + 1, textEnd, targetEnd + 1);
    }

    private int opened(int mark, int textEnd, int end) {
        if (textEnd == mark) {
            return end;
        }
        if (depth == DEPTH) {
            return 0;
        }
        closesAt[depth] = source.position() + textEnd;
        closesWith[depth] = end - textEnd;
        depth++;
        return mark;
    }

    private int tag() {
        if (source.isShort(2)) {
            return NEEDS_MORE;
        }
        if (source.available() < 2) {
            return 0;
        }
        char first = source.peek(1);
        if (first != '/' && first != '!' && first != '?' && !(first >= 'a' && first <= 'z')) {
            return 0;
        }
        int end = source.find('>', 1, LONGEST_TAG);
        if (end < 0) {
            return end == -1 ? 0 : NEEDS_MORE;
        }
        int nameEnd = 1;
        boolean address = false;
        boolean spaced = false;
        for (int i = 1; i < end; i++) {
            char c = source.peek(i);
            spaced |= Characters.isSpace(c);
            address |= !spaced && (c == '@' || c == ':' && source.peek(i + 1) == '/');
            nameEnd = !spaced && c != '/' ? i + 1 : nameEnd;
        }
        if (address && !spaced) {
            return opened(1, end, end + 1);
        }
        separates = SEPARATING.contains(name(nameEnd));
        return end + 1;
    }

    private String name(int end) {
        StringBuilder name = new StringBuilder();
        for (int i = 1; i < end; i++) {
            if (source.peek(i) != '/') {
                name.append(source.peek(i));
            }
        }
        return name.toString();
    }
}
