package dev.duplexvoice.internal;

import dev.duplexvoice.audio.AudioFormat;
import dev.duplexvoice.audio.FrameRing;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Puts a frame of the reply out at each tick: synthesis ring → gate, fade → output ring. Owned by the audio loop.
 *
 * <p>The gate closes at once: the frame of the same tick is not put out any more. Nothing is taken from the synthesis ring
 * while it is closed or the output ring is full, so that playout goes on at the very sample where it stopped. A frame in
 * the output ring carries as flags how many of its samples belong to the reply; the rest pads it.
 */
final class Playout {

    /** What a tick did. */
    enum Outcome {
        /** Nothing to put out. */
        NOTHING,
        /** A frame was put out. */
        FRAME,
        /** The reply has no more audio, and the host has taken, or played, what there was. */
        END,
        /** The output ring is full: the host does not take its frames. */
        BLOCKED
    }

    private static final int FADE_MILLIS = 5;
    /** A transport that reports what it plays, and ceases to, holds a reply this much longer than its audio: 2 s. */
    private static final long LONGEST_WAIT_FRAMES = 100;

    private static final long FRAME_NANOS = AudioFormat.FRAME_MILLIS * 1_000_000L;

    private final FrameRing synthesis;
    private final FrameRing output;
    private final Tape tape;
    private final FrameRing.FrameHeader header = new FrameRing.FrameHeader();
    private final short[] frame;
    private final int fadeSamples;
    /** True samples of the frames last put out, by their position in the output ring. */
    private final int[] samplesOf;

    /** Output frames before this one were taken by the host or dropped; the two race for each frame. */
    private final AtomicLong claimed = new AtomicLong();

    private volatile long takenAt = Long.MIN_VALUE;
    private @Nullable ReplyText reply;
    private boolean paused;
    private boolean fadeIn;
    private long emitted;
    private long firstFrame;
    private final int sampleRate;
    /** Null until the transport reports what it plays. */
    private volatile @Nullable PlayedFrames played;
    /** All of the reply was put out; ticks since then. */
    private boolean ending;

    private long endingFor;

    Playout(FrameRing synthesis, FrameRing output, int sampleRate, Tape tape) {
        this.tape = tape;
        this.synthesis = synthesis;
        this.output = output;
        this.frame = new short[output.slotBytes() / Short.BYTES];
        this.sampleRate = sampleRate;
        this.fadeSamples = sampleRate * FADE_MILLIS / 1_000;
        // The host may have taken a frame out of the ring that it has not claimed yet.
        this.samplesOf = new int[2 * output.capacity()];
    }

    /** From now on this reply is played. */
    void play(ReplyText next) {
        reply = next;
        paused = false;
        fadeIn = false;
        emitted = 0;
        ending = false;
        firstFrame = output.produced();
    }

    /** Puts the next frame out, if there is one. */
    Outcome tick(long position) {
        ReplyText current = reply;
        if (current == null || paused) {
            return Outcome.NOTHING;
        }
        if (ending) {
            return end();
        }
        if (tape.number(TapeTag.WAITING, output.size(), output.capacity()) == output.capacity()) {
            return Outcome.BLOCKED;
        }
        int samples = tape.audio(TapeTag.FRAME, poll(current), frame);
        if (samples == Tape.NO_FRAME) {
            return Outcome.NOTHING;
        }
        if (samples == Tape.LAST_FRAME) {
            ending = true;
            endingFor = 0;
            return end();
        }
        if (fadeIn) {
            fade(Math.min(samples, fadeSamples));
        }
        for (int i = samples; i < frame.length; i++) {
            frame[i] = 0;
        }
        samplesOf[(int) (output.produced() & (samplesOf.length - 1))] = samples;
        output.offer(frame, 0, frame.length, samples, position);
        emitted += samples;
        PlayedFrames reports = played;
        if (reports != null) {
            reports.record(position, samples);
        }
        return Outcome.FRAME;
    }

