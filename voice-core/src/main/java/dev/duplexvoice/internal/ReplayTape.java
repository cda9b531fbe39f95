package dev.duplexvoice.internal;

/** Gives what was recorded in place of what it is given. When the session asks for something else, the replay has diverged. */
final class ReplayTape extends Tape {
    private static final long NEVER = -1;

    private final TapeReader in;
    private final ReplayedFrames frames;
    /** Calls of plugins since the last record. */
    private int calls;

    /** Which of them threw, and what. */
    private long threwAt = NEVER;

    private String threw = "";
    private boolean over;

    ReplayTape(TapeReader in, ReplayedFrames frames) {
        this.in = in;
        this.frames = frames;
    }

    /** Thrown where the recording has a defect next: what was going on was not gone through with. */
    static final class DefectReached extends RuntimeException {
        private static final long serialVersionUID = 1L;

        DefectReached() {
            super("a defect", null, false, false);
        }
    }

    /** Takes the next record, which has to be this. */
    TapeReader take(TapeTag tag) {
        if (threwAt != NEVER) {
            throw in.diverged("expected " + tag + ", found " + TapeTag.THREW);
        }
        TapeTag found = in.peek();
        if (found != tag) {
            if (found == TapeTag.DEFECT) {
                throw new DefectReached();
            }
            throw in.diverged("expected " + tag + ", found " + found);
        }
        calls = 0;
        in.take();
        return in;
    }

    /** Whether the recording goes on with a defect. */
    boolean isDefectNext() {
        return threwAt == NEVER && in.peek() == TapeTag.DEFECT;
    }

    @Override
    long number(TapeTag tag, long live, long most) {
        if (over) {
            return live;
        }
        long value = take(tag).number(most);
        if (tag == TapeTag.WAITING) {
            frames.waiting((int) value);
        } else if (tag == TapeTag.TAKEN) {
            frames.dropped(value);
        }
        return value;
    }

    @Override
    boolean flag(TapeTag tag, boolean live) {
        if (over) {
            return live;
        }
        boolean value = take(tag).flag();
        if (tag == TapeTag.PLAYED_OUT && value) {
            frames.taken();
        }
        return value;
    }

    @Override
    long time(TapeTag tag, long live) {
        return over ? live : take(tag).time();
    }

    @Override
    float probability(float live) {
        return over ? live : take(TapeTag.PROBABILITY).real();
    }

    @Override
    String text(TapeTag tag, String live) {
        return over ? live : take(tag).text();
    }

    @Override
    int audio(TapeTag tag, int count, short[] audio) {
        if (over) {
            return count;
        }
        int none = (int) take(tag).number(-LAST_FRAME);
        return none == 0 ? in.audio(audio) : -none;
    }

    @Override
    long missing(long live) {
        return over || in.peek() != TapeTag.MISSING ? 0 : take(TapeTag.MISSING).number(Integer.MAX_VALUE);
    }

    @Override
    void mayThrow() {
        calls++;
        if (over) {
            return;
        }
        if (threwAt == NEVER && in.peek() == TapeTag.THREW) {
            in.take();
            threwAt = in.number();
            threw = in.text();
        }
        if (threwAt == calls) {
            threwAt = NEVER;
            calls = 0;
            throw new Replica(threw);
        }
    }

    @Override
    void ended() {
        if (!over) {
            take(TapeTag.END);
            over = true;
        }
    }

    /** Whether all was replayed. */
    boolean isOver() {
        return over;
    }
}
