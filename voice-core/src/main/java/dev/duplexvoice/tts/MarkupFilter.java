package dev.duplexvoice.tts;

/**
 * Turns written text into what is spoken of it: runs of white space become one space or break, and, for speech, Markdown, tags,
 * emoji and control characters are left out. It decides on a character when the text after it has come that it depends on, a
 * bounded length of it, so that the result does not depend on how the text was chunked.
 *
 * <p>What is left out: the marks of headings, quotations, lists, emphasis, code and tables (a table's cells are separated by
 * commas), horizontal rules, fences, the targets of links and images, footnote marks, tags of HTML and SSML. What is between
 * fences is read as it is.
 */
final class MarkupFilter {
    private static final int NONE = 0;
    private static final int BLANK = 1;
    private static final int LINE = 2;
    private static final int BREAK = 3;

    private static final String RULE_MARKS = "-*_=|:+~";
    private static final String BULLETS = "-*+\u2022\u2023\u25e6\u25aa\u00b7\u2013\u2014";
    private static final int SHORTEST_RULE = 3;
    private static final int LONGEST_RULE = 256;
    private static final int LONGEST_RUN = 64;
    private static final int LONGEST_HEADING_MARK = 6;
    private static final int LONGEST_NUMBER = 3;

    private final boolean speech;
    private final SourceText source = new SourceText();
    private final Inline inline = new Inline(source);
    private final SpokenBuffer out;

    /** The most that was put out of the white space being read. The text's leading white space needs none. */
    private int space = BREAK;
    /** Where what is not spoken began, since the last character that is; -1 for nowhere. */
    private int silentFrom = -1;
    /** After the last character of the source that is no white space. */
    private int inkEnd;

    private boolean lineStart = true;
    private boolean lineHasInk;
    private boolean ownLine;
    private boolean skipLine;
    private boolean fenced;
    private boolean row;
    private boolean afterBullet;
    private boolean textEnded;
    private long steps;

    /** @param speech whether anything is left out but white space */
    MarkupFilter(boolean speech, SpokenBuffer out) {
        this.speech = speech;
        this.out = out;
    }

    void append(CharSequence text) {
        source.append(text);
    }

    /** After the last character that is no white space, of what was read. */
    int inkEnd() {
        return inkEnd;
    }

    /** Characters looked at, to see that the effort is linear. */
    long steps() {
        return steps + source.steps();
    }

    /**
     * Reads on as far as the text tells.
     *
     * @param last whether what depends on more text is to be decided without it
     * @param ended whether no more text comes, so that half a surrogate pair stays half
     */
    void read(boolean last, boolean ended) {
        source.last(last);
        textEnded = ended;
        while (!source.isEmpty() && readOne()) {
            steps++;
        }
    }

    /** False if more text is needed. */
    private boolean readOne() {
        char c = source.peek(0);
        if (Characters.isSpace(c)) {
            readSpace(c);
            return true;
        }
        if (skipLine) {
            silence(1);
            return true;
        }
        if (Character.isHighSurrogate(c) && source.available() < 2 && !textEnded) {
            return false;
        }
        if (lineStart) {
            int taken = readLineStart(c);
            if (taken != 0) {
                return taken > 0;
            }
            lineStart = false;
        }
        int codePoint = source.codePoint();
        int length = Character.charCount(codePoint);
        if (!speech) {
            speak(length);
            return true;
        }
        if (isSilent(codePoint)) {
            silence(length);
            return true;
        }
        return fenced ? speak(length) : readInline(c, length);
    }

    private boolean isSilent(int codePoint) {
        boolean joiner = codePoint == 0x200c || codePoint == 0x200d;
        // Joiners form letters in Persian and in Indic scripts; elsewhere they join emoji.
        return joiner ? !isWord(source.before()) : Characters.isSilent(codePoint);
    }

