package dev.duplexvoice.internal;

import dev.duplexvoice.audio.AudioFormat;
import dev.duplexvoice.audio.FrameRing;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Puts a frame of the reply out at each tick: synthesis ring → gate, fades → output ring. Owned by the audio loop.
 *
 * <p>The gate closes at once: the frame of the same tick is not put out any more. Nothing is taken from the synthesis ring
 * while it is closed or the output ring is full, so that playout goes on at the very sample where it stopped. A frame in
 * the output ring carries as flags how many of its samples belong to the reply; the rest pads it.
 *
 * <p>Audio that breaks off dies away: where nothing follows a frame that did not end in silence, the next one takes its last
 * value to 0 and belongs to no reply. Where audio comes back from silence it is faded in.
 */
final class Playout {

    /** What a tick did. */
    enum Outcome {
        /** Nothing to put out. */
        NOTHING,
        /** Nothing was there in the middle of a reply. */
        GAP,
        /** A frame was put out that only lets the one before it die away; it is no part of the reply. */
        FADE,
        /** A frame was put out. */
        FRAME,
        /** The reply has no more audio, and the host has taken, or played, what there was. */
        END,
        /** The output ring is full: the host does not take its frames. */
        BLOCKED
    }

    /** A transport that reports what it plays, and ceases to, holds a reply this much longer than its audio: 2 s. */
    private static final long LONGEST_WAIT_FRAMES = 100;

    /**
     * Ticks that audio waits at most before it begins: a voice that is hardly faster than speech and brings it in pieces would
     * otherwise be late with the second. One that fills the ring is not waited for.
     */
    private static final int LONGEST_START = 2;

    /**
     * A stop is silent within a millisecond after the frame in flight. At full scale and 48 kHz this takes steps of 860, as a loud
     * vowel has.
     */
    private static final long STOP_NANOS = 800_000;

    private static final long FRAME_NANOS = AudioFormat.FRAME_MILLIS * 1_000_000L;

    private final FrameRing synthesis;
    private final FrameRing output;
    private final Tape tape;
    private final FrameRing.FrameHeader header = new FrameRing.FrameHeader();
    private final short[] frame;
    private final int fadeSamples;
    /** Of a fade that a decision waits for. */
    private final int stopSamples;

    private final long stopNanos;
    /** True samples of the frames last put out, by their position in the output ring. */
    private final int[] samplesOf;
    /** Their last values, as far as they are no silence. */
    private final short[] endsOf;
    /** Their places in the output. */
    private final long[] placesOf;

    /** Output frames before this one were taken by the host or dropped; the two race for each frame. */
    private final AtomicLong claimed = new AtomicLong();

    private volatile long takenAt = Long.MIN_VALUE;
    private @Nullable ReplyText reply;
    private boolean paused;
    /** What the output has yet to come down from; 0 when it is silent or goes on. */
    private int loose;
    /** What {@link #loose} comes from was cut off: the next frame is no continuation of it. */
    private boolean cut;
    /** The frame put out last is one that dies away: nothing else tells whether the host has taken it. */
    private boolean fading;

    private long cutAt = Long.MAX_VALUE;
    /** Nothing was put out in the last tick. */
    private boolean silent = true;

    /** A reply begins, or goes on after a gap. */
    private boolean starting;
    /** Ticks for which audio has waited for that. */
    private int waited;

    private long emitted;
    /** Frames of the reply that were put out, and those of them that were taken back. */
    private long frames;

    private long droppedFrames;
    private long firstFrame;
    private final int sampleRate;
    /** Null until the transport reports what it plays. */
    private volatile @Nullable PlayedFrames played;
    /** All of the reply was put out; ticks since then. */
    private boolean ending;

    private long endingFor;

    Playout(FrameRing synthesis, FrameRing output, int sampleRate, int fadeSamples, Tape tape) {
        this.tape = tape;
        this.synthesis = synthesis;
        this.output = output;
        this.frame = new short[output.slotBytes() / Short.BYTES];
        this.sampleRate = sampleRate;
        this.fadeSamples = Math.min(fadeSamples, frame.length);
        this.stopSamples = (int) Math.min(this.fadeSamples, sampleRate * STOP_NANOS / 1_000_000_000L);
        this.stopNanos = stopSamples * 1_000_000_000L / sampleRate;
        // The host may have taken a frame out of the ring that it has not claimed yet.
        this.samplesOf = new int[2 * output.capacity()];
        this.endsOf = new short[samplesOf.length];
        this.placesOf = new long[samplesOf.length];
    }

    /** From now on this reply is played. */
    void play(ReplyText next) {
        reply = next;
        paused = false;
        emitted = 0;
        frames = 0;
        droppedFrames = 0;
        ending = false;
        waited = 0;
        starting = true;
        firstFrame = output.produced();
    }

    /**
     * Puts the next frame out, if there is one.
     *
     * @param coming whether more frames of this reply are being made
     */
    Outcome tick(long position, boolean coming) {
        ReplyText current = reply;
        if (current == null || paused) {
            return fallSilent(position) ? Outcome.FADE : Outcome.NOTHING;
        }
        if (ending) {
            return end();
        }
        if (isFull()) {
            return Outcome.BLOCKED;
        }
        boolean broken = current.voiceFailure != null;
        int samples = tape.audio(TapeTag.FRAME, poll(current, coming && !broken), frame);
        if (broken && samples == Tape.NO_FRAME) {
            // All that was made was there when this was told.
            samples = Tape.LAST_FRAME;
        }
        if (samples == Tape.NO_FRAME) {
            boolean fades = putFade(position, fadeSamples);
            return emitted > 0 && waited == 0 ? Outcome.GAP : fades ? Outcome.FADE : Outcome.NOTHING;
        }
        if (samples == Tape.LAST_FRAME) {
            ending = true;
            endingFor = 0;
            silent = true;
            return end();
        }
        if (cut && samples > 0) {
            fadeOver(Math.min(samples, fadeSamples));
        }
        cut = false;
        if (silent && samples > 0 && Math.abs(frame[0]) > FrameWriter.QUIET) {
            fadeIn(Math.min(samples, fadeSamples));
        }
        Arrays.fill(frame, samples, frame.length, (short) 0);
        silent = false;
        fading = false;
        short last = frame[frame.length - 1];
        loose = fadeSamples > 0 && Math.abs(last) > FrameWriter.QUIET ? last : 0;
        put(samples, position);
        emitted += samples;
        frames++;
        return Outcome.FRAME;
    }

