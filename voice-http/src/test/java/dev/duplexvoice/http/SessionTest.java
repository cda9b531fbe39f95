package dev.duplexvoice.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.DuplexSession;
import dev.duplexvoice.SessionEvent;
import dev.duplexvoice.SessionOptions;
import dev.duplexvoice.SessionState;
import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.VoiceException;
import dev.duplexvoice.audio.AudioFormat;
import dev.duplexvoice.audio.FrameRing;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server's failure as a conversation meets it. */
class SessionTest {
    private static final int CLAUSE = 12_000;

    private final BlockingQueue<SessionEvent> events = new LinkedBlockingQueue<>();
    private final AtomicLong heard = new AtomicLong();

    private DuplexSession open(VoiceEngine engine, HttpVoice voice) {
        return engine.open(SessionOptions.builder()
                .externalSpeech()
                .output(new AudioFormat(24_000))
                .synthesizer(voice)
                .listener(events::add)
                .build());
    }

    /** Plays what the session says, until it ends. */
    private void play(DuplexSession session, CountDownLatch firstClause) {
        Thread speaker = new Thread(() -> {
            short[] frame = new short[480];
            FrameRing.FrameHeader header = new FrameRing.FrameHeader();
            int taken;
            while ((taken = session.readAudio(frame, header, Duration.ofSeconds(1))) >= 0) {
                // A frame's flags say how many of its samples belong to the reply.
                if (taken > 0 && heard.addAndGet(header.flags()) >= CLAUSE) {
                    firstClause.countDown();
                }
            }
        });
        speaker.setDaemon(true);
        speaker.start();
    }

    private <T extends SessionEvent> T next(Class<T> type) throws InterruptedException {
        while (true) {
            SessionEvent event = events.poll(30, TimeUnit.SECONDS);
            assertThat(event).as("a %s", type.getSimpleName()).isNotNull();
            if (type.isInstance(event)) {
                return type.cast(event);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cut", "stall", "refuse"})
    void shouldReportWhatWasNotSpokenAsUnheardAndGoOn(String how) throws Exception {
        CountDownLatch firstHeard = new CountDownLatch(1);
        try (RawServer server = new RawServer((connection, request) -> {
                    if (!connection.request.body().contains("Second")) {
                        connection.whole("audio/pcm", RawServer.pcm(RawServer.ramp(0, CLAUSE)));
                        return;
                    }
                    firstHeard.await();
                    if (how.equals("refuse")) {
                        connection.json("400 Bad Request", "", "{\"error\":{\"message\":\"no\"}}");
                        return;
                    }
                    connection.beginChunked("audio/pcm");
                    connection.chunk(RawServer.pcm(RawServer.ramp(0, 480)));
                    if (how.equals("stall")) {
                        connection.awaitClosed();
                    }
                    connection.socket.close();
                });
                HttpVoice voice = server.voice()
                        .firstByteTimeout(Duration.ofMinutes(1))
                        .stallTimeout(Duration.ofMillis(300))
                        .build();
                VoiceEngine engine = VoiceEngine.builder().providers(List.of()).build();
                DuplexSession session = open(engine, voice)) {
            play(session, firstHeard);
            session.say("First sentence is spoken whole. Second sentence is cut off after a moment.");

            SessionEvent.Failed failed = next(SessionEvent.Failed.class);
            assertThat(failed.code()).isEqualTo(VoiceException.Code.SYNTHESIS);
            assertThat(failed.message())
                    .startsWith("voice af_sky: the server 127.0.0.1:")
                    .doesNotContain("sentence");
            SessionEvent.ReplyFinished reply = next(SessionEvent.ReplyFinished.class);
            assertThat(reply.heard()).isEqualTo("First sentence is spoken whole.");
            assertThat(reply.interrupted()).isFalse();
            assertThat(next(SessionEvent.StateChanged.class).to()).isEqualTo(SessionState.LISTENING);

            session.say("Next reply.");
            assertThat(next(SessionEvent.ReplyFinished.class).heard()).isEqualTo("Next reply.");
            assertThat(session.history())
                    .extracting(utterance -> utterance.text())
                    .containsExactly("First sentence is spoken whole.", "Next reply.");
        }
    }

    @Test
    void shouldCloseTheConnectionWhenTheReplyIsInterrupted() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        try (RawServer server = new RawServer((connection, request) -> {
                    connection.beginChunked("audio/pcm");
                    // The last frame waits for more of the clause.
                    connection.chunk(RawServer.pcm(RawServer.ramp(0, CLAUSE + 960)));
                    connection.awaitClosed();
                    closed.countDown();
                });
                HttpVoice voice = server.voice().build();
                VoiceEngine engine = VoiceEngine.builder().providers(List.of()).build();
                DuplexSession session = open(engine, voice)) {
            play(session, begun);
            session.say("One two three four five six seven eight nine ten.");
            assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
            session.interrupt();
            assertThat(closed.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(next(SessionEvent.ReplyFinished.class).interrupted()).isTrue();
        }
    }
}
