package dev.duplexvoice.onnx.internal;

/**
 * Which frames the decoder is given next. Each run is given {@code context} frames on each side more than it is to speak, except
 * where the utterance begins and ends, because there the decoder's own padding is part of the result. The cost of those frames is
 * what speaks for long runs; that the caller waits for the first one, and that each must be there before what was spoken before it is
 * over, speaks for short ones. So runs begin short and become as long as what has been made pays for.
 *
 * <p>Lengths are multiples of {@value #STEP} wherever that is possible, so that ONNX Runtime meets few shapes and keeps its memory
 * plans for them.
 */
final class ChunkPlan {
    static final int STEP = 8;

    private final int context;
    private final int frames;
    private final int longest;

    /** Frames that have been spoken. */
    private int spoken;

    private int begin;
    private int end;
    private int next;

    /**
     * A plan.
     *
     * @param frames of the utterance, at least 1
     * @param longest frames of a run at most, a multiple of the step
     */
    ChunkPlan(int frames, int context, int longest) {
        this.frames = frames;
        this.context = context;
        this.longest = longest;
    }

    /** The shortest first run. */
    static int shortest(int context) {
        return roundUp(context) + 2 * STEP;
    }

    /** The longest run of any plan, whose longest ones are to be this long. */
    static int largest(int context, int longest) {
        return longest + 2 * context + STEP;
    }

    /**
     * Goes on to the next run.
     *
     * @param load the share of an utterance's duration that its decoding takes
     * @return false if all frames are spoken
     */
    boolean advance(double load) {
        int before = next - spoken;
        spoken = next;
        if (spoken == frames) {
            return false;
        }
        begin = Math.max(0, spoken - context);
        int length = spoken == 0 ? first(load) : following(before, load);
        if (begin + length < frames && frames - begin - length >= 2 * context) {
            end = begin + length;
            next = end - context;
        } else {
            // A rest that is shorter than what it costs to part it belongs to this run.
            int rest = roundUp(frames - begin);
            if (frames - rest >= 0) {
                begin = Math.min(begin, frames - rest);
            }
            end = frames;
            next = frames;
        }
        return true;
    }

    /**
     * So long that the second run can be made while it is heard, and the third, which is longer, while the second is; but no longer than
     * a third of the longest: a machine that is too slow for that is too slow for speech without gaps.
     */
    private int first(double load) {
        int length = shortest(context);
        while (length < longest / 3) {
            int second = affordable(length - context, load);
            if (second >= length && affordable(second - 2 * context, load) >= second + STEP) {
                break;
            }
            length += STEP;
        }
        return length;
    }

    private int following(int before, double load) {
        int affordable = affordable(before, load) / STEP * STEP;
        return Math.max(Math.min(affordable, longest), Math.min(longest, roundUp(3 * context + 1)));
    }

    /** Frames that are decoded in three quarters of the time in which so many are heard. */
    private static int affordable(int heard, double load) {
        return (int) Math.min(Integer.MAX_VALUE / 2, 0.75 * heard / Math.max(load, 1e-6));
    }

    private static int roundUp(int frames) {
        return (frames + STEP - 1) / STEP * STEP;
    }

    /** First frame that the decoder is given. */
    int begin() {
        return begin;
    }

    /** Frame after the last that it is given. */
    int end() {
        return end;
    }

    /** First frame that is spoken. */
    int spokenBegin() {
        return spoken;
    }

    /** Frame after the last that is spoken. */
    int spokenEnd() {
        return next;
    }
}
