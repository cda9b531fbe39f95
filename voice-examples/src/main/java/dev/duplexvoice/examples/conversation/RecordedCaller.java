package dev.duplexvoice.examples.conversation;

import java.util.Arrays;

/** Plays a recording once, then is silent. */
public final class RecordedCaller implements Caller {
    private final short[] samples;
    private int at;

    /** @param samples in the session's input format */
    public RecordedCaller(short[] samples) {
        this.samples = samples;
    }

    @Override
    public void fill(short[] frame) {
        int count = Math.min(frame.length, samples.length - at);
        System.arraycopy(samples, at, frame, 0, count);
        Arrays.fill(frame, count, frame.length, (short) 0);
        at += count;
    }

    @Override
    public boolean isFinished() {
        return at >= samples.length;
    }
}
