package dev.duplexvoice.benchmarks.scheduler;

import dev.duplexvoice.time.VirtualClock;
import dev.duplexvoice.tts.VocoderStream;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.SplittableRandom;

/**
 * A session that speaks a reply, is silent, and speaks again. It reads as a session does: a little first, then more and more at a time, up to
 * a second ahead of what is heard; a reply is played from its first samples on, and a gap in it is counted.
 */
final class Listener {
    /** Frames of a first push, beside those that are looked ahead, as a Piper voice has it. */
    private static final int FIRST_FRAMES = 4;

    private static final long AHEAD = 1_000_000_000L;
    /** Makes every deadline as far off as all others, so that who comes first goes first. */
    private static final long ANY_TIME = 1_000_000_000L;

    private final VirtualClock clock;
    private final VocoderStream stream;
    private final Policy policy;
    private final Figures figures;
    private final SplittableRandom random;
    private final int mostFrames;
    private final FloatBuffer frames;
    private final FloatBuffer samples;
    private final Runnable take = this::take;

    private int framesLeft;
    private int length;
    private long begunAt;
    private long askedAt;
    private boolean heard;
    private boolean flushing;
    /** Until when there is something to play. */
    private long playsUntil;

    private int replies;
    private double pauseSeconds;

    Listener(
            VirtualClock clock,
            VocoderStream stream,
            Policy policy,
            Figures figures,
            SplittableRandom random,
            int mostFrames,
            FloatBuffer frames,
            FloatBuffer samples) {
        this.clock = clock;
        this.stream = stream;
        this.policy = policy;
        this.figures = figures;
        this.random = random;
        this.mostFrames = mostFrames;
        this.frames = frames;
        this.samples = samples;
    }

    /** Speaks now and then: each reply of 2 to 6 s, pauses at random with this mean, from some moment of the first on. */
    void converse(double meanPauseSeconds) {
        pauseSeconds = meanPauseSeconds;
        replies = Integer.MAX_VALUE;
        clock.schedule(pause(), this::speak);
    }

    /** Speaks once, at this time. */
    void speakAt(Duration at) {
        replies = 1;
        clock.schedule(at, this::speak);
    }

    private Duration pause() {
        return Duration.ofNanos(Math.round(-Math.log(1 - random.nextDouble()) * pauseSeconds * 1e9));
    }

    private void speak() {
        replies--;
        framesLeft = (int) ((2 + 4 * random.nextDouble()) * SimulatedVocoder.RATE / SimulatedVocoder.HOP);
        length = SimulatedVocoder.LOOK_AHEAD_FRAMES + FIRST_FRAMES;
        begunAt = clock.nanoTime();
        heard = false;
        flushing = false;
        stream.reset();
        push();
    }

    private void push() {
        long now = clock.nanoTime();
        askedAt = now;
        switch (policy) {
            case TOLD -> stream.neededIn(heard ? Math.max(0, playsUntil - now) : 0);
            case FIFO -> stream.neededIn(ANY_TIME);
            case DERIVED -> {
                // the scheduler's own guess
            }
        }
        if (framesLeft == 0) {
            flushing = true;
            stream.flush(samples, take);
            return;
        }
        int some = Math.min(Math.min(length, mostFrames), framesLeft);
        framesLeft -= some;
        length = heard ? Math.min(mostFrames, 2 * length) : 2 * FIRST_FRAMES;
        stream.push(frames, some, some, samples, take);
    }

    private void take() {
        int made = stream.take(samples);
        long now = clock.nanoTime();
        figures.waited(now - askedAt);
        if (made > 0) {
            if (!heard) {
                heard = true;
                figures.firstHeard(now - begunAt);
                playsUntil = now;
            } else if (now > playsUntil) {
                figures.gap(now - playsUntil);
                playsUntil = now;
            }
            long nanos = made * 1_000_000_000L / SimulatedVocoder.RATE;
            playsUntil += nanos;
            figures.played(nanos);
        }
        if (flushing) {
            figures.replyOver();
            if (replies > 0) {
                clock.schedule(Duration.ofNanos(playsUntil - now).plus(pause()), this::speak);
            }
            return;
        }
        long wait = playsUntil - AHEAD - now;
        if (heard && wait > 0) {
            clock.schedule(Duration.ofNanos(wait), this::push);
        } else {
            push();
        }
    }
}
