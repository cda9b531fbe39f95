package dev.duplexvoice.examples.loadtest;

import dev.duplexvoice.DuplexSession;
import dev.duplexvoice.audio.FrameRing;

/**
 * One caller's line: every 20 ms a chunk goes in, and at another moment of the 20 ms whatever frames are there come out. Owned by
 * its feeder.
 */
final class Call {
    private static final short[] SILENCE = new short[Callers.CHUNK];

    /** What was seen at the line, besides frames. */
    interface Seen {
        /** The gate closed, and the last frame that came out after that came so much later; 0 if none came. */
        void silenced(long nanos);
    }

    private volatile DuplexSession session;
    private final short[] recording;
    private final int offerSlot;
    private final int takeSlot;
    private int at;
    private long lastFrame;
    private boolean over;
    private volatile long gateClosedAt;

    // Written by the feeder, read by the one who measures.
    private volatile long dropped;
    private volatile boolean ended;

    /**
     * @param at where in the recording it begins, a multiple of {@link Callers#CHUNK}
     * @param offerSlot in which part of the 20 ms its chunks come
     * @param takeSlot and its frames go
     */
    Call(DuplexSession session, short[] recording, int at, int offerSlot, int takeSlot) {
        this.session = session;
        this.recording = recording;
        this.at = at;
        this.offerSlot = offerSlot;
        this.takeSlot = takeSlot;
    }

    /** The session of the conversation that is going on. */
    DuplexSession session() {
        return session;
    }

    /** The caller hangs up, and the next one is there at once. */
    void next(DuplexSession following) {
        DuplexSession before = session;
        session = following;
        before.close();
    }

    /** On the audio loop. */
    void gateClosed(long now) {
        gateClosedAt = now;
    }

    int offerSlot() {
        return offerSlot;
    }

    int takeSlot() {
        return takeSlot;
    }

    /** @param silent whether the caller says nothing */
    void offer(boolean silent) {
        if (over) {
            return;
        }
        DuplexSession current = session;
        try {
            boolean taken = silent
                    ? current.offerAudio(SILENCE, 0, Callers.CHUNK)
                    : current.offerAudio(recording, at, Callers.CHUNK);
            if (!taken) {
                dropped++;
            }
        } catch (IllegalStateException e) {
            if (current == session) {
                over = true;
                ended = true;
                return;
            }
        }
        at = (at + Callers.CHUNK) % recording.length;
    }

    void take(short[] frame, FrameRing.FrameHeader header, Seen seen) {
        int frames = 0;
        DuplexSession current = session;
        while (current.pollAudio(frame, header) > 0) {
            frames++;
        }
        long closedAt = gateClosedAt;
        if (closedAt == 0) {
            return;
        }
        if (frames > 0) {
            lastFrame = Math.max(0, System.nanoTime() - closedAt);
        } else {
            seen.silenced(lastFrame);
            lastFrame = 0;
            gateClosedAt = 0;
        }
    }

    /** Chunks that found no room. */
    long dropped() {
        return dropped;
    }

    /** Whether the session ended while it was still needed. */
    boolean ended() {
        return ended;
    }
}
