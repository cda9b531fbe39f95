package dev.duplexvoice.support;

import dev.duplexvoice.DuplexSession;
import dev.duplexvoice.audio.FrameRing;
import dev.duplexvoice.time.VirtualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The host's side of the output: takes what is there every 20 ms, as a sound card would, and keeps it. */
public final class Transport {
    private static final Duration FRAME = Duration.ofMillis(20);

    /**
     * A frame that was taken.
     *
     * @param takenAt in nanoseconds
     * @param position the frame's timestamp
     * @param spoken how many of its samples belong to a reply
     */
    public record Frame(long takenAt, long position, int spoken, short[] samples) {}

    private final VirtualClock clock;
    private final DuplexSession session;
    private final FrameRing.FrameHeader header = new FrameRing.FrameHeader();
    private final List<Frame> frames = new ArrayList<>();

    /** While true nothing is taken. */
    public boolean stalled;

    public Transport(VirtualClock clock, DuplexSession session) {
        this.clock = clock;
        this.session = session;
        tick();
    }

    private void tick() {
        if (!stalled) {
            take();
        }
        clock.schedule(FRAME, this::tick);
    }

    /** Takes all frames that are there. */
    public void take() {
        short[] samples = new short[session.options().output().frameSamples()];
        while (session.pollAudio(samples, header) > 0) {
            frames.add(new Frame(clock.nanoTime(), header.timestamp(), header.flags(), samples.clone()));
        }
    }

    public List<Frame> frames() {
        return frames;
    }

    /** What was spoken, without padding, back to back. */
    public short[] spoken() {
        int length = frames.stream().mapToInt(Frame::spoken).sum();
        short[] spoken = new short[length];
        int at = 0;
        for (Frame frame : frames) {
            System.arraycopy(frame.samples, 0, spoken, at, frame.spoken);
            at += frame.spoken;
        }
        return spoken;
    }

    /** What was heard from beginning to end: frames at their places, silence between them. */
    public short[] heard() {
        if (frames.isEmpty()) {
            return new short[0];
        }
        long begin = frames.get(0).position;
        Frame last = frames.get(frames.size() - 1);
        short[] heard = new short[(int) (last.position - begin) + last.samples.length];
        for (Frame frame : frames) {
            System.arraycopy(frame.samples, 0, heard, (int) (frame.position - begin), frame.samples.length);
        }
        return heard;
    }

    /** Whether each frame of a reply that is not full is padded with silence, and each of none ends in it. */
    public boolean isPaddedWithSilence() {
        return frames.stream().allMatch(frame -> {
            if (frame.spoken == 0) {
                return frame.samples[frame.samples.length - 1] == 0;
            }
            short[] padding = Arrays.copyOfRange(frame.samples, frame.spoken, frame.samples.length);
            return Arrays.equals(padding, new short[padding.length]);
        });
    }
}
