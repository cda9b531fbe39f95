package dev.duplexvoice.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.DuplexSession;
import dev.duplexvoice.SessionEvent;
import dev.duplexvoice.SessionOptions;
import dev.duplexvoice.audio.FrameRing;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sessions of an engine whose voice is at a worker. */
@Timeout(60)
class RemoteConversationTest {
    @Test
    void shouldSpeakAllOfAReplyAndKnowWhatWasHeard() throws InterruptedException {
        List<SessionEvent> events = new CopyOnWriteArrayList<>();
        try (Loopback loopback = new Loopback();
                RemoteSynthesizer voice =
                        RemoteSynthesizer.builder(loopback.target()).build();
                DuplexSession session = loopback.engine.open(SessionOptions.builder()
                        .externalSpeech()
                        .synthesizer(voice)
                        .listener(events::add)
                        .build())) {
            session.say("One two three. Four five.");
            short[] frame = new short[960];
            Loopback.await("the reply is heard", () -> {
                session.pollAudio(frame, new FrameRing.FrameHeader());
                return events.stream().anyMatch(SessionEvent.ReplyFinished.class::isInstance);
            });

            SessionEvent.ReplyFinished finished = events.stream()
                    .filter(SessionEvent.ReplyFinished.class::isInstance)
                    .map(SessionEvent.ReplyFinished.class::cast)
                    .findFirst()
                    .orElseThrow();
            assertThat(finished.heard()).isEqualTo("One two three. Four five.");
        }
    }
}