    private void readSpace(char c) {
        boolean newline = c == '\n' || c == '\u2028' || c == '\u2029' || c == '\u0085';
        if (!newline) {
            space(BLANK);
        } else {
            boolean paragraph = !lineHasInk || ownLine || fenced || skipLine || c == '\u2029';
            space(paragraph ? BREAK : LINE);
            lineStart = true;
            lineHasInk = false;
            ownLine = false;
            skipLine = false;
            row = false;
            afterBullet = false;
            inline.endLine();
        }
        source.advance(1);
    }

    private void space(int level) {
        if (level <= space) {
            return;
        }
        if (space == NONE) {
            silentFrom = -1;
        }
        space = level;
        char c = level == BLANK ? SpokenBuffer.BLANK : level == LINE ? SpokenBuffer.LINE : SpokenBuffer.BREAK;
        out.add(c, source.position(), source.position());
    }

    /** Something begins here that is a piece of its own. */
    private void startPiece() {
        space(BREAK);
    }

    private boolean speak(int length) {
        for (int i = 0; i < length; i++) {
            spoken(source.peek(i), source.position() + i);
        }
        ink(length);
        return true;
    }

    private void spoken(char c, int at) {
        out.add(c, at, silentFrom >= 0 ? silentFrom : at);
        silentFrom = -1;
        space = NONE;
    }

    private void silence(int length) {
        if (silentFrom < 0) {
            silentFrom = source.position();
        }
        ink(length);
    }

    private void ink(int length) {
        inkEnd = source.position() + length;
        lineHasInk = true;
        source.advance(length);
    }

    // ------------------------------------------------------------------------------------------ the beginning of a
    // line

    /** Characters taken, 0 if this is text, -1 if more is needed to know. */
    private int readLineStart(char c) {
        int fence = fence(c);
        if (fence != 0) {
            return fence;
        }
        if (fenced) {
            return 0;
        }
        if (c == '#') {
            return heading();
        }
        if (c == '>' && speech) {
            silence(1);
            return 1;
        }
        if (RULE_MARKS.indexOf(c) >= 0) {
            int rule = rule();
            if (rule != 0) {
                return rule;
            }
        }
        if (c == '|') {
            startPiece();
            row = true;
            ownLine = true;
            return mark(1);
        }
        if (BULLETS.indexOf(c) >= 0) {
            return bullet();
        }
        return c >= '0' && c <= '9' ? number() : 0;
    }

    /** Leaves marks out, or says them where nothing is to be left out. */
    private int mark(int length) {
        lineStart = false;
        if (speech) {
            silence(length);
        } else {
            speak(length);
        }
        return length;
    }

    private int fence(char c) {
        if (c != '`' && c != '~') {
            return 0;
        }
        int run = source.run(c, SHORTEST_RULE);
        if (run < SHORTEST_RULE) {
            return source.isShort(SHORTEST_RULE) && run == source.available() ? -1 : 0;
        }
        // A fence has no more of its marks in its line; code that is closed in the same line has.
        int again = c == '`' ? source.findAfterRun(c, LONGEST_RULE) : -1;
        if (again != -1) {
            return again == -2 ? -1 : 0;
        }
        startPiece();
        fenced = speech && !fenced;
        skipLine = speech;
        ownLine = true;
        return mark(SHORTEST_RULE);
    }

    private int heading() {
        int run = source.run('#', LONGEST_HEADING_MARK + 1);
        if (source.isShort(run + 1) && run <= LONGEST_HEADING_MARK) {
            return -1;
        }
        if (run > LONGEST_HEADING_MARK || !isSpaceAt(run)) {
            return 0;
        }
        startPiece();
        ownLine = true;
        return mark(run);
    }

