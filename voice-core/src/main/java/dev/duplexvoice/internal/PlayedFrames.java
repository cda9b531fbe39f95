package dev.duplexvoice.internal;

/**
 * Which of the frames put out last the transport has played, by its reports. Frames are recorded by the audio loop; reports come
 * from any thread.
 */
final class PlayedFrames {
    /** 10 s of frames; what was put out before is taken to have been played. */
    private static final int FRAMES = 512;

    private static final long NONE = -1;

    private final int sampleRate;
    private final long[] positions = new long[FRAMES];
    private final int[] samples = new int[FRAMES];
    private long recorded;
    private volatile long played = NONE;
    private volatile long reportedAt;

    PlayedFrames(int sampleRate) {
        this.sampleRate = sampleRate;
    }

    /** A frame was put out. */
    void record(long position, int spoken) {
        positions[(int) (recorded % FRAMES)] = position;
        samples[(int) (recorded % FRAMES)] = spoken;
        recorded++;
    }

    /** All up to this position was played; positions that go back are ignored. Any thread. */
    void report(long position, long now) {
        synchronized (this) {
            if (position > played) {
                reportedAt = now;
                played = position;
            }
        }
    }

    /** Samples of the last {@code frames} frames that were not played. */
    long unplayed(long frames) {
        long unplayed = 0;
        long upTo = played;
        long oldest = Math.max(0, recorded - Math.min(frames, FRAMES));
        for (long frame = recorded - 1; frame >= oldest; frame--) {
            int at = (int) (frame % FRAMES);
            long left = positions[at] + samples[at] - upTo;
            if (left <= 0) {
                break;
            }
            unplayed += Math.min(left, samples[at]);
        }
        return unplayed;
    }

    /** For how long what was put out will still be heard, if playing goes on since the last report. */
    long nanosLeft(long now) {
        long nanos = unplayed(FRAMES) * 1_000_000_000L / sampleRate;
        return Math.max(0, nanos - (now - reportedAt));
    }
}
