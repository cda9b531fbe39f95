package dev.duplexvoice.internal;

import dev.duplexvoice.SegmentationOptions;
import dev.duplexvoice.time.EngineClock;
import dev.duplexvoice.tts.SegmenterOptions;
import dev.duplexvoice.tts.SpeechSynthesizer;
import dev.duplexvoice.tts.TextSegment;
import dev.duplexvoice.tts.TextSegmenter;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a reply's text into clauses while it is written, and knows for how long text has waited for more. One thread at a time, but
 * for {@link #isDue}.
 */
final class ReplyClauses {
    private static final long NOT_WAITING = Long.MIN_VALUE;

    private final SegmenterOptions segmentation;
    private final boolean whole;
    private final long flushAfter;
    private final EngineClock clock;
    private TextSegmenter segmenter;
    private final int longest;
    /** Of a whole reply. */
    private final ArrayDeque<TextSegment> pieces = new ArrayDeque<>();

    private boolean wholeGiven;
    private boolean complete;
    private long textCameAt;
    /** Whether text has come since the last flush. */
    private boolean textMayWait;
    /** When the last text came, if it may wait in vain for more; {@link #NOT_WAITING} if nothing does. */
    private volatile long textWaitsSince = NOT_WAITING;
    /** The audio loop found that it has waited for long enough. */
    private volatile boolean flushDue;

    ReplyClauses(SegmentationOptions options, SpeechSynthesizer synthesizer, EngineClock clock) {
        this.segmentation = new SegmenterOptions(
                options.firstWords(),
                options.firstCharacters(),
                Math.min(SegmenterOptions.SPEECH.longest(), synthesizer.maxTextLength()),
                true);
        this.whole = synthesizer.wantsWholeReplies();
        this.longest = Math.max(2, synthesizer.maxTextLength());
        this.flushAfter = options.flushAfter().toNanos();
        this.clock = clock;
        this.segmenter = new TextSegmenter(segmentation);
    }

    /** Another reply begins. */
    void begin() {
        segmenter = new TextSegmenter(segmentation);
        textWaitsSince = NOT_WAITING;
        pieces.clear();
        wholeGiven = false;
        complete = false;
        textMayWait = false;
    }

    /** The next clause; null if there is none until more is written, or at the end. */
    @Nullable
    TextSegment next(ReplyText reply) {
        textWaitsSince = NOT_WAITING;
        String more = reply.takeIncoming();
        if (more != null) {
            segmenter.append(more);
            textCameAt = clock.nanoTime();
            textMayWait = flushAfter > 0 && !whole;
        }
        complete = reply.isComplete();
        if (complete) {
            segmenter.finish();
        }
        if (!whole) {
            return segmenter.poll();
        }
        if (complete && !wholeGiven) {
            wholeGiven = true;
            pieces.addAll(TextSegmenter.whole(reply.spoken.text(), longest));
        }
        return pieces.poll();
    }

    /** Whether {@link #next} gave null because all was given. */
    boolean isOver() {
        return complete;
    }

    /** Nothing else is left to speak: text that has waited for long enough is given as it is; null if it has not. */
    @Nullable
    TextSegment waiting() {
        if (flushDue) {
            flushDue = false;
            // More may have come since the loop looked.
            boolean due = textMayWait && !complete && clock.nanoTime() - textCameAt >= flushAfter;
            textMayWait &= !due;
            if (due) {
                segmenter.flush();
                TextSegment clause = segmenter.poll();
                if (clause != null) {
                    return clause;
                }
            }
        }
        textWaitsSince = textMayWait && !complete ? textCameAt : NOT_WAITING;
        return null;
    }

    /** Whether {@link #waiting} is worth a call. Called on every tick of the loop. */
    boolean isDue(long now) {
        long since = textWaitsSince;
        if (since == NOT_WAITING || flushDue || now - since < flushAfter) {
            return false;
        }
        flushDue = true;
        return true;
    }
}
