package dev.duplexvoice.tts;

/** The text that has come and is not yet read, with its place in the whole text. */
final class SourceText {
    private static final int COMPACT = 4_096;

    private final StringBuilder text = new StringBuilder();
    private int head;
    private int dropped;
    private char before = ' ';
    private boolean last;
    private long steps;

    void append(CharSequence more) {
        text.append(more);
    }

    /** Whether there is no more to wait for. */
    void last(boolean value) {
        last = value;
    }

    boolean isEmpty() {
        return head == text.length();
    }

    int available() {
        return text.length() - head;
    }

    /** Whether so many characters are needed and more may come. */
    boolean isShort(int needed) {
        return !last && available() < needed;
    }

    char peek(int index) {
        return text.charAt(head + index);
    }

    int codePoint() {
        return text.codePointAt(head);
    }

    /** The character before the next one; a space at the beginning. */
    char before() {
        return before;
    }

    /** Index of the next character in the whole text. */
    int position() {
        return dropped + head;
    }

    long steps() {
        return steps;
    }

    /** How often a character is repeated from here on, at most {@code most}. */
    int run(char c, int most) {
        int run = 0;
        while (run < most && run < available() && peek(run) == c) {
            run++;
        }
        steps += run;
        return run;
    }

    /** As {@link #find}, beyond the run of it that comes next. */
    int findAfterRun(char c, int most) {
        return find(c, run(c, most), most);
    }

    /** The index of a character before the end of the line; -1 if there is none, -2 if that needs more text. */
    int find(char c, int from, int most) {
        for (int i = from; i < from + most; i++) {
            steps++;
            if (i >= available()) {
                return last ? -1 : -2;
            }
            char at = peek(i);
            if (at == c) {
                return i;
            }
            if (at == '\n') {
                return -1;
            }
        }
        return -1;
    }

    /** The index of what closes a bracket that is opened at {@code from}; -1 and -2 as {@link #find}. */
    int findClosing(char open, char close, int from, int most) {
        int depth = 0;
        for (int i = from; i < from + most; i++) {
            steps++;
            if (i >= available()) {
                return last ? -1 : -2;
            }
            char at = peek(i);
            if (at == '\n') {
                return -1;
            }
            if (at == open) {
                depth++;
            } else if (at == close && --depth == 0) {
                return i;
            }
        }
        return -1;
    }

    void advance(int count) {
        before = text.charAt(head + count - 1);
        head += count;
        // Moving what is left only when it is less than half keeps the cost of a character constant.
        if (head > COMPACT && head > text.length() / 2) {
            text.delete(0, head);
            dropped += head;
            head = 0;
        }
    }
}
