package dev.duplexvoice.examples.loadtest;

import dev.duplexvoice.audio.AudioFormat;
import dev.duplexvoice.audio.FrameRing;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToIntFunction;
import org.HdrHistogram.Histogram;

/**
 * A thread that stands for a transport: it serves many lines, never waits for one of them, and keeps to the real clock. Its lines
 * are spread over the 20 ms, as callers' packets are.
 */
final class Feeder implements Runnable {
    static final String THREAD = "loadtest-feeder-";

    static final int SLOTS = 20;
    private static final long SLOT_NANOS = AudioFormat.FRAME_MILLIS * 1_000_000L / SLOTS;

    private final List<List<Call>> offers;
    private final List<List<Call>> takes;
    private final short[] frame;
    private final FrameRing.FrameHeader header = new FrameRing.FrameHeader();
    private final Histogram lateness = Nanos.histogram();
    private final Histogram lastFrames = Nanos.histogram();
    private final Thread thread;
    private volatile boolean silent;
    private volatile boolean measuring;
    private volatile boolean stopped;

    Feeder(int number, List<Call> calls, AudioFormat output) {
        offers = slots(calls, Call::offerSlot);
        takes = slots(calls, Call::takeSlot);
        frame = new short[output.frameSamples()];
        thread = new Thread(this, THREAD + number);
        thread.setDaemon(true);
    }

    private static List<List<Call>> slots(List<Call> calls, ToIntFunction<Call> slotOf) {
        List<List<Call>> slots = new ArrayList<>();
        for (int i = 0; i < SLOTS; i++) {
            slots.add(new ArrayList<>());
        }
        for (Call call : calls) {
            slots.get(slotOf.applyAsInt(call) % SLOTS).add(call);
        }
        return slots;
    }

    void start() {
        thread.start();
    }

    /** From now on the callers say nothing. */
    void silence() {
        silent = true;
    }

    void measure(boolean on) {
        measuring = on;
    }

    void requestStop() {
        stopped = true;
    }

    /** Returns when the thread is done. */
    void stop() throws InterruptedException {
        requestStop();
        thread.join();
    }

    /** How late the lines were served; after {@link #stop}. */
    Histogram lateness() {
        return lateness;
    }

    /** After the gate closed, when the last frame came out; after {@link #stop}. */
    Histogram lastFrames() {
        return lastFrames;
    }

    private void silenced(long nanos) {
        if (measuring) {
            lastFrames.recordValue(Nanos.clamp(nanos));
        }
    }

    @Override
    public void run() {
        long due = System.nanoTime();
        Call.Seen seen = this::silenced;
        for (int slot = 0; !stopped; slot = (slot + 1) % SLOTS) {
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(this, left);
            }
            if (measuring) {
                lateness.recordValue(Nanos.clamp(System.nanoTime() - due));
            }
            for (Call call : offers.get(slot)) {
                call.offer(silent);
            }
            for (Call call : takes.get(slot)) {
                call.take(frame, header, seen);
            }
            due += SLOT_NANOS;
        }
    }
}
