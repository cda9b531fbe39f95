package dev.duplexvoice.http;

import java.net.http.HttpHeaders;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;

/** How long a server asks to wait: {@code Retry-After} of RFC 9110, in seconds or as a date. */
final class RetryAfter {
    private RetryAfter() {}

    /** Zero if it does not say. A date counts from the server's own {@code Date}, so that no two clocks are compared. */
    static Duration of(HttpHeaders headers) {
        String value = headers.firstValue("retry-after").orElse("").strip();
        if (value.matches("[0-9]{1,9}")) {
            return Duration.ofSeconds(Long.parseLong(value));
        }
        try {
            Duration until = Duration.between(date(headers.firstValue("date").orElse("")), date(value));
            return until.isNegative() ? Duration.ZERO : until;
        } catch (DateTimeParseException e) {
            return Duration.ZERO;
        }
    }

    private static ZonedDateTime date(String value) {
        return ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME);
    }
}
