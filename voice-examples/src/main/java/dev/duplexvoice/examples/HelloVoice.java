package dev.duplexvoice.examples;

import dev.duplexvoice.DuplexSession;
import dev.duplexvoice.SessionOptions;
import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.audio.FrameRing;
import dev.duplexvoice.audio.WavFile;
import java.nio.file.Path;
import java.time.Duration;

/** A caller from a WAV file of 16 kHz talks to a host that answers; what happens is printed. */
public final class HelloVoice {
    private HelloVoice() {}

    /** Runs it with the WAV file as its argument. */
    public static void main(String[] args) {
        SessionOptions options = SessionOptions.builder()
                .responder((turn, reply) ->
                        reply.write("Hello! You spoke for " + turn.speech().toMillis() + " ms."))
                .listener(System.out::println)
                .build();
        short[] caller = WavFile.read(Path.of(args[0])).samples();
        short[] frame = new short[options.output().frameSamples()];
        FrameRing.FrameHeader header = new FrameRing.FrameHeader();
        try (VoiceEngine engine = VoiceEngine.create();
                DuplexSession session = engine.open(options)) {
            for (int at = 0; at < caller.length + 5 * 16_000; at += 320) {
                boolean speaking = at + 320 <= caller.length;
                session.offerAudio(speaking ? caller : new short[320], speaking ? at : 0, 320); // 20 ms of microphone
                session.readAudio(frame, header, Duration.ofMillis(20)); // 20 ms for the speaker, or silence
            }
        }
    }
}
