package dev.duplexvoice.examples.logs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextFormTest {
    private static @Nullable TextForm form(String line) {
        byte[] bytes = ("xy" + line).getBytes(StandardCharsets.UTF_8);
        return TextForm.of(bytes, 2, bytes.length);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '§',
            quoteCharacter = '`',
            value = {
                "2025-10-05 14:23:45,123 INFO [orchestrator.websocket] session=s-1 - Hello§2025-10-05T14:23:45.123000Z§INFO§orchestrator.websocket§s-1§Hello",
                "2025-10-05T14:23:45.123456Z ERROR [a.b] session=- - Hello§2025-10-05T14:23:45.123456Z§ERROR§a.b§§Hello",
                "2025-10-05T14:23:45+02:00 WARN [a] - Hello§2025-10-05T12:23:45.000000Z§WARNING§a§§Hello",
                "2025-01-10 10:30:00,000 - my.name - CRITICAL - Hello§2025-01-10T10:30:00.000000Z§CRITICAL§my.name§§Hello",
                "2025-01-10 10:30:00.5 [main] DEBUG a.B - Hello§2025-01-10T10:30:00.500000Z§DEBUG§a.B§§Hello",
                "[ERROR] Hello§-§ERROR§§§Hello",
                "ERROR:root:Hello§-§ERROR§root§§Hello",
                "INFO:     Hello§-§INFO§§§Hello",
                "2025-10-05T14:23:45.123456789Z 2025-10-05 14:23:44,5 INFO [x] Hello§2025-10-05T14:23:44.500000Z§INFO§x§§Hello",
                "2025-10-05T14:23:45.1Z [ERROR] Hello§2025-10-05T14:23:45.100000Z§ERROR§§§Hello",
                "worker-1  | 2025-10-05 14:23:44,5 INFO [x] Hello§2025-10-05T14:23:44.500000Z§INFO§x§§Hello",
                "Oct 05 14:23:45 host voice[12]: [ERROR] Hello§-§ERROR§§§Hello",
                "2025-10-05T14:23:45.1Z stdout F [ERROR] Hello§2025-10-05T14:23:45.100000Z§ERROR§§§Hello",
                "127.0.0.1 - bob [10/Jan/2025:10:30:00 +0100] Hello§none§§§§",
                "127.0.0.1 - bob [10/Jan/2025:10:30:00 +0100] \"GET / HTTP/1.1\" 200 1§2025-01-10T09:30:00.000000Z§§access§§\"GET / HTTP/1.1\" 200 1",
            })
    void shouldKnowTheFormsOfLoggersAndWhatStandsBeforeThem(
            String line, String time, String level, String logger, String session, String message) {
        TextForm form = form(line);
        if (time.equals("none")) {
            assertThat(form).isNull();
            return;
        }
        assertThat(form).isNotNull();
        assertThat(form.micros() == Timestamps.NONE ? "-" : Timestamps.format(form.micros()))
                .isEqualTo(time);
        assertThat(form.level()).isEqualTo(level == null ? null : Level.of(level));
        assertThat(form.logger()).isEqualTo(logger);
        assertThat(form.session()).isEqualTo(session);
        assertThat(line.substring(form.body())).isEqualTo(message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Traceback (most recent call last):",
                "ValueError: x",
                "\tat a.B(C.java)",
                "x",
                "Error: no",
                "[info] x"
            })
    void shouldTakeWhatIsNoHeadForMoreOfTheLineBefore(String line) {
        assertThat(form(line)).isNull();
    }

    @Test
    void shouldNotTakeForeverWhenALineIsMadeToHurt() {
        assertThat(form("a".repeat(100_000))).isNull();
        assertThat(form("\u001b[".repeat(100_000))).isNull();
        assertThat(form("[a/".repeat(100_000))).isNull();
    }
}
