package dev.duplexvoice.internal;

import dev.duplexvoice.VoiceException;
import org.jspecify.annotations.Nullable;

/**
 * Writes down what passes by. Once it cannot, everything passes as if nothing were recorded: what is in the file by then is a
 * whole beginning.
 */
final class RecordingTape extends Tape {
    /** What is lost at most when the process is killed, but for what is on its way to the file. */
    private static final long HAND_OVER_NANOS = 500_000_000L;

    private final Recording recording;
    private final TapeWriter out;
    private long handedOverAt;
    private int calls;
    private boolean off;

    RecordingTape(Recording recording) {
        this.recording = recording;
        this.out = new TapeWriter(recording.ring());
    }

    private TapeWriter begin(TapeTag tag) {
        calls = 0;
        out.tag(tag);
        return out;
    }

    @Override
    long number(TapeTag tag, long live, long most) {
        if (!off) {
            begin(tag).number(live);
        }
        return live;
    }

    @Override
    boolean flag(TapeTag tag, boolean live) {
        if (!off) {
            begin(tag).flag(live);
        }
        return live;
    }

    @Override
    long time(TapeTag tag, long live) {
        if (!off) {
            begin(tag).time(live);
        }
        return live;
    }

    @Override
    float probability(float live) {
        if (!off) {
            begin(TapeTag.PROBABILITY).real(live);
        }
        return live;
    }

    @Override
    String text(TapeTag tag, String live) {
        if (!off) {
            begin(tag).text(live);
        }
        return live;
    }

    @Override
    int audio(TapeTag tag, int count, short[] audio) {
        if (!off) {
            begin(tag).number(count < 0 ? -count : 0);
            if (count >= 0) {
                out.audio(audio, count);
            }
        }
        return count;
    }

    @Override
    long missing(long live) {
        if (!off && live != 0) {
            begin(TapeTag.MISSING).number(live);
        }
        return live;
    }

    @Override
    void mayThrow() {
        calls++;
    }

    @Override
    void threw(Throwable e) {
        if (!off) {
            int before = calls;
            begin(TapeTag.THREW).number(before).text(Replica.message(e));
        }
    }

    @Override
    void started(long openedAt, long now, long firstTick) {
        if (!off) {
            begin(TapeTag.START).moment(openedAt).moment(now).time(firstTick);
            handedOverAt = now;
        }
    }

    @Override
    void pass(long now) {
        if (!off) {
            begin(TapeTag.PASS).moment(now);
        }
    }

    @Override
    @Nullable
    VoiceException passed(long now) {
        if (off) {
            return null;
        }
        if (now - handedOverAt >= HAND_OVER_NANOS) {
            handedOverAt = now;
            out.flush();
            recording.handedOver();
        }
        String failure = recording.failure();
        if (failure == null && !out.isLost()) {
            return null;
        }
        off = true;
        recording.giveUp();
        return new VoiceException(
                VoiceException.Code.IO,
                "the recording " + recording.path() + " ends here, the session goes on: "
                        + (failure == null ? Recording.TOO_SLOW : failure));
    }

    @Override
    void ended() {
        if (!off) {
            off = true;
            begin(TapeTag.END);
            if (out.isLost()) {
                recording.giveUp();
            } else {
                out.finish();
                recording.complete();
            }
        }
    }

    @Override
    void discarded() {
        off = true;
        recording.discard();
    }

    @Override
    void whenWritten(Runnable action) {
        recording.whenWritten(action);
    }

    @Override
    @Nullable
    TapeWriter action(TapeTag tag, long now) {
        return off ? null : begin(tag).moment(now);
    }
}
