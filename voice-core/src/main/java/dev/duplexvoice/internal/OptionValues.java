package dev.duplexvoice.internal;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads option values from text, with messages that name the option, the value and the remedy. */
public final class OptionValues {
    private static final Pattern DURATION = Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*(ms|s|m|h)");
    private static final int MILLIS_PER_SECOND = 1_000;

    private OptionValues() {}

    /** A duration such as {@code 500ms}, {@code 1.5s}, {@code 3m}, {@code 1h} or {@code PT0.5S}. */
    public static Duration duration(String key, String value) {
        Matcher matcher = DURATION.matcher(value.trim().toLowerCase(Locale.ROOT));
        if (matcher.matches()) {
            double number = Double.parseDouble(matcher.group(1));
            long unit = switch (matcher.group(2)) {
                case "ms" -> 1;
                case "s" -> MILLIS_PER_SECOND;
                case "m" -> 60 * MILLIS_PER_SECOND;
                default -> 3_600 * MILLIS_PER_SECOND;
            };
            return Duration.ofNanos(Math.round(number * unit * 1_000_000));
        }
        try {
            return Duration.parse(value);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(key + "=" + value + ": not a duration; write 500ms, 1.5s, 3m or 1h", e);
        }
    }

    /** A number. */
    public static float number(String key, String value) {
        try {
            return Float.parseFloat(value.trim());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(key + "=" + value + ": not a number; write 0.5", e);
        }
    }

    /** A whole number. */
    public static int integer(String key, String value) {
        try {
            return Integer.parseInt(value.trim());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(key + "=" + value + ": not a whole number; write 3", e);
        }
    }

    /** {@code true} or {@code false}. */
    public static boolean bool(String key, String value) {
        return switch (value.trim().toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException(key + "=" + value + ": write true or false");
        };
    }

    /** Texts separated by commas; none for a blank value. */
    public static List<String> list(String key, String value) {
        if (value.isBlank()) {
            return List.of();
        }
        List<String> items =
                Arrays.stream(value.split(",", -1)).map(String::strip).toList();
        if (items.contains("")) {
            throw new IllegalArgumentException(key + "=" + value + ": an entry is empty; write yeah, mm-hmm, I see");
        }
        return items;
    }

    /** A constant by its name in lower case. */
    public static <E extends Enum<E>> E constant(String key, String value, Class<E> type) {
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equalsIgnoreCase(value.strip())) {
                return constant;
            }
        }
        String names = Arrays.stream(type.getEnumConstants())
                .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
        throw new IllegalArgumentException(key + "=" + value + ": use one of " + names);
    }

    /** A duration as messages show it. */
    public static String text(Duration value) {
        // A duration of centuries has more milliseconds than fit into a long.
        return Math.abs(value.toDays()) > 10_000 ? value.toString() : value.toMillis() + "ms";
    }

    /** Checks that a duration is from {@code min} to {@code max}. */
    public static Duration inRange(String key, Duration value, Duration min, Duration max) {
        if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw new IllegalArgumentException(
                    key + "=" + text(value) + ": must be " + min.toMillis() + "ms to " + max.toMillis() + "ms");
        }
        return value;
    }
}
