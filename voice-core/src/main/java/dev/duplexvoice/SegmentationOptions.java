package dev.duplexvoice;

import dev.duplexvoice.internal.OptionValues;
import java.time.Duration;

/**
 * How the text of replies is cut into clauses while it is written.
 *
 * @param firstWords words after which the first clause may end at a comma or the like, 1 to 1,000; 0 if words do not count
 * @param firstCharacters characters after which it may, 1 to 10,000; 0 if they do not count. With both 0 replies begin with a
 *     whole sentence
 * @param flushAfter how long text waits for more that decides where its clause ends, up to 60 s, to the next frame; then it is
 *     spoken as it is. 0: for ever. A synthesizer that wants whole replies is given none before its end
 */
public record SegmentationOptions(int firstWords, int firstCharacters, Duration flushAfter) {
    /** 3 words or 20 characters, and 500 ms. */
    public static final SegmentationOptions DEFAULT = new SegmentationOptions(3, 20, Duration.ofMillis(500));

    /** @throws IllegalArgumentException if a value is out of range */
    public SegmentationOptions {
        if (firstWords < 0 || firstWords > 1_000) {
            throw new IllegalArgumentException("segmentation.firstWords=" + firstWords + ": must be 0 to 1000");
        }
        if (firstCharacters < 0 || firstCharacters > 10_000) {
            throw new IllegalArgumentException(
                    "segmentation.firstCharacters=" + firstCharacters + ": must be 0 to 10000");
        }
        OptionValues.inRange("segmentation.flushAfter", flushAfter, Duration.ZERO, Duration.ofMinutes(1));
    }
}
