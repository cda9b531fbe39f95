package dev.duplexvoice.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.server.support.Eventually;
import dev.duplexvoice.server.support.NumberedVoice;
import dev.duplexvoice.server.support.RawClient;
import dev.duplexvoice.server.support.SocketServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * Messages that are almost right, over both protocols. {@code -Dvoice.fuzz.messages=100000} sends so many; without it there are some
 * thousands.
 */
class SocketFuzzTest {
    private static final int MESSAGES = Integer.getInteger("voice.fuzz.messages", 5_000);
    private static final List<String> TYPES = List.of(
            "session_start",
            "text",
            "control",
            "audio_input",
            "playout",
            "transcript",
            "ping",
            "session_end",
            "SessionStart",
            "TextChunk",
            "audio",
            "",
            "\\u0000",
            "💥");
    private static final List<String> FIELDS = List.of(
            "text",
            "is_final",
            "command",
            "pcm",
            "sequence",
            "position",
            "utterance",
            "id",
            "binary",
            "vad",
            "user_id",
            "resume_token",
            "recognizer",
            "responder",
            "input",
            "output",
            "options",
            "sample_rate",
            "frame_ms",
            "other");
    private static final List<String> VALUES = List.of(
            "true",
            "false",
            "null",
            "0",
            "1",
            "-1",
            "20",
            "60",
            "16000",
            "48000",
            "9223372036854775807",
            "92233720368547758070",
            "1e400",
            "\"\"",
            "\"PAUSE\"",
            "\"RESUME\"",
            "\"STOP\"",
            "\"client\"",
            "\"one two\"",
            "\"AAAA\"",
            "\"AAA=\"",
            "\"A\"",
            "{}",
            "[]",
            "{\"sample_rate\":16000,\"frame_ms\":20}",
            "{\"sample_rate\":-1}",
            "{\"endpointing.minDelay\":\"1ms\"}",
            "{\"vad.threshold\":7}",
            "[[[[[[[[[[1]]]]]]]]]]",
            "\"\\ud800\"",
            "\"<break/> {fence} ```\"");

    /** Errors of anybody, and warnings that bring an exception. */
    private static final class Escaped extends AppenderBase<ILoggingEvent> {
        private final Queue<String> lines = new ConcurrentLinkedQueue<>();

        @Override
        protected void append(ILoggingEvent event) {
            if (event.getLevel().isGreaterOrEqual(Level.ERROR)
                    || (event.getLevel().isGreaterOrEqual(Level.WARN) && event.getThrowableProxy() != null)) {
                lines.add(event.getLoggerName() + ": " + event.getFormattedMessage() + " "
                        + (event.getThrowableProxy() == null
                                ? ""
                                : event.getThrowableProxy().getClassName() + " "
                                        + event.getThrowableProxy().getMessage()));
            }
        }
    }

    private final Random random = new Random(Long.getLong("voice.fuzz.seed", 8));

    private <T> T any(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    private String message() {
        StringBuilder json = new StringBuilder("{\"type\":\"" + any(TYPES) + "\"");
        for (int i = random.nextInt(5); i > 0; i--) {
            json.append(",\"").append(any(FIELDS)).append("\":").append(any(VALUES));
        }
        json.append('}');
        if (random.nextInt(8) == 0) {
            json.setLength(random.nextInt(json.length()));
        }
        return json.toString();
    }

    private void send(RawClient client, boolean legacy) throws IOException {
        int kind = random.nextInt(100);
        if (kind < 60) {
            client.text(message().replace('\'', ' '));
        } else if (kind < 85 && !legacy) {
            byte[] frame = new byte[random.nextInt(2_000)];
            random.nextBytes(frame);
            if (frame.length > 0 && random.nextInt(3) > 0) {
                frame[0] = 1;
            }
            client.frame(true, RawClient.BINARY, frame);
        } else if (kind < 95) {
            byte[] text = message().getBytes(StandardCharsets.UTF_8);
            for (int i = random.nextInt(3); i > 0 && text.length > 0; i--) {
                text[random.nextInt(text.length)] = (byte) random.nextInt(128);
            }
            client.frame(random.nextInt(20) > 0, RawClient.TEXT, text);
        } else {
            byte[] bytes = new byte[random.nextInt(100)];
            random.nextBytes(bytes);
            client.frame(true, random.nextInt(16), bytes);
        }
    }

    @Test
    void shouldSurviveAnyMessagesWithoutAnExceptionOrALeak() throws Exception {
        Escaped escaped = new Escaped();
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        Level before = root.getLevel();
        root.setLevel(Level.ERROR);
        Logger ours = (Logger) LoggerFactory.getLogger("dev.duplexvoice");
        ours.setLevel(Level.WARN);
        escaped.setContext(root.getLoggerContext());
        escaped.start();
        root.addAppender(escaped);
        try (SocketServer server = new SocketServer(
                VoiceEngine.create(),
                socket -> socket.resumeWithin(Duration.ofMillis(200))
                        .configure((caller, options) -> options.synthesizer(new NumberedVoice())
                                .responder((turn, reply) -> reply.write("yes"))))) {
            int sent = 0;
            int connections = 0;
            while (sent < MESSAGES) {
                boolean legacy = random.nextBoolean();
                try (RawClient client = new RawClient(server.port, legacy ? "" : "duplexvoice.v1")) {
                    connections++;
                    if (!legacy && random.nextInt(10) > 0) {
                        client.text("{'type':'session_start','vad':true,'recognizer':'client'}");
                    }
                    for (int i = random.nextInt(60); i >= 0; i--) {
                        send(client, legacy);
                        sent++;
                    }
                    if (random.nextBoolean()) {
                        client.reset();
                    }
                } catch (IOException e) {
                    // The server has closed it, as it may.
                    sent++;
                }
            }
            Eventually.eventually("no session is left", () -> server.engine.sessions() == 0);
            Eventually.eventually(
                    "no connection is left", () -> server.socket.stats().connections() == 0);
            assertThat(server.socket.stats().sessions()).isZero();
            assertThat(server.socket.directory().live()).isEmpty();
            assertThat(server.socket.stats().opened()).isPositive();
            assertThat(server.socket.stats().badMessages()).isPositive();
            System.out.println(
                    "fuzz: " + sent + " messages, " + connections + " connections, " + server.socket.stats());
        } finally {
            root.detachAppender(escaped);
            root.setLevel(before);
            ours.setLevel(null);
        }
        assertThat(escaped.lines).isEmpty();
    }
}
