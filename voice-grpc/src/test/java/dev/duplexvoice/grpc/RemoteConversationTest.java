package dev.duplexvoice.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.DuplexSession;
import dev.duplexvoice.SessionEvent;
import dev.duplexvoice.SessionOptions;
import dev.duplexvoice.SessionState;
import dev.duplexvoice.audio.FrameRing;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sessions of an engine whose voice is at a worker: they do not know the difference. */
@Timeout(60)
class RemoteConversationTest {
    private final List<SessionEvent> events = new CopyOnWriteArrayList<>();
    private Loopback loopback;
    private RemoteSynthesizer voice;
    private DuplexSession session;

    @BeforeEach
    void open() {
        loopback = new Loopback();
        voice = RemoteSynthesizer.builder(loopback.target()).build();
        session = loopback.engine.open(SessionOptions.builder()
                .externalSpeech()
                .synthesizer(voice)
                .listener(events::add)
                .build());
    }

    @AfterEach
    void close() {
        session.close();
        voice.close();
        loopback.close();
    }

    private <T extends SessionEvent> T play(Class<T> until) throws InterruptedException {
        short[] frame = new short[960];
        FrameRing.FrameHeader header = new FrameRing.FrameHeader();
        Loopback.await(until.getSimpleName(), () -> {
            session.pollAudio(frame, header);
            return events.stream().anyMatch(until::isInstance);
        });
        return events.stream()
                .filter(until::isInstance)
                .map(until::cast)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void shouldSpeakAllOfAReplyAndKnowWhatWasHeard() throws InterruptedException {
        session.say("One two three. Four five.");

        assertThat(play(SessionEvent.ReplyFinished.class).heard()).isEqualTo("One two three. Four five.");
    }

    @Test
    void shouldCountWhatFailedAsUnheardAndLiveOn() throws InterruptedException {
        loopback.voices.failOn = "bad";
        loopback.voices.failAfter = 960;
        session.say("One two three. A bad sentence.");

        SessionEvent.ReplyFinished finished = play(SessionEvent.ReplyFinished.class);
        assertThat(events.stream().filter(SessionEvent.Failed.class::isInstance))
                .singleElement()
                .asString()
                .contains("SYNTHESIS", loopback.target(), "INTERNAL");
        // What was made of the second sentence is no word.
        assertThat(finished.heard()).isEqualTo("One two three.");
        assertThat(session.state()).isNotEqualTo(SessionState.TERMINATED);
        events.clear();
        session.say("Good again.");
        assertThat(play(SessionEvent.ReplyFinished.class).heard()).isEqualTo("Good again.");
    }
}
