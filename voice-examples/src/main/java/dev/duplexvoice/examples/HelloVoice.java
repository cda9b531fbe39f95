package dev.duplexvoice.examples;

import dev.duplexvoice.DuplexSession;
import dev.duplexvoice.SessionOptions;
import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.audio.AudioFormat;
import dev.duplexvoice.audio.FrameRing;
import dev.duplexvoice.audio.WavFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;

/** A caller from a WAV file talks to a host that answers; what happens is printed. */
public final class HelloVoice {
    private HelloVoice() {}

    /** Runs it with the WAV file as its argument. */
    public static void main(String[] args) {
        if (args.length != 1) {
            System.err.println("usage: HelloVoice F.wav");
            return;
        }
        WavFile caller = WavFile.read(Path.of(args[0]));
        SessionOptions options = SessionOptions.builder()
                .input(new AudioFormat(caller.sampleRate()))
                .responder((turn, reply) ->
                        reply.write("Hello! You spoke for " + turn.speech().toMillis() + " ms."))
                .listener(System.out::println)
                .build();
        short[] microphone = Arrays.copyOf(caller.samples(), caller.samples().length + 5 * caller.sampleRate());
        int step = options.input().frameSamples(); // 20 ms
        short[] frame = new short[options.output().frameSamples()];
        FrameRing.FrameHeader header = new FrameRing.FrameHeader();
        try (VoiceEngine engine = VoiceEngine.create();
                DuplexSession session = engine.open(options)) {
            for (int at = 0; at + step <= microphone.length; at += step) {
                session.offerAudio(microphone, at, step);
                session.readAudio(frame, header, Duration.ofMillis(20)); // for the speaker; silence if there is none
            }
        }
    }
}
