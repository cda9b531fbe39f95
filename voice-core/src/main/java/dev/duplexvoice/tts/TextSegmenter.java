package dev.duplexvoice.tts;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Cuts streamed text into pieces that can be spoken: an early first clause, so that the first sound comes soon, then
 * sentences. The pieces do not depend on how the text was chunked: where what follows decides, as after the full stop of "3." or
 * "U.S.", a piece waits for it, for {@link #finish} or for {@link #flush}. The effort grows with the length of the text. Not
 * thread-safe.
 *
 * <p>A sentence ends at {@code . ! ?}, an ellipsis, or their like in other scripts, closing quotes and brackets included; not at
 * the full stop of an abbreviation, an initial, a number or an address. A paragraph, heading, list item or row of a table ends
 * one, and so does a line break unless the sentence plainly goes on. The first piece may also end at {@code , ; :} or a dash. A
 * piece longer than the longest allowed is cut at its last white space, or where that length is reached.
 *
 * <p>Markdown, tags, emoji and control characters are not spoken. Pieces follow each other in the text without overlap; what is
 * left out between two of them, a piece with nothing to say included, belongs to the second. What is left out behind the last one
 * belongs to none.
 */
public final class TextSegmenter {
    /** Words after which the first piece may end at a comma, unless said otherwise. */
    public static final int FIRST_CLAUSE_WORDS = SegmenterOptions.SPEECH.firstWords();

    /** Longest piece unless said otherwise, in characters. */
    public static final int MAX_SEGMENT = SegmenterOptions.SPEECH.longest();

    private final SegmenterOptions options;
    private final SpokenBuffer spoken = new SpokenBuffer();
    private final MarkupFilter filter;
    private final SentenceRules rules = new SentenceRules(spoken);

    private boolean finished;
    private boolean flushing;
    private boolean first = true;

    // The piece that begins the buffer, as far as it was looked at.
    private int at;
    private int lastSpace;
    private int words;
    private int wideCharacters;
    private boolean inWord;
    private boolean speakable;
    /** Within guillemets with spaces inside them, which may have been opened in an earlier piece. */
    private boolean spacedQuotes;
    /** Where pieces without anything to say began; -1 for nowhere. */
    private int skippedFrom = -1;
    /** Where the last piece ended. */
    private int lastEnd;

    // The line, of which the piece may be a part.
    private int lineWords;
    private int lineLength;
    private long steps;

    /** A segmenter for speech at the start of a text. */
    public TextSegmenter() {
        this(SegmenterOptions.SPEECH);
    }

    /**
     * A segmenter for a synthesizer that takes only so much.
     *
     * @param longest characters of a piece, at least 2
     */
    public TextSegmenter(int longest) {
        this(SegmenterOptions.SPEECH.withLongest(longest));
    }

    /** A segmenter at the start of a text. */
    public TextSegmenter(SegmenterOptions options) {
        this.options = options;
        this.filter = new MarkupFilter(options.speech(), spoken);
    }

    /**
     * What is spoken of a whole text, in one piece; for synthesizers that segment by themselves.
     *
     * @return null if there is nothing to say
     */
    public static @Nullable TextSegment whole(CharSequence text) {
        TextSegmenter segmenter = new TextSegmenter(Integer.MAX_VALUE);
        segmenter.filter.append(text);
        segmenter.filter.read(true, true);
        int length = segmenter.spoken.length();
        for (int i = 0; i < length; i++) {
            if (Characters.isSpeakable(segmenter.spoken.codePointAt(i))) {
                return segmenter.piece(length);
            }
        }
        return null;
    }

    /**
     * What is spoken of a whole text, in as few pieces as a synthesizer takes that segments by itself. A piece ends with a sentence;
     * where one alone is too long, behind a comma or the like, else between words, and within a word that is too long itself.
     *
     * @param longest characters of a piece, at least 2
     * @return empty if there is nothing to say
     */
    public static List<TextSegment> whole(CharSequence text, int longest) {
        TextSegment all = whole(text);
        if (all == null || all.text().length() <= longest) {
            return all == null ? List.of() : List.of(all);
        }
        TextSegmenter sentences = new TextSegmenter(new SegmenterOptions(0, 0, Integer.MAX_VALUE, true));
        sentences.append(text);
        sentences.finish();
        WholePieces pieces = new WholePieces(all, longest);
        for (TextSegment next = sentences.poll(); next != null; next = sentences.poll()) {
            pieces.sentence(next.end());
        }
        return pieces.take();
    }

    /**
     * Adds text, from a part of a character to all of it.
     *
     * @throws IllegalStateException after {@link #finish}
     */
    public void append(CharSequence text) {
        if (finished) {
            throw new IllegalStateException("the text is finished: nothing can be appended");
        }
        flushing = false;
        filter.append(text);
    }

    /** Says that there is no more text: what is left becomes the last piece. */
    public void finish() {
        finished = true;
    }

    /**
     * Says that no text came for a while: what there is becomes a piece without waiting for more. Poll until null before more
     * text is appended.
     */
    public void flush() {
        flushing = true;
    }

    /** Takes the next piece; null if there is none until more text comes, or at the end. */
    public @Nullable TextSegment poll() {
        boolean last = finished || flushing;
        filter.read(last, finished);
        while (at < spoken.length()) {
            steps++;
            int end = look(last);
            if (end == SentenceRules.WAIT) {
                return null;
            }
            if (end >= 0) {
                TextSegment piece = cut(end);
                if (piece != null) {
                    return piece;
                }
            }
        }
        flushing = false;
        return last && at > 0 ? cut(at) : null;
    }

    /** Characters looked at so far, to see that the effort is linear. */
    long steps() {
        return steps + filter.steps() + rules.steps();
    }

    /** Looks at the next character: the index after the piece, or {@link SentenceRules#WAIT}, else it has moved on. */
    private int look(boolean last) {
        char c = spoken.charAt(at);
        if (c == SpokenBuffer.BREAK) {
            spacedQuotes = false;
            endLine();
            return at == 0 ? skipSpace() : at;
        }
        if (c == SpokenBuffer.LINE) {
            int end = at == 0 ? SentenceRules.NO : rules.lineEnd(at, lineWords, lineLength, last);
            if (end == SentenceRules.WAIT) {
                return end;
            }
            endLine();
            if (end >= 0) {
                return end;
            }
        }
        if (SpokenBuffer.isSpace(c)) {
            if (at == 0) {
                return skipSpace();
            }
            inWord = false;
            lastSpace = at;
            spacedQuotes |= spoken.charAt(at - 1) == Characters.OPENING_GUILLEMET;
            return moveOn();
        }
        if (at >= options.longest()) {
            return lastSpace > 0 ? lastSpace : Characters.wholeEnd(spoken::charAt, 0, options.longest());
        }
        if (Character.isHighSurrogate(c) && at + 1 >= spoken.length() && !last) {
            return SentenceRules.WAIT;
        }
        spacedQuotes &= c != Characters.CLOSING_GUILLEMET;
        count(spoken.codePointAt(at));
        int end = SentenceRules.NO;
        if (speakable && Characters.isEnd(c)) {
            end = rules.sentenceEnd(at, words, spacedQuotes, last);
        } else if (speakable && first && mayEndEarly()) {
            end = rules.clauseEnd(at, last);
        }
        if (end == SentenceRules.WAIT) {
            return end;
        }
        return end >= 0 && end <= options.longest() ? end : moveOn();
    }

    private int moveOn() {
        lineLength++;
        at++;
        return SentenceRules.NO;
    }

    private int skipSpace() {
        spoken.discard(1);
        return SentenceRules.NO;
    }

    private void endLine() {
        lineWords = 0;
        lineLength = 0;
    }

    private void count(int codePoint) {
        if (!Characters.isSpeakable(codePoint)) {
            return;
        }
        speakable = true;
        if (Characters.isCjk(codePoint)) {
            // A character is as wide as two others, and words of these scripts have about two.
            lineLength++;
            if (++wideCharacters % 2 == 0) {
                words++;
                lineWords++;
            }
        } else if (!inWord) {
            inWord = true;
            words++;
            lineWords++;
        }
    }

    private boolean mayEndEarly() {
        return options.firstWords() > 0 && words >= options.firstWords()
                || options.firstCharacters() > 0 && at + 1 >= options.firstCharacters();
    }

    /** Takes a piece off the buffer; null if there is nothing in it to say. */
    private @Nullable TextSegment cut(int end) {
        TextSegment piece = null;
        if (speakable || !options.speech()) {
            piece = piece(end);
            first = false;
            skippedFrom = -1;
        } else if (skippedFrom < 0) {
            skippedFrom = spoken.lead(0);
        }
        spoken.discard(end);
        at = 0;
        lastSpace = 0;
        words = 0;
        wideCharacters = 0;
        inWord = false;
        speakable = false;
        return piece;
    }

    /** Whether a line break stands in a text without spaces. */
    private boolean isWithinCjk(int lineBreak, int end) {
        return lineBreak + 1 < end
                && Characters.isCjk(spoken.codePointAt(lineBreak + 1))
                && Characters.isCjk(spoken.codePointAt(lineBreak - 1));
    }

    /** The first characters of the buffer as a piece, of which the first is no white space. */
    private TextSegment piece(int length) {
        int end = length;
        while (spoken.isSpaceAt(end - 1)) {
            end--;
        }
        StringBuilder text = new StringBuilder(end);
        int[] source = new int[end];
        for (int i = 0; i < end; i++) {
            char c = spoken.charAt(i);
            int size = text.length();
            if (c == SpokenBuffer.CELL) {
                if (size > 0 && text.charAt(size - 1) == ' ') {
                    text.setLength(--size);
                }
                if (i == end - 1 || size == 0) {
                    continue;
                }
                c = ',';
            } else if (SpokenBuffer.isSpace(c)) {
                if (size == 0 || text.charAt(size - 1) == ' ' || c == SpokenBuffer.LINE && isWithinCjk(i, end)) {
                    continue;
                }
                c = ' ';
            }
            text.append(c);
            source[size] = spoken.start(i);
        }
        int sourceEnd = end < spoken.length() ? spoken.start(end) : filter.inkEnd();
        int begin = Math.max(lastEnd, skippedFrom >= 0 ? skippedFrom : spoken.lead(0));
        lastEnd = sourceEnd;
        return new TextSegment(text.toString(), begin, sourceEnd, Arrays.copyOf(source, text.length()));
    }
}
