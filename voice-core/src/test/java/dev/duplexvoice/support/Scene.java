package dev.duplexvoice.support;

import dev.duplexvoice.DuplexSession;
import dev.duplexvoice.OutputProcessing;
import dev.duplexvoice.SessionEvent;
import dev.duplexvoice.SessionOptions;
import dev.duplexvoice.SessionState;
import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.dialog.Utterance;
import dev.duplexvoice.stt.RecognitionStream;
import dev.duplexvoice.stt.TranscriptSink;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import dev.duplexvoice.time.VirtualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * One session on a virtual clock whose speech and transcripts a test scripts. Times are in milliseconds since the session was
 * opened.
 */
public final class Scene {
    public static final Duration SILENCE = Duration.ofMillis(300);

    public final VirtualClock clock;
    public final List<SessionEvent> events = new ArrayList<>();
    public final ToneVoice voice;
    public final SessionOptions.Builder options = SessionOptions.builder();
    public VoiceTelemetry telemetry = VoiceTelemetry.disabled();
    public boolean promptReplies;
    public VoiceEngine engine;
    public DuplexSession session;
    public Transport transport;
    public TranscriptSink sink;
    private boolean closing;
    private long openedAt;

    public Scene() {
        this(new VirtualClock());
    }

    public Scene(VirtualClock clock) {
        this.clock = clock;
        voice = new ToneVoice(clock);
        // What the voice made is what is heard: tests compare samples.
        options.externalSpeech().synthesizer(voice).listener(events::add).processing(OutputProcessing.NONE);
    }

    /** With a recognizer that says what {@link #transcript} scripts. */
    public Scene recognized() {
        options.recognizer((rate, given) -> {
            sink = given;
            return new RecognitionStream() {};
        });
        return this;
    }

    /** With a Responder that always answers this. */
    public Scene answering(String text) {
        options.responder((turn, reply) -> reply.write(text));
        return this;
    }

    /** With these options by name. */
    public Scene set(String... keysAndValues) {
        for (int i = 0; i < keysAndValues.length; i += 2) {
            options.set(keysAndValues[i], keysAndValues[i + 1]);
        }
        return this;
    }

    public Scene open() {
        engine = VoiceEngine.builder()
                .clock(clock)
                .telemetry(telemetry)
                .promptReplies(promptReplies)
                .providers(List.of())
                .build();
        return openOn(engine);
    }

    public Scene openOn(VoiceEngine shared) {
        engine = shared;
        openedAt = clock.nanoTime();
        session = engine.open(options.build());
        transport = new Transport(clock, session);
        return this;
    }

    public Scene at(long millis, Runnable action) {
        clock.schedule(Duration.ofMillis(millis).minusNanos(clock.nanoTime() - openedAt), action);
        return this;
    }

    /** Does it if the session still lives then. */
    public Scene atIfLive(long millis, Runnable action) {
        return at(millis, () -> {
            if (!closing && session.state() != SessionState.TERMINATED) {
                action.run();
            }
        });
    }

    /** The caller speaks in this interval; the end is noticed {@link #SILENCE} later. */
    public Scene speech(long from, long to) {
        return atIfLive(from, session::speechStarted)
                .atIfLive(to + SILENCE.toMillis(), () -> session.speechEnded(SILENCE));
    }

    public Scene transcript(long at, String text) {
        return at(at, () -> sink.transcript(text, true));
    }

    public Scene interim(long at, String text) {
        return at(at, () -> sink.transcript(text, false));
    }

    public void close() {
        closing = true;
        session.close();
    }

    /** Runs up to a time, that instant's own work included. */
    public Scene runTo(long millis) {
        clock.runUntil(openedAt + millis * 1_000_000);
        return this;
    }

    public List<String> lines() {
        return EventText.of(events);
    }

    /** The lines of some types of event. */
    public List<String> lines(String... types) {
        return lines().stream()
                .filter(line -> List.of(types).contains(line.split(" ")[1]))
                .toList();
    }

    public <T extends SessionEvent> List<T> events(Class<T> type) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    public List<String> history() {
        return session.history().stream().map(Scene::line).toList();
    }

    private static String line(Utterance utterance) {
        return utterance.speaker() + ": " + utterance.text() + (utterance.interrupted() ? " [cut]" : "");
    }
}
