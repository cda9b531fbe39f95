package dev.duplexvoice.examples.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimestampsTest {
    private static final Instant NOW = Instant.parse("2025-10-05T14:00:00Z");

    private static long iso(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return Timestamps.ofIso(bytes, 0, bytes.length);
    }

    @Test
    void shouldAgreeWithJavasOwnReading() {
        Random random = new Random(3);
        for (int i = 0; i < 20_000; i++) {
            OffsetDateTime time = Instant.ofEpochSecond(
                            random.nextLong(0, 4_000_000_000L), random.nextInt(1_000_000) * 1_000L)
                    .atOffset(ZoneOffset.ofTotalSeconds(random.nextInt(-18 * 60, 18 * 60) * 60));
            String text = time.toString();
            if (text.matches(".*T\\d\\d:\\d\\d[Z+-].*")) {
                continue; // Java leaves seconds out that are 0
            }
            assertThat(iso(text)).as(text).isEqualTo(Timestamps.of(time.toInstant()));
            assertThat(iso(Timestamps.format(iso(text)))).isEqualTo(iso(text));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2025-02-29T00:00:00Z",
                "2025-13-01T00:00:00Z",
                "2025-10-05T24:00:00Z",
                "2025-10-05T14:00:00.Z",
                "2025-10-05T14:00:00+1",
                "2025-10-05",
                "...",
                "2025-10-05T14:00:00Zx",
                "20251005T140000Z     "
            })
    void shouldHaveNoTimeWhenItCannotBeRead(String text) {
        assertThat(iso(text)).isEqualTo(Timestamps.NONE);
    }

    @Test
    void shouldReadWhatUsersWrite() {
        assertThat(Times.moment("--since", "1h30m", NOW)).isEqualTo(iso("2025-10-05T12:30:00Z"));
        assertThat(Times.moment("--since", "2025-10-05", NOW)).isEqualTo(iso("2025-10-05T00:00:00Z"));
        assertThat(Times.moment("--since", "2025-10-05 13:00", NOW)).isEqualTo(iso("2025-10-05T13:00:00Z"));
        assertThat(Times.moment("--since", "2025-10-05T13:00+02:00", NOW)).isEqualTo(iso("2025-10-05T11:00:00Z"));
        assertThat(Times.duration("--over", "1.5s")).isEqualTo(1_500_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "yesterday", "1", "1x", "-1h", "1h 2m", "999999999999w", "h"})
    void shouldSayWhatToGiveWhenItIsNoDuration(String text) {
        assertThatThrownBy(() -> Times.duration("--last", text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--last=" + text)
                .hasMessageContaining("15m");
        assertThatThrownBy(() -> Times.moment("--since", text, NOW)).hasMessageContaining("--since=" + text);
    }
}