    private int rule() {
        int marks = 0;
        for (int i = 0; i < LONGEST_RULE; i++) {
            steps++;
            if (source.isShort(i + 1)) {
                return -1;
            }
            boolean end = i >= source.available() || source.peek(i) == '\n';
            if (end) {
                if (marks < SHORTEST_RULE) {
                    return 0;
                }
                startPiece();
                ownLine = true;
                skipLine = speech;
                return mark(1);
            }
            char c = source.peek(i);
            if (RULE_MARKS.indexOf(c) >= 0) {
                marks++;
            } else if (!Characters.isSpace(c)) {
                return 0;
            }
        }
        return 0;
    }

    private int bullet() {
        if (source.isShort(2)) {
            return -1;
        }
        if (!isSpaceAt(1)) {
            return 0;
        }
        startPiece();
        mark(1);
        afterBullet = true;
        return 1;
    }

    private int number() {
        int digits = 0;
        while (digits <= LONGEST_NUMBER && digits < source.available() && isDigit(source.peek(digits))) {
            digits++;
        }
        if (digits > LONGEST_NUMBER) {
            return 0;
        }
        if (source.isShort(digits + 1)) {
            return -1;
        }
        if (digits >= source.available() || source.peek(digits) != '.' && source.peek(digits) != ')') {
            return 0;
        }
        if (source.isShort(digits + 2)) {
            return -1;
        }
        if (isSpaceAt(digits + 1)) {
            startPiece();
        }
        return 0;
    }

    private boolean isSpaceAt(int index) {
        return index < source.available() && Characters.isSpace(source.peek(index));
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    // ------------------------------------------------------------------------------------------ within a line

    /** False if more text is needed. */
    private boolean readInline(char c, int length) {
        int closed = inline.closes();
        if (closed > 0) {
            silence(closed);
            return true;
        }
        afterBullet &= c == '[';
        switch (c) {
            case '`' -> silence(1);
            case '*', '_', '~' -> {
                return emphasis(c);
            }
            case '\\' -> {
                if (source.isShort(2)) {
                    return false;
                }
                boolean escapes = source.available() > 1 && isAsciiMark(source.peek(1));
                if (escapes || source.available() > 1 && source.peek(1) == '\n') {
                    silence(1);
                } else {
                    speak(1);
                }
                if (escapes) {
                    speak(1);
                }
            }
            case '[', '!', '<' -> {
                return bracket(c);
            }
            case '|' -> {
                if (row) {
                    spoken(SpokenBuffer.CELL, source.position());
                    ink(1);
                } else {
                    speak(1);
                }
            }
            default -> speak(length);
        }
        return true;
    }

    private boolean emphasis(char c) {
        int run = source.run(c, LONGEST_RUN);
        if (run < LONGEST_RUN && source.isShort(run + 1)) {
            return false;
        }
        char before = source.before();
        char after = run < source.available() ? source.peek(run) : ' ';
        boolean within = isWord(before) && isWord(after);
        boolean alone = run == 1 && Characters.isSpace(before) && Characters.isSpace(after);
        boolean spoken = switch (c) {
            case '*' -> run == 1 && within || alone;
            case '_' -> within || alone;
            default -> run == 1;
        };
        if (spoken) {
            speak(run);
        } else {
            silence(run);
        }
        return true;
    }

    private boolean bracket(char c) {
        if (c == '[' && afterBullet) {
            if (source.isShort(3)) {
                return false;
            }
            afterBullet = false;
            if (source.available() > 2 && source.peek(2) == ']' && " xX".indexOf(source.peek(1)) >= 0) {
                silence(3);
                return true;
            }
        }
        int open = inline.open(c);
        if (open == Inline.NEEDS_MORE) {
            return false;
        }
        if (open == 0) {
            speak(1);
            return true;
        }
        if (inline.separatesWords()) {
            space(BLANK);
        }
        silence(open);
        return true;
    }

    private static boolean isWord(char c) {
        return Character.isLetterOrDigit(c) || Characters.isMark(c);
    }

    private static boolean isAsciiMark(char c) {
        return c > ' ' && c < 0x7f && !Character.isLetterOrDigit(c);
    }
}
