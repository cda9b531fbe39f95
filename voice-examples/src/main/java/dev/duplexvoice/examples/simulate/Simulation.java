package dev.duplexvoice.examples.simulate;

import dev.duplexvoice.DuplexSession;
import dev.duplexvoice.SayOptions;
import dev.duplexvoice.SessionEvent;
import dev.duplexvoice.SessionOptions;
import dev.duplexvoice.SessionState;
import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.audio.AudioFormat;
import dev.duplexvoice.audio.FrameRing;
import dev.duplexvoice.dialog.Reply;
import dev.duplexvoice.dialog.Turn;
import dev.duplexvoice.stt.RecognitionStream;
import dev.duplexvoice.stt.TranscriptSink;
import dev.duplexvoice.time.VirtualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Runs a {@link Scenario} on a virtual clock and tells what happened. */
public final class Simulation {
    private static final Duration FRAME = Duration.ofMillis(AudioFormat.FRAME_MILLIS);
    /** After the last scripted moment, the session is closed once nothing has happened for this long. */
    private static final Duration QUIET = Duration.ofSeconds(5);
    /** A scenario that never comes to rest ends this long after its last scripted moment. */
    private static final Duration LONGEST = Duration.ofHours(2);

    private final Scenario scenario;
    private final Consumer<SessionEvent> events;
    private final VirtualClock clock = new VirtualClock();
    private final List<TranscriptSink> sinks = new ArrayList<>();
    private final short[] frame;
    private final FrameRing.FrameHeader header = new FrameRing.FrameHeader();
    private long lastEventAt;

    private Simulation(Scenario scenario, Consumer<SessionEvent> events) {
        this.scenario = scenario;
        this.events = events;
        this.frame = new short[AudioFormat.CANONICAL.frameSamples()];
    }

    /**
     * Runs a scenario to its end.
     *
     * @param events told of each event, in order, on the calling thread
     * @throws IllegalArgumentException if an option is wrong
     */
    public static void run(Scenario scenario, Consumer<SessionEvent> events) {
        new Simulation(scenario, events).run();
    }

    private void run() {
        SessionOptions.Builder options = SessionOptions.builder();
        scenario.options().forEach(options::set);
        options.externalSpeech()
                .recognizer((rate, sink) -> {
                    sinks.add(sink);
                    return new RecognitionStream() {};
                })
                .responder(this::respond)
                .synthesizer(new ScriptedVoice(
                        clock, scenario.tts(), AudioFormat.CANONICAL.sampleRate(), scenario.streaming()))
                .listener(event -> {
                    lastEventAt = clock.nanoTime();
                    events.accept(event);
                });
        SessionOptions built = options.build();
        try (VoiceEngine engine = VoiceEngine.builder().clock(clock).build()) {
            try (DuplexSession session = engine.open(built)) {
                double end = script(session, built);
                long earliest = Math.round(end * 1e9);
                takeFrames(session);
                while (session.state() != SessionState.TERMINATED && !atRest(session, earliest)) {
                    clock.advance(FRAME);
                }
            }
            clock.advance(Duration.ZERO);
        }
    }

    private boolean atRest(DuplexSession session, long earliest) {
        long now = clock.nanoTime();
        boolean idle = session.state() == SessionState.LISTENING || session.state() == SessionState.WAITING_FOR_INPUT;
        return now - earliest > LONGEST.toNanos() || idle && now >= earliest && now - lastEventAt >= QUIET.toNanos();
    }

    /** Plays the output, as a transport would. */
    private void takeFrames(DuplexSession session) {
        while (session.pollAudio(frame, header) > 0) {
            // the audio itself is of no interest here
        }
        if (session.state() != SessionState.TERMINATED) {
            clock.schedule(FRAME, () -> takeFrames(session));
        }
    }

    /** Schedules what the caller and the host do; returns the last moment of the script, in seconds. */
    private double script(DuplexSession session, SessionOptions options) {
        double end = 0;
        Duration silence = options.vad().minSilence();
        double silentFrom = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < scenario.user().size(); i++) {
            Scenario.User user = scenario.user().get(i);
            // A pause shorter than the least silence is none: the detector hears one stretch of speech.
            if (user.from() >= silentFrom) {
                at(user.from(), () -> live(session, session::speechStarted));
            }
            silentFrom = user.to() + silence.toNanos() / 1e9;
            boolean last = i + 1 == scenario.user().size();
            if (last || scenario.user().get(i + 1).from() >= silentFrom) {
                at(silentFrom, () -> live(session, () -> session.speechEnded(silence)));
            }
            end = Math.max(end, user.to() + silence.toNanos() / 1e9);
            String text = user.text();
            if (text != null) {
                at(user.to() + user.sttDelay(), () -> sinks.forEach(sink -> sink.transcript(text, true)));
                end = Math.max(end, user.to() + user.sttDelay());
            }
        }
        for (Scenario.Say say : scenario.say()) {
            Boolean allow = say.allowInterruptions();
            SayOptions how = new SayOptions(SayOptions.When.QUEUE, allow == null || allow);
            at(say.at(), () -> live(session, () -> session.say(say.text(), how)));
            end = Math.max(end, say.at());
        }
        return end;
    }

    /** A limit may have ended the session before the script did. */
    private static void live(DuplexSession session, Runnable action) {
        if (session.state() != SessionState.TERMINATED) {
            action.run();
        }
    }

    private void at(double seconds, Runnable task) {
        clock.schedule(ScriptedVoice.seconds(seconds), task);
    }

    private void respond(Turn turn, Reply reply) {
        for (Scenario.Answer answer : scenario.reply()) {
            if (answer.to().equals(turn.text())) {
                reply.detach();
                write(answer, reply);
                return;
            }
        }
    }

    /** The text comes evenly from {@code ttft} to {@code duration}, word by word. */
    private void write(Scenario.Answer answer, Reply reply) {
        String[] words = answer.text().split("(?<=\\s)");
        double last = Math.max(answer.ttft(), answer.duration());
        for (int i = 0; i < words.length; i++) {
            String word = words[i];
            double when = answer.ttft() + (last - answer.ttft()) * i / words.length;
            at(when, () -> reply.write(word));
        }
        at(last, reply::complete);
    }
}