    /**
     * Whether there is enough to begin a reply with, without waiting for more. Any thread.
     *
     * @param coming whether more frames of it are being made
     */
    static boolean isEnough(FrameRing synthesis, boolean coming) {
        int frames = synthesis.size();
        return frames >= synthesis.capacity() - 1 || !coming && frames > 0;
    }

    /** Whether the next tick would put out the first frame of a reply. */
    boolean mayBegin(boolean coming) {
        return reply != null && !paused && emitted == 0 && !ending && loose == 0 && isEnough(synthesis, coming);
    }

    private boolean isFull() {
        return tape.number(TapeTag.WAITING, output.size(), output.capacity()) == output.capacity();
    }

    private void put(int samples, long position) {
        int at = (int) (output.produced() & (samplesOf.length - 1));
        samplesOf[at] = samples;
        endsOf[at] = (short) loose;
        placesOf[at] = position;
        output.offer(frame, 0, frame.length, samples, position);
        PlayedFrames reports = played;
        if (reports != null) {
            reports.record(position, samples);
        }
    }

    /** Nothing of a reply is put out in this tick: lets what was before it die away. Whether it put a frame out for that. */
    boolean fallSilent(long position) {
        return loose == 0 || !isFull() ? putFade(position, stopSamples) : false;
    }

    /** There is room in the output ring. */
    private boolean putFade(long position, int samples) {
        silent = true;
        int from = loose;
        if (from == 0) {
            return false;
        }
        loose = 0;
        cut = false;
        fading = true;
        for (int i = 0; i < samples; i++) {
            frame[i] = (short) (from * (samples - 1 - i) / samples);
        }
        Arrays.fill(frame, samples, frame.length, (short) 0);
        put(0, position);
        return true;
    }

    /** Takes the next frame of the reply; frames of those before it go. */
    private int poll(ReplyText current, boolean coming) {
        if (starting && coming && !isEnough(synthesis, true) && waited < LONGEST_START) {
            waited += synthesis.size() > 0 ? 1 : 0;
            return Tape.NO_FRAME;
        }
        starting = false;
        waited = 0;
        int samples = synthesis.poll(frame, 0, header);
        while (samples >= 0 && header.flags() != current.epoch) {
            samples = synthesis.poll(frame, 0, header);
        }
        if (samples < 0) {
            starting = true;
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

    /** What was cut off dies away while the frame begins. */
    private void fadeOver(int samples) {
        for (int i = 0; i < samples; i++) {
            int both = frame[i] + loose * (samples - 1 - i) / samples;
            frame[i] = (short) Math.max(Short.MIN_VALUE, Math.min(Short.MAX_VALUE, both));
        }
    }

    private void fadeIn(int samples) {
        for (int i = 0; i < samples; i++) {
            frame[i] = (short) (frame[i] * i / samples);
        }
    }

    /** Closes the gate. */
    void pause() {
        paused = true;
    }

    /** Opens the gate; if the output has been silent, the next frame fades in. */
    void resume() {
        paused = false;
    }

    /** Ends the reply and drops its frames that the host has not taken. Returns how many samples it has taken. */
    long flush() {
        long taken = drop();
        countDropped(taken);
        long delivered = heard(taken);
        // The next reply is not to find the ring full of this one.
        synthesis.drop();
        reply = null;
        paused = false;
        fading = false;
        cutOff(taken);
        return delivered;
    }

    /** Takes back what the host has not taken. Returns how many frames it has. */
    private long drop() {
        return tape.number(TapeTag.TAKEN, claimed.getAndSet(output.produced()), output.produced());
    }

    /** What was to follow the last frame that the host has taken does not: the first that it has not makes room for a fade. */
    private void cutOff(long taken) {
        long produced = output.produced();
        cutAt = Long.MAX_VALUE;
        if (taken < produced) {
            int mask = samplesOf.length - 1;
            loose = taken == 0 ? 0 : endsOf[(int) (taken - 1) & mask];
            cutAt = placesOf[(int) taken & mask];
            fallSilent(cutAt);
        }
        cut = loose != 0;
    }

    private void countDropped(long taken) {
        droppedFrames = 0;
        for (long number = Math.max(taken, firstFrame); number < output.produced(); number++) {
            droppedFrames += samplesOf[(int) (number & (samplesOf.length - 1))] > 0 ? 1 : 0;
        }
    }

    /** The place in the output from which on nothing of before the last flush is put out, if it is before this one. */
    long cutAt(long position) {
        return Math.min(cutAt, position);
    }

    /** Nothing more is put out, and what the host has not taken is dropped; there is no reply. */
    void close() {
        if (fading) {
            drop();
        }
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
        return tape.time(TapeTag.SILENT_AT, notBefore(now) + (loose == 0 ? 0 : stopNanos));
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

    /** Frames of the reply put out. */
    long frames() {
        return frames;
    }

    /** Those that the host had not taken when the reply was cut off. */
    long droppedFrames() {
        return droppedFrames;
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
