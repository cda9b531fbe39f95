package dev.duplexvoice.opentelemetry.support;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.DuplexSession;
import dev.duplexvoice.SessionEvent;
import dev.duplexvoice.SessionOptions;
import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.tts.SpeechSynthesizer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A short conversation in real time: the caller speaks once, and hears an answer to the end. */
public final class Talk {
    private static final Duration SILENCE = Duration.ofMillis(20);

    private Talk() {}

    /** Fails if it does not come to its end. */
    public static void on(VoiceEngine engine, SpeechSynthesizer voice) throws InterruptedException {
        CountDownLatch finished = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        SessionOptions options = SessionOptions.builder()
                .externalSpeech()
                .set("endpointing.minDelay", "20ms")
                .synthesizer(voice)
                .responder((turn, reply) -> reply.write("Yes."))
                .audioSink((samples, length, position) -> {})
                .listener(event -> {
                    if (event instanceof SessionEvent.ReplyFinished done) {
                        assertThat(done.heard()).isEqualTo("Yes.");
                        finished.countDown();
                    } else if (event instanceof SessionEvent.Closed) {
                        closed.countDown();
                    }
                })
                .build();
        try (DuplexSession session = engine.open(options)) {
            session.speechStarted();
            session.speechEnded(SILENCE);
            assertThat(finished.await(60, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(closed.await(60, TimeUnit.SECONDS)).isTrue();
    }
}
