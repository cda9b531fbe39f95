package dev.duplexvoice.examples.conversation;

import dev.duplexvoice.DuplexSession;
import dev.duplexvoice.SessionEvent;
import dev.duplexvoice.SessionOptions;
import dev.duplexvoice.SessionState;
import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.audio.AudioFormat;
import dev.duplexvoice.audio.FrameRing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** Lets a {@link Caller} talk to a session and records both sides on one time line. */
public final class Conversation {
    /** How long nothing may happen after the caller is finished before the session is closed. */
    private static final Duration QUIET = Duration.ofSeconds(1);
    /** A conversation ends at the latest this long after its caller is finished. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(120);

    private final VoiceEngine engine;
    private final Pacer pacer;

    /** A conversation on an engine that was built with the pacer's clock. */
    public Conversation(VoiceEngine engine, Pacer pacer) {
        this.engine = engine;
        this.pacer = pacer;
    }

    /**
     * What happened.
     *
     * @param caller the caller's samples in the input format
     * @param reply the replies' samples in the output format, as long as the caller's
     * @param replySamples how many of them there are up to the end of the last frame
     * @param events in order
     * @param probabilities one for each window of the detector
     * @param windowSeconds length of a window
     */
    public record Result(
            short[] caller,
            short[] reply,
            int replySamples,
            List<SessionEvent> events,
            float[] probabilities,
            double windowSeconds,
            AudioFormat input,
            AudioFormat output) {}

    /**
     * Runs until the caller is finished and the session has nothing more to say, or ended by itself.
     *
     * @param options how the session behaves; its listener and observer are set here
     * @param live told of each event as it happens, on the calling thread
     */
    public Result run(SessionOptions.Builder options, Caller caller, Consumer<SessionEvent> live) {
        Queue<SessionEvent> arrived = new ConcurrentLinkedQueue<>();
        List<SessionEvent> events = new ArrayList<>();
        Probabilities probabilities = new Probabilities();
        SessionOptions built =
                options.listener(arrived::add).vadObserver(probabilities).build();
        Recording callerSide = new Recording();
        Recording replySide = new Recording();
        short[] in = new short[built.input().frameSamples()];
        short[] out = new short[built.output().frameSamples()];
        FrameRing.FrameHeader header = new FrameRing.FrameHeader();
        DuplexSession session = engine.open(built);
        try (session) {
            End end = new End(built, caller);
            while (session.state() != SessionState.TERMINATED && !end.reached(session, caller)) {
                pacer.next(() -> {
                    caller.fill(in);
                    if (session.state() != SessionState.TERMINATED) {
                        session.offerAudio(in);
                        callerSide.put(callerSide.length(), in, in.length);
                    }
                    take(session, out, header, replySide);
                });
                drain(arrived, events, caller, live, end);
            }
        }
        pacer.next(() -> take(session, out, header, replySide));
        awaitClosed(session);
        drain(arrived, events, caller, live, new End(built, caller));
        int frames = Math.max(
                callerSide.length() / built.input().frameSamples(), (replySide.length() + out.length - 1) / out.length);
        return new Result(
                callerSide.samples(frames * in.length),
                replySide.samples(frames * out.length),
                replySide.length(),
                List.copyOf(events),
                probabilities.values(),
                probabilities.windowSeconds(),
                built.input(),
                built.output());
    }

    private static void take(DuplexSession session, short[] out, FrameRing.FrameHeader header, Recording to) {
        for (int samples = session.pollAudio(out, header); samples > 0; samples = session.pollAudio(out, header)) {
            to.put(header.timestamp(), out, samples);
        }
    }

    private static void drain(
            Queue<SessionEvent> arrived,
            List<SessionEvent> events,
            Caller caller,
            Consumer<SessionEvent> live,
            End end) {
        for (SessionEvent event = arrived.poll(); event != null; event = arrived.poll()) {
            events.add(event);
            end.on();
            caller.on(event);
            live.accept(event);
        }
    }

    private static void awaitClosed(DuplexSession session) {
        try {
            session.closed().toCompletableFuture().get(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("session " + session.id() + " did not close", e);
        }
    }

    /** When a conversation is over: the caller is finished, the session listens, and nothing has happened for a while. */
    private static final class End {
        private final long quietFrames;
        private long framesSinceEvent;
        private long framesSinceFinished;

        End(SessionOptions options, Caller caller) {
            Duration answer =
                    options.endpointing().maxDelay().plus(options.vad().minSilence());
            Duration quiet = caller.expectsAnswer() ? QUIET.plus(answer) : QUIET;
            quietFrames = quiet.toMillis() / AudioFormat.FRAME_MILLIS;
        }

        void on() {
            framesSinceEvent = 0;
        }

        boolean reached(DuplexSession session, Caller caller) {
            framesSinceEvent++;
            if (!caller.isFinished()) {
                framesSinceFinished = 0;
                return false;
            }
            framesSinceFinished++;
            boolean idle =
                    session.state() == SessionState.LISTENING || session.state() == SessionState.WAITING_FOR_INPUT;
            return idle && Math.min(framesSinceEvent, framesSinceFinished) > quietFrames
                    || framesSinceFinished > LONGEST_WAIT.toMillis() / AudioFormat.FRAME_MILLIS;
        }
    }
}
