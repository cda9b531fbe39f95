package dev.duplexvoice.internal;

import dev.duplexvoice.audio.FrameRing;
import dev.duplexvoice.recording.ReplayListener;
import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * What a replayed session puts out, in place of the host. A frame is passed on once it is certain that the host took it: frames that
 * an interruption dropped were never heard.
 */
final class ReplayedFrames {
    private record Frame(long number, long position, int spoken, short[] samples) {}

    private final FrameRing output;
    private final ReplayListener listener;
    private final short[] frame;
    private final FrameRing.FrameHeader header = new FrameRing.FrameHeader();
    private final ArrayDeque<Frame> uncertain = new ArrayDeque<>();
    private long count;

    ReplayedFrames(FrameRing output, ReplayListener listener) {
        this.output = output;
        this.listener = listener;
        this.frame = new short[output.slotBytes() / Short.BYTES];
    }

    private void collect() {
        for (long number = output.consumed(); ; number++) {
            int samples = output.poll(frame, 0, header);
            if (samples == FrameRing.EMPTY) {
                return;
            }
            uncertain.add(new Frame(number, header.timestamp(), header.flags(), Arrays.copyOf(frame, samples)));
        }
    }

    /** So many frames waited for the host. */
    void waiting(int frames) {
        collect();
        // The one before those that wait may have been polled and not yet claimed.
        passOn(output.produced() - frames - 1);
    }

    /** The host had taken the frames before this one; the others were dropped. */
    void dropped(long taken) {
        collect();
        passOn(taken);
        uncertain.clear();
    }

    /** The host has taken all there are. */
    void taken() {
        collect();
        passOn(output.produced());
    }

    private void passOn(long before) {
        while (!uncertain.isEmpty() && uncertain.getFirst().number < before) {
            Frame next = uncertain.removeFirst();
            count++;
            listener.frame(next.position, next.samples, next.spoken);
        }
    }

    /** Frames that the host took. */
    long count() {
        return count;
    }
}
