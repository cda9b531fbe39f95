package dev.duplexvoice.internal;

import dev.duplexvoice.SessionEvent;
import dev.duplexvoice.SessionState;
import dev.duplexvoice.VoiceException;
import dev.duplexvoice.recording.Replay;
import dev.duplexvoice.recording.ReplayListener;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import dev.duplexvoice.time.EngineClock;
import dev.duplexvoice.vad.VoiceActivityDetector;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Runs a recorded session again: the session's own code on one thread, with a tape that says what the world was like, and an audio
 * loop's part played from the tape as well.
 */
public final class SessionReplay {
    private final TapeReader in;
    private final Listener listener;
    private final SessionCore core;
    private final ReplayTape tape;
    private final ReplayedFrames frames;
    private final boolean detects;

    /** Passes on, and counts; what the host's code throws comes out of the replay instead of going into the session's story. */
    private static final class Listener implements ReplayListener {
        private final ReplayListener host;
        private long events;
        private @Nullable RuntimeException failure;

        Listener(ReplayListener host) {
            this.host = host;
        }

        @Override
        public void event(SessionEvent event) {
            events++;
            guarded(() -> host.event(event));
        }

        @Override
        public void frame(long position, short[] samples, int spoken) {
            guarded(() -> host.frame(position, samples, spoken));
        }

        private void guarded(Runnable call) {
            if (failure == null) {
                try {
                    call.run();
                } catch (RuntimeException e) {
                    failure = e;
                }
            }
        }
    }

    /** Synthesis is on the tape; what plugins and listeners are told is done at once. */
    private static final class ReplayWorkers implements Workers {
        @Override
        public void compute(Runnable task) {}

        @Override
        public void host(Runnable task) {
            task.run();
        }

        @Override
        public void close() {}
    }

    private SessionReplay(RecordingReader file, TapeReader in, ReplayListener host) {
        this.in = in;
        this.listener = new Listener(host);
        RecordingHeader header = file.header();
        if (in.take() != TapeTag.START) {
            throw in.diverged("expected " + TapeTag.START);
        }
        long openedAt = in.start();
        EngineClock clock = () -> openedAt;
        ReplayTape[] made = new ReplayTape[1];
        ReplayedFrames[] collected = new ReplayedFrames[1];
        SessionParts parts;
        try {
            VoiceActivityDetector detector = RecordedParts.detector(header);
            this.detects = detector != null;
            parts = new SessionFactory(
                            clock,
                            VoiceTelemetry.disabled(),
                            new ReplayWorkers(),
                            RecordedParts.providers(header),
                            null)
                    .parts(
                            header.sessionId(),
                            RecordedParts.options(header, listener::event),
                            detector,
                            SessionVoice.of(RecordedParts.synthesizer(header)),
                            (output, resampler) -> {
                                collected[0] = new ReplayedFrames(output, listener);
                                made[0] = new ReplayTape(in, collected[0]);
                                return made[0];
                            });
            if (detector != null) {
                parts.hearing().join(detector.newBatch(1), 0);
            }
        } catch (IllegalArgumentException | VoiceException e) {
            throw RecordingHeader.corrupt(file.path(), e);
        }
        this.tape = made[0];
        this.frames = collected[0];
        // What the code of plugins would have wanted done is on the tape.
        this.core =
                new SessionCore(parts, (session, action) -> {}, SessionCore.Place.FIXED, () -> {}, at -> {}, now -> {});
    }

    /**
     * Replays a recording as far as there is one.
     *
     * @throws VoiceException if the file is no recording, or its header cannot be used
     */
    public static Replay run(RecordingReader file, ReplayListener host) {
        TapeReader in = new TapeReader(file);
        SessionReplay replay = null;
        Replay.End end = Replay.End.COMPLETE;
        String why = null;
        try {
            replay = new SessionReplay(file, in, host);
            replay.run();
        } catch (TapeStop e) {
            end = e.end();
            why = e.getMessage();
        }
        if (replay != null && replay.listener.failure != null) {
            throw replay.listener.failure;
        }
        return new Replay(
                end,
                why,
                in.records(),
                Duration.ofNanos(replay == null ? 0 : Math.max(0, in.elapsed())),
                replay == null ? 0 : replay.listener.events,
                replay == null ? 0 : replay.frames.count());
    }

    private void run() {
        long now = in.moment();
        long firstTick = in.time();
        guarded(() -> core.start(now, firstTick));
        while (core.state() != SessionState.TERMINATED && listener.failure == null) {
            TapeTag tag = in.peek();
            if (tag == TapeTag.PASS) {
                pass(tape.take(TapeTag.PASS).moment());
            } else {
                tape.take(tag);
                long then = in.moment();
                guarded(() -> core.inputs.again(tag, then, in));
            }
        }
        if (core.state() == SessionState.TERMINATED) {
            core.left();
        }
    }

    /** What an audio loop does for one session in a pass. */
    private void pass(long now) {
        for (int round = 0; round < AudioLoop.WINDOWS_OF_A_PASS && submit(now); round++) {
            if (tape.isDefectNext()) {
                // The detector threw for all sessions that it heard for.
                defect();
            }
            if (isLive()) {
                int of = round;
                guarded(() -> core.judge(of, now));
            }
        }
        if (isLive()) {
            guarded(() -> core.move(now));
        }
    }

    private boolean submit(long now) {
        boolean[] submitted = new boolean[1];
        if (isLive()) {
            guarded(() -> {
                core.takeAudio(now);
                submitted[0] = detects && core.hearing().submit();
            });
        }
        return submitted[0];
    }

    private boolean isLive() {
        return core.state() != SessionState.TERMINATED;
    }

    /** What throws here threw when it was recorded; if not, the recording goes on with something else. */
    private void guarded(Runnable step) {
        try {
            step.run();
        } catch (TapeStop e) {
            throw e;
        } catch (RuntimeException | Error e) {
            if (!tape.isDefectNext()) {
                throw in.diverged("the session failed with " + e);
            }
            defect();
        }
    }

    private void defect() {
        tape.take(TapeTag.DEFECT);
        long now = in.moment();
        Replica cause = new Replica(in.text());
        if (!isLive()) {
            throw in.diverged("found a defect of a session that had ended");
        }
        try {
            core.defect(cause, now);
        } catch (TapeStop e) {
            throw e;
        } catch (RuntimeException e) {
            if (isLive()) {
                throw in.diverged("the session could not be ended: " + e);
            }
        }
    }
}
