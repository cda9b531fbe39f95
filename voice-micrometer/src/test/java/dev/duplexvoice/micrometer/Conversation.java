package dev.duplexvoice.micrometer;

import dev.duplexvoice.DuplexSession;
import dev.duplexvoice.SessionEvent;
import dev.duplexvoice.SessionOptions;
import dev.duplexvoice.SessionState;
import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.audio.FrameRing;
import dev.duplexvoice.dialog.Reply;
import dev.duplexvoice.dialog.Responder;
import dev.duplexvoice.dialog.Turn;
import dev.duplexvoice.stt.RecognitionStream;
import dev.duplexvoice.stt.SpeechRecognizer;
import dev.duplexvoice.stt.TranscriptSink;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import dev.duplexvoice.time.VirtualClock;
import dev.duplexvoice.tts.PhraseCache;
import dev.duplexvoice.tts.SpeechSynthesizer;
import dev.duplexvoice.tts.SynthesisRequest;
import dev.duplexvoice.tts.SynthesisStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A conversation with embedded voices and the real detector on a virtual clock: two turns, the second answer is interrupted by a third;
 * then a greeting that is said twice, from a cache.
 */
final class Conversation implements AutoCloseable {
    static final Duration RECOGNITION = Duration.ofMillis(80);
    static final Duration THOUGHT = Duration.ofMillis(120);

    final VirtualClock clock = new VirtualClock();
    final List<SessionEvent> events = new ArrayList<>();
    final VoiceEngine engine;
    private final DuplexSession session;
    private final FrameRing.FrameHeader header = new FrameRing.FrameHeader();
    private short[] speech = new short[0];
    private int spoken;
    long framesTaken;

    Conversation(VoiceTelemetry telemetry) {
        engine = VoiceEngine.builder()
                .clock(clock)
                .voice("slt")
                .telemetry(telemetry)
                .build();
        session = engine.open(SessionOptions.builder()
                .transport("websocket")
                .recognizer(new Recognizer())
                .responder(new Model())
                .listener(events::add)
                .build());
        host(session);
        speech = say("Hello, how are you doing today?");
        run(6_000);
        speech = say("Please tell me a long story about the sea.");
        run(5_000);
        speech = say("Stop it now, I have heard enough of this.");
        run(8_000);
        session.close();
        run(40);
        greetTwice();
    }

    private final class Recognizer implements SpeechRecognizer {
        @Override
        public String model() {
            return "scripted-stt";
        }

        @Override
        public RecognitionStream start(int sampleRate, TranscriptSink sink) {
            return new RecognitionStream() {
                private long utterance;

                @Override
                public void speechStarted(long number) {
                    utterance = number;
                }

                @Override
                public void speechEnded() {
                    long of = utterance;
                    clock.schedule(RECOGNITION, () -> sink.transcript("what the caller said", true, of));
                }
            };
        }
    }

    private final class Model implements Responder {
        @Override
        public String model() {
            return "scripted-llm";
        }

        @Override
        public void respond(Turn turn, Reply reply) {
            reply.detach();
            boolean first = turn.turnId().endsWith("-1");
            String text =
                    first ? "I am well, thank you." : "Once upon a time there was a ship upon the sea. ".repeat(6);
            clock.schedule(THOUGHT, () -> reply.write(text));
            clock.schedule(THOUGHT.multipliedBy(2), () -> {
                reply.tokens(100, 7);
                reply.complete();
            });
        }
    }

    private void host(DuplexSession of) {
        short[] chunk = new short[320];
        short[] frame = new short[of.options().output().frameSamples()];
        clock.schedule(Duration.ofMillis(20), new Runnable() {
            @Override
            public void run() {
                while (of.pollAudio(frame, header) > 0) {
                    framesTaken += header.flags() > 0 ? 1 : 0;
                }
                if (of.state() == SessionState.TERMINATED) {
                    return;
                }
                Arrays.fill(chunk, (short) 0);
                int samples = Math.min(chunk.length, speech.length - spoken);
                System.arraycopy(speech, spoken, chunk, 0, samples);
                spoken += samples;
                of.offerAudio(chunk);
                clock.schedule(Duration.ofMillis(20), this);
            }
        });
    }

    private short[] say(String text) {
        spoken = 0;
        short[] all = new short[16_000 * 10];
        int length = 0;
        try (SpeechSynthesizer voice = engine.openVoice("rms");
                SynthesisStream stream = voice.start(SynthesisRequest.of(text), () -> {})) {
            for (int got = 0; got >= 0; got = stream.read(all, length, all.length - length)) {
                length += got;
            }
        }
        return Arrays.copyOf(all, length);
    }

    private void greetTwice() {
        try (PhraseCache cache = new PhraseCache(engine.openVoice("rms"), 10_000_000)) {
            DuplexSession greeted = engine.open(SessionOptions.builder()
                    .externalSpeech()
                    .synthesizer(cache)
                    .listener(events::add)
                    .build());
            host(greeted);
            greeted.say("Good morning to you.");
            greeted.say("Good morning to you.");
            run(5_000);
            greeted.close();
            run(40);
        }
    }

    private void run(long millis) {
        clock.advance(Duration.ofMillis(millis));
    }

    <T extends SessionEvent> List<T> events(Class<T> type) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    @Override
    public void close() {
        engine.close();
    }
}
