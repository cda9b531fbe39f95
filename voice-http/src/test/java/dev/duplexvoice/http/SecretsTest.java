package dev.duplexvoice.http;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import dev.duplexvoice.VoiceException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Whatever a server does with them, neither the key nor the text is in a log or an exception. */
class SecretsTest {
    private static final String KEY = "sk-do-not-tell-4711";
    private static final String TEXT = "The caller's account number is 12345.";

    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final Queue<String> logged = new ConcurrentLinkedQueue<>();
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            logged.add(event.getFormattedMessage()
                    + event.getKeyValuePairs()
                    + ThrowableProxyUtil.asString(event.getThrowableProxy()));
        }
    };
    private Level level;

    @BeforeEach
    void captureEverything() {
        level = root.getLevel();
        root.setLevel(Level.TRACE);
        appender.start();
        root.addAppender(appender);
    }

    @AfterEach
    void release() {
        root.detachAppender(appender);
        root.setLevel(level);
    }

    private static String trace(Throwable thrown) {
        StringWriter all = new StringWriter();
        thrown.printStackTrace(new PrintWriter(all));
        return all.toString();
    }

    private static String key(RawServer.Connection connection) {
        return connection.request.header("Authorization");
    }

    @Test
    void shouldTellNeitherWhenTheServerEchoesThem() throws Exception {
        List<RawServer.Script> servers = List.of(
                (connection, request) -> connection.json(
                        "401 No",
                        "",
                        "{\"error\":{\"message\":\"wrong key " + key(connection) + " for " + TEXT + "\"}}"),
                (connection, request) -> connection.json("500 No", "", "{\"detail\":\"" + key(connection) + "\"}"),
                (connection, request) -> connection.answer(
                        "400 No", "Content-Type: text/plain\r\n", (key(connection) + TEXT).getBytes("UTF-8")),
                (connection, request) -> connection.write(key(connection) + " " + TEXT + "\r\n\r\n"),
                (connection, request) ->
                        connection.write("HTTP/1.1 200 OK\r\n" + key(connection) + "\u0001: x\r\n\r\n"),
                (connection, request) -> connection.answer("302 No", "Location: http://h/" + KEY + "\r\n", new byte[0]),
                (connection, request) -> connection.whole("text/" + KEY, new byte[2]),
                (connection, request) -> {
                    connection.beginChunked("audio/pcm");
                    connection.chunk(new byte[100]);
                    connection.write(key(connection) + "\r\n");
                    connection.socket.close();
                });
        for (int i = 0; i < servers.size(); i++) {
            try (RawServer server = new RawServer(servers.get(i));
                    HttpVoice voice = server.voice()
                            .environment(name -> KEY)
                            .keyFromEnvironment("SPEECH_KEY")
                            .retries(1)
                            .retryDelay(Duration.ofMillis(1))
                            .build()) {
                try {
                    Listened.all(voice, TEXT);
                } catch (VoiceException e) {
                    logged.add("thrown by " + i + ": " + trace(e));
                }
                assertThat(key0(server)).as("the server had it").isEqualTo("Bearer " + KEY);
                logged.add(voice.toString() + voice.voice());
            }
        }
        assertThat(logged).filteredOn(line -> line.startsWith("thrown by ")).hasSize(servers.size());
        assertThat(logged).anyMatch(line -> line.contains("Speech is asked for again"));
        assertThat(logged).noneMatch(line -> line.contains("do-not-tell"));
        assertThat(logged).noneMatch(line -> line.contains("account number"));
    }

    private static String key0(RawServer server) {
        return server.requests.get(0).header("Authorization");
    }

    @Test
    void shouldNotTellWhatIsNoKey(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("key");
        for (String wrong : List.of(KEY + "\n" + KEY, KEY + " x", KEY + "\u00e9", KEY.repeat(1_000))) {
            Files.writeString(file, wrong);
            try {
                HttpVoice.builder("http://127.0.0.1:1", "m", "v")
                        .keyFromFile(file)
                        .build();
                logged.add("accepted");
            } catch (VoiceException e) {
                logged.add("thrown: " + trace(e));
            }
        }
        assertThat(logged)
                .hasSize(4)
                .allMatch(line -> line.contains("the key file " + file + " holds no key"))
                .noneMatch(line -> line.contains("do-not-tell"));
    }
}
