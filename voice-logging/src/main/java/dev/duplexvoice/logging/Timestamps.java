package dev.duplexvoice.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/** ISO 8601 in UTC with microseconds, always 27 characters, so that lines sort by it as text. */
final class Timestamps {
    private Timestamps() {}

    static String of(ILoggingEvent event) {
        Instant instant = event.getInstant();
        return of(instant == null ? Instant.ofEpochMilli(event.getTimeStamp()) : instant);
    }

    static String of(Instant instant) {
        LocalDateTime time = LocalDateTime.ofEpochSecond(instant.getEpochSecond(), 0, ZoneOffset.UTC);
        StringBuilder out = new StringBuilder(27);
        digits(out, time.getYear(), 4).append('-');
        digits(out, time.getMonthValue(), 2).append('-');
        digits(out, time.getDayOfMonth(), 2).append('T');
        digits(out, time.getHour(), 2).append(':');
        digits(out, time.getMinute(), 2).append(':');
        digits(out, time.getSecond(), 2).append('.');
        return digits(out, instant.getNano() / 1_000, 6).append('Z').toString();
    }

    private static StringBuilder digits(StringBuilder out, int value, int count) {
        int unit = 1;
        for (int i = 1; i < count; i++) {
            unit *= 10;
        }
        for (; unit > 0; unit /= 10) {
            out.append((char) ('0' + value / unit % 10));
        }
        return out;
    }
}