    /** Takes the next frame of the reply; frames of those before it go. */
    private int poll(ReplyText current) {
        int samples = synthesis.poll(frame, 0, header);
        while (samples >= 0 && header.flags() != current.epoch) {
            samples = synthesis.poll(frame, 0, header);
        }
        if (samples < 0) {
            return Tape.NO_FRAME;
        }
        return header.timestamp() == SpeechPump.END ? Tape.LAST_FRAME : samples;
    }

    private Outcome end() {
        PlayedFrames reports = played;
        boolean heard = claimed.get() >= output.produced();
        if (heard && reports != null) {
            long longest = emitted / output.slotBytes() * Short.BYTES + LONGEST_WAIT_FRAMES;
            heard = unplayed(reports) == 0 || ++endingFor > longest;
        }
        if (!tape.flag(TapeTag.PLAYED_OUT, heard)) {
            return Outcome.NOTHING;
        }
        reply = null;
        return Outcome.END;
    }

    private long unplayed(PlayedFrames reports) {
        return reports.unplayed(output.produced() - firstFrame);
    }

    private void fade(int samples) {
        fadeIn = false;
        for (int i = 0; i < samples; i++) {
            frame[i] = (short) (frame[i] * i / samples);
        }
    }

    /** Closes the gate. */
    void pause() {
        paused = true;
    }

    /** Opens the gate; the next frame fades in. */
    void resume() {
        paused = false;
        fadeIn = true;
    }

    /** Ends the reply and drops its frames that the host has not taken. Returns how many samples it has taken. */
    long flush() {
        long taken = tape.number(TapeTag.TAKEN, claimed.getAndSet(output.produced()), output.produced());
        long delivered = heard(taken);
        // The next reply is not to find the ring full of this one.
        synthesis.drop();
        reply = null;
        paused = false;
        return delivered;
    }

    /** Makes room: what waits was synthesised for a reply that will not be played. Nothing is being played. */
    void dropAhead() {
        if (reply == null) {
            synthesis.drop();
        }
    }

    /** Samples of the reply that were heard, if the host has taken the frames before this one. */
    private long heard(long frames) {
        long produced = output.produced();
        long taken = emitted;
        for (long frameNumber = Math.max(frames, firstFrame); frameNumber < produced; frameNumber++) {
            taken -= samplesOf[(int) (frameNumber & (samplesOf.length - 1))];
        }
        PlayedFrames reports = played;
        long heard = reports == null ? taken : Math.min(taken, emitted - unplayed(reports));
        return tape.number(TapeTag.HEARD, Math.max(0, heard), Long.MAX_VALUE);
    }

    /** Samples of the reply that were heard so far. */
    long heard() {
        return heard(claimed.get());
    }

    /** The transport has played all up to this place of the output. Any thread. */
    void played(long position, long now) {
        PlayedFrames reports = played;
        if (reports == null) {
            synchronized (this) {
                reports = played;
                if (reports == null) {
                    reports = new PlayedFrames(sampleRate);
                    played = reports;
                }
            }
        }
        reports.report(position, now);
    }

    /** The host took a frame and plays it from now on. The host's reading thread. */
    void taken(long now) {
        takenAt = now;
    }

    /** When the output will be silent if the gate is closed now: frames on their way are still played. */
    long silentAt(long now) {
        return tape.time(TapeTag.SILENT_AT, notBefore(now));
    }

    private long notBefore(long now) {
        PlayedFrames reports = played;
        if (reports != null) {
            return now + reports.nanosLeft(now);
        }
        long playing = takenAt == Long.MIN_VALUE ? now : Math.max(now, takenAt + FRAME_NANOS);
        return playing + output.size() * FRAME_NANOS;
    }

    /** Samples of the reply put out. */
    long emitted() {
        return emitted;
    }

    /** Whether the host may have the frame that it has polled; not if it was dropped. The host's reading thread. */
    boolean claim(long frameNumber) {
        return claimed.compareAndSet(frameNumber, frameNumber + 1);
    }

    @Nullable
    ReplyText reply() {
        return reply;
    }
}
