package dev.duplexvoice.logging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ch.qos.logback.classic.LoggerContext;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

class LogTailTest {
    private final LoggerContext context = new LoggerContext();
    private final VoiceLogging logging = VoiceLogging.configure(
            LoggingOptions.server("test").console(LoggingOptions.Console.NONE).build(), context);
    private final Logger log = context.getLogger("dev.duplexvoice.Test");

    @AfterEach
    void close() {
        logging.close();
    }

    private static List<Long> numbers(List<LogTail.Line> lines) {
        return lines.stream().map(LogTail.Line::sequence).toList();
    }

    @Test
    void shouldKeepTheLastLinesOnly() {
        LogTail tail = logging.tail(3);
        for (int i = 0; i < 5; i++) {
            log.info("line");
        }
        assertThat(numbers(tail.last(10, LogTail.Filter.ALL))).containsExactly(3L, 4L, 5L);
        assertThat(numbers(tail.last(2, LogTail.Filter.ALL))).containsExactly(4L, 5L);
    }

    @Test
    void shouldWriteNoSecretsAndNothingSpoken() {
        LogTail tail = logging.tail(10);
        log.atInfo().addKeyValue("transcript", "my secret plan").log("password=hunter2 of jo@example.com");
        assertThat(tail.last(1, LogTail.Filter.ALL).get(0).json())
                .contains("[EMAIL]")
                .doesNotContain("hunter2", "secret plan", "jo@example.com")
                .doesNotContain("\n");
    }

    @Test
    void shouldLeaveRequestsOut() {
        LogTail tail = logging.tail(10);
        context.getLogger("dev.duplexvoice.access").info("GET /api/v1/logs");
        log.info("something");
        assertThat(tail.last(10, LogTail.Filter.ALL))
                .singleElement()
                .satisfies(line -> assertThat(line.json()).contains("something"));
    }

    @Test
    void shouldTellFollowersUntilTheyStop() {
        LogTail tail = logging.tail(10);
        List<LogTail.Line> told = new ArrayList<>();
        LogTail.Following following = tail.follow(told::add);
        log.warn("one");
        following.close();
        log.warn("two");
        assertThat(told)
                .singleElement()
                .satisfies(line -> assertThat(line.level()).isEqualTo(LogLevel.WARNING));
    }

    @Test
    void shouldKeepWhatItHasAfterItWasClosed() {
        LogTail tail = logging.tail(10);
        log.info("one");
        tail.close();
        log.info("two");
        tail.close();
        assertThat(tail.last(10, LogTail.Filter.ALL)).hasSize(1);
    }

    @Test
    void shouldRefuseSizesThatAreNone() {
        assertThatIllegalArgumentException().isThrownBy(() -> logging.tail(0)).withMessageContaining("lines=0");
    }
}
