package dev.duplexvoice.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.DuplexSession;
import dev.duplexvoice.SessionEvent;
import dev.duplexvoice.SessionOptions;
import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.audio.AudioFormat;
import dev.duplexvoice.audio.FrameRing;
import dev.duplexvoice.onnx.internal.TinyVits;
import dev.duplexvoice.tts.SpeechSynthesizer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A session that speaks with a neural voice. */
class SessionVoiceTest {
    @TempDir
    private Path folder;

    private final BlockingQueue<SessionEvent.ReplyFinished> finished = new LinkedBlockingQueue<>();

    @Test
    void shouldTellWhatWasHeardOfTheVoicesWords() throws Exception {
        Path file = TinyVits.single().write(folder, "voice");
        try (VoiceEngine engine = VoiceEngine.create();
                SpeechSynthesizer voice = engine.openVoice(file.toString());
                DuplexSession session = engine.open(SessionOptions.builder()
                        .externalSpeech()
                        .output(new AudioFormat(16_000))
                        .synthesizer(voice)
                        .listener(event -> {
                            if (event instanceof SessionEvent.ReplyFinished reply) {
                                finished.add(reply);
                            }
                        })
                        .build())) {
            String text = "nobody knows the end of it. ".repeat(20).trim();
            session.say(text);
            SessionEvent.ReplyFinished whole = hear(session, Integer.MAX_VALUE);
            assertThat(whole.interrupted()).isFalse();
            assertThat(whole.heard()).isEqualTo(text);

            session.say("nobody knows привет the end of it");
            SessionEvent.ReplyFinished mixed = hear(session, Integer.MAX_VALUE);
            assertThat(mixed.heard()).isEqualTo("nobody knows the end of it");
            assertThat(mixed.text()).isEqualTo("nobody knows привет the end of it");

            session.say("привет. nobody knows.");
            assertThat(hear(session, Integer.MAX_VALUE).heard()).isEqualTo("nobody knows.");

            session.say("\ud800 ...");
            assertThat(hear(session, Integer.MAX_VALUE).interrupted()).isFalse();

            session.say(text);
            SessionEvent.ReplyFinished part = hear(session, 10);
            assertThat(part.interrupted()).isTrue();
            assertThat(part.heard().length()).isBetween(1, text.length() - 1);
            assertThat(text).startsWith(part.heard());
        }
    }

    /** Takes frames until the reply is over, and interrupts it after so many. */
    private SessionEvent.ReplyFinished hear(DuplexSession session, int frames) throws InterruptedException {
        short[] frame = new short[session.options().output().frameSamples()];
        FrameRing.FrameHeader header = new FrameRing.FrameHeader();
        SessionEvent.ReplyFinished reply = null;
        int taken = 0;
        for (int i = 0; i < 3_000 && reply == null; i++) {
            if (session.readAudio(frame, header, Duration.ofMillis(20)) > 0 && ++taken == frames) {
                session.interrupt();
            }
            reply = finished.poll();
        }
        return reply != null ? reply : finished.poll(30, TimeUnit.SECONDS);
    }
}
