package dev.duplexvoice.examples.demo;

import dev.duplexvoice.SessionEvent;
import dev.duplexvoice.SessionOptions;
import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.audio.AudioFormat;
import dev.duplexvoice.examples.conversation.Caller;
import dev.duplexvoice.examples.conversation.Conversation;
import dev.duplexvoice.examples.conversation.Pacer;
import dev.duplexvoice.examples.conversation.RecordedCaller;
import dev.duplexvoice.examples.conversation.Responders;
import dev.duplexvoice.tts.SpeechSynthesizer;
import dev.duplexvoice.tts.SynthesisRequest;
import dev.duplexvoice.tts.SynthesisStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/** Holds the demonstration's conversation on the real clock. */
public final class Demo {
    /** The caller's voice; the host speaks with the engine's own. */
    public static final String CALLER_VOICE = "slt";

    private static final int CALLER_RATE = 16_000;

    private final VoiceEngine engine;
    private final Pacer pacer;

    /** A demonstration on an engine that was built with the pacer's clock. */
    public Demo(VoiceEngine engine, Pacer pacer) {
        this.engine = engine;
        this.pacer = pacer;
    }

    /** The scripted caller. */
    public Conversation.Result scripted(Consumer<SessionEvent> live) {
        List<short[]> audio = new ArrayList<>();
        try (SpeechSynthesizer voice = engine.openVoice(CALLER_VOICE)) {
            for (DemoScript.Line line : DemoScript.CALLER) {
                audio.add(speak(voice, line.text()));
            }
        }
        ScriptedCaller caller = new ScriptedCaller(DemoScript.CALLER, audio);
        return run(
                SessionOptions.builder().responder(DemoScript.host()).recognizer(caller.recognizer()),
                CALLER_RATE,
                caller,
                live);
    }

    /** A recording as the caller; the host tells how long it spoke. */
    public Conversation.Result recorded(short[] samples, int sampleRate, Consumer<SessionEvent> live) {
        return run(
                SessionOptions.builder().responder(Responders.echo()), sampleRate, new RecordedCaller(samples), live);
    }

    private Conversation.Result run(
            SessionOptions.Builder options, int inputRate, Caller caller, Consumer<SessionEvent> live) {
        options.input(new AudioFormat(inputRate));
        return new Conversation(engine, pacer).run(options, caller, live);
    }

    private static short[] speak(SpeechSynthesizer voice, String text) {
        short[] audio = new short[voice.sampleRate() * 10];
        int length = 0;
        Semaphore readable = new Semaphore(0);
        try (SynthesisStream stream = voice.start(SynthesisRequest.of(text), readable::release)) {
            for (int read = stream.read(audio, 0, audio.length);
                    read != SynthesisStream.END;
                    read = stream.read(audio, length, audio.length - length)) {
                if (read == 0) {
                    readable.acquireUninterruptibly();
                }
                length += read;
                if (length == audio.length) {
                    audio = Arrays.copyOf(audio, length * 2);
                }
            }
        }
        return Arrays.copyOf(audio, length);
    }
}
