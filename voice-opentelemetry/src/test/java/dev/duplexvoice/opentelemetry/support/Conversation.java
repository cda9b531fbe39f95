package dev.duplexvoice.opentelemetry.support;

import dev.duplexvoice.AudioSink;
import dev.duplexvoice.CloseReason;
import dev.duplexvoice.DuplexSession;
import dev.duplexvoice.OutputProcessing;
import dev.duplexvoice.SessionOptions;
import dev.duplexvoice.SessionState;
import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.opentelemetry.VoiceTracing;
import dev.duplexvoice.stt.RecognitionStream;
import dev.duplexvoice.stt.TranscriptSink;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import dev.duplexvoice.time.VirtualClock;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;

/** A conversation on a virtual clock, in milliseconds since it was opened. */
public final class Conversation implements AutoCloseable {
    private static final Duration SILENCE = Duration.ofMillis(300);

    public final VirtualClock clock = new VirtualClock();
    public final WordVoice voice = new WordVoice(clock);
    public final Spans spans = new Spans();
    public final SessionOptions.Builder options =
            SessionOptions.builder().externalSpeech().synthesizer(voice).processing(OutputProcessing.NONE);
    public VoiceTelemetry telemetry = VoiceTracing.create(spans.sdk, Clock.fixed(Spans.START, ZoneOffset.UTC));
    public VoiceEngine engine;
    public DuplexSession session;
    public TranscriptSink sink;
    public int frames;
    public Duration writesAfter = Duration.ofMillis(200);

    /** With a recognizer that says what {@link #transcript} scripts. */
    public Conversation recognized() {
        options.recognizer((rate, given) -> {
            sink = given;
            return new RecognitionStream() {};
        });
        return this;
    }

    /** With a Responder that writes this after {@link #writesAfter}, on another thread. */
    public Conversation answering(String text) {
        options.responder((turn, reply) -> {
            reply.detach();
            clock.schedule(writesAfter, () -> {
                reply.write(text);
                reply.complete();
            });
        });
        return this;
    }

    public Conversation open() {
        engine = VoiceEngine.builder()
                .clock(clock)
                .telemetry(telemetry)
                .providers(List.of())
                .build();
        session = engine.open(options.audioSink(new Speaker()).build());
        return this;
    }

    /** Takes every frame at once. */
    private final class Speaker implements AudioSink {
        @Override
        public void frame(short[] samples, int length, long position) {
            frames++;
        }

        @Override
        public void flush(long position) {}

        @Override
        public void closed(CloseReason reason) {}
    }

    public Conversation at(long millis, Runnable action) {
        clock.schedule(Duration.ofMillis(millis).minusNanos(clock.nanoTime()), () -> {
            if (session.state() != SessionState.TERMINATED) {
                action.run();
            }
        });
        return this;
    }

    /** The caller speaks; the end is noticed 300 ms later. */
    public Conversation speech(long from, long to) {
        return at(from, session::speechStarted).at(to + SILENCE.toMillis(), () -> session.speechEnded(SILENCE));
    }

    public Conversation transcript(long at, String text) {
        return at(at, () -> sink.transcript(text, true));
    }

    public Conversation runTo(long millis) {
        clock.runUntil(millis * 1_000_000);
        return this;
    }

    /** Closes the session and gives the tree. */
    public List<String> close(long millis) {
        at(millis, session::close).runTo(millis + 1_000);
        return spans.tree();
    }

    @Override
    public void close() {
        engine.close();
        spans.close();
    }
}
