package dev.duplexvoice.examples.logs;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times and durations as a user writes them. */
public final class Times {
    private static final Pattern PART = Pattern.compile("\\G(\\d{1,12}(?:\\.\\d{1,9})?)(us|ms|s|m|h|d|w)");

    private Times() {}

    /**
     * Microseconds of {@code 500ms}, {@code 1h30m}, {@code 2d}.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static long duration(String option, String text) {
        BigDecimal micros = BigDecimal.ZERO;
        Matcher part = PART.matcher(text);
        int end = 0;
        while (part.find()) {
            long unit = switch (part.group(2)) {
                case "us" -> 1;
                case "ms" -> 1_000;
                case "s" -> 1_000_000;
                case "m" -> 60_000_000L;
                case "h" -> 3_600_000_000L;
                case "d" -> 86_400_000_000L;
                default -> 604_800_000_000L;
            };
            micros = micros.add(new BigDecimal(part.group(1)).multiply(BigDecimal.valueOf(unit)));
            end = part.end();
        }
        if (end == 0 || end < text.length() || micros.compareTo(BigDecimal.valueOf(Long.MAX_VALUE / 1_000)) > 0) {
            throw new IllegalArgumentException(
                    option + "=" + text + ": give a duration such as 500ms, 30s, 15m, 1h30m or 7d");
        }
        return micros.longValue();
    }

    /**
     * The microseconds since 1970 of a time, a day, or a duration ago.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static long moment(String option, String text, Instant now) {
        String whole = text.matches("\\d{4}-\\d\\d-\\d\\d")
                ? text + "T00:00:00"
                : text.matches("\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d(Z|[+-].*)?")
                        ? text.substring(0, 16) + ":00" + text.substring(16)
                        : text;
        byte[] bytes = whole.getBytes(StandardCharsets.UTF_8);
        long micros = Timestamps.ofIso(bytes, 0, bytes.length);
        if (micros != Timestamps.NONE) {
            return micros;
        }
        if (PART.matcher(text).lookingAt()) {
            return Timestamps.of(now) - duration(option, text);
        }
        throw new IllegalArgumentException(option + "=" + text
                + ": give a time such as 2025-10-05T14:00:00Z (UTC where there is no zone), a day such as 2025-10-05,"
                + " or how long ago, such as 1h");
    }
}
