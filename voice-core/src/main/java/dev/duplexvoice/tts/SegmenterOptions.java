package dev.duplexvoice.tts;

/**
 * How text is cut into pieces.
 *
 * @param firstWords words after which the first piece may end at a comma or the like, 1 to 1,000; 0 if words do not count
 * @param firstCharacters characters after which it may, 1 to 10,000; 0 if they do not count. With both 0 there is no early first
 *     clause
 * @param longest characters of a piece at most, at least 2
 * @param speech whether Markdown, emoji, tags and control characters are left out, and pieces that have nothing to say; else only
 *     white space is changed
 */
public record SegmenterOptions(int firstWords, int firstCharacters, int longest, boolean speech) {
    /** For speech: an early first clause of 3 words or 20 characters, pieces of at most 400 characters. */
    public static final SegmenterOptions SPEECH = new SegmenterOptions(3, 20, 400, true);

    /** Whole sentences of any length, as they are written but for their white space. */
    public static final SegmenterOptions SENTENCES = new SegmenterOptions(0, 0, Integer.MAX_VALUE, false);

    /** @throws IllegalArgumentException if a value is out of range */
    public SegmenterOptions {
        if (firstWords < 0 || firstWords > 1_000) {
            throw new IllegalArgumentException("firstWords=" + firstWords + ": must be 0 to 1000");
        }
        if (firstCharacters < 0 || firstCharacters > 10_000) {
            throw new IllegalArgumentException("firstCharacters=" + firstCharacters + ": must be 0 to 10000");
        }
        if (longest < 2) {
            throw new IllegalArgumentException("longest=" + longest + ": must be at least 2");
        }
    }

    /** The same with another longest piece. */
    public SegmenterOptions withLongest(int characters) {
        return new SegmenterOptions(firstWords, firstCharacters, characters, speech);
    }
}
