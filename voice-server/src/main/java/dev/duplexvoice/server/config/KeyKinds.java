package dev.duplexvoice.server.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Keys of each kind, with what they refuse. */
final class KeyKinds {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,3})?)\\s*(ms|s|m|h)");
    private static final Pattern SIZE = Pattern.compile("(\\d{1,12})\\s*(|B|KiB|MiB|GiB)", Pattern.CASE_INSENSITIVE);

    private KeyKinds() {}

    static IllegalArgumentException wrong(String name, String value, String must) {
        return new IllegalArgumentException(name + "=" + Shown.of(value) + ": must be " + must);
    }

    static ConfigKey<Duration> duration(String name, String byDefault, String least, String most, String meaning) {
        Duration min = duration(least).orElseThrow();
        Duration max = duration(most).orElseThrow();
        String must = "a duration from " + least + " to " + most;
        return new ConfigKey<>(
                name,
                byDefault,
                least + " to " + most,
                meaning,
                false,
                text -> duration(text)
                        .filter(value -> value.compareTo(min) >= 0 && value.compareTo(max) <= 0)
                        .orElseThrow(() -> wrong(name, text, must + "; write 500ms, 1.5s, 3m or 1h")));
    }

    static Optional<Duration> duration(String text) {
        Matcher matcher = DURATION.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            return Optional.empty();
        }
        double unit = switch (matcher.group(2)) {
            case "ms" -> 1e6;
            case "s" -> 1e9;
            case "m" -> 60e9;
            default -> 3_600e9;
        };
        return Optional.of(Duration.ofNanos(Math.round(Double.parseDouble(matcher.group(1)) * unit)));
    }

    static ConfigKey<Integer> whole(String name, int byDefault, int min, int max, String meaning) {
        String range = min + " to " + max;
        return new ConfigKey<>(name, Integer.toString(byDefault), range, meaning, false, text -> {
            try {
                int value = Integer.parseInt(text.strip());
                if (value >= min && value <= max) {
                    return value;
                }
            } catch (NumberFormatException e) {
                throw wrong(name, text, "a whole number from " + range);
            }
            throw wrong(name, text, "a whole number from " + range);
        });
    }

    static ConfigKey<Double> number(String name, String byDefault, double min, double max, String meaning) {
        String range = plain(min) + " to " + plain(max);
        return new ConfigKey<>(name, byDefault, range, meaning, false, text -> {
            double value;
            try {
                value = Double.parseDouble(text.strip());
            } catch (NumberFormatException e) {
                throw wrong(name, text, "a number from " + range);
            }
            if (!(value >= min && value <= max)) {
                throw wrong(name, text, "a number from " + range);
            }
            return value;
        });
    }

    private static String plain(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }

    static ConfigKey<Boolean> flag(String name, boolean byDefault, String meaning) {
        return new ConfigKey<>(name, Boolean.toString(byDefault), "true or false", meaning, false, text -> {
            String lower = text.strip().toLowerCase(Locale.ROOT);
            if (!lower.equals("true") && !lower.equals("false")) {
                throw wrong(name, text, "true or false");
            }
            return lower.equals("true");
        });
    }

    /** In bytes: {@code 65536}, {@code 64KiB}, {@code 10MiB}. */
    static ConfigKey<Long> size(String name, String byDefault, String least, String most, String meaning) {
        long min = size(least).orElseThrow();
        long max = size(most).orElseThrow();
        return new ConfigKey<>(
                name,
                byDefault,
                least + " to " + most,
                meaning,
                false,
                text -> size(text)
                        .filter(value -> value >= min && value <= max)
                        .orElseThrow(() ->
                                wrong(name, text, "a size from " + least + " to " + most + "; write 64KiB or 10MiB")));
    }

    private static Optional<Long> size(String text) {
        Matcher matcher = SIZE.matcher(text.strip());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int shift = switch (matcher.group(2).toLowerCase(Locale.ROOT)) {
            case "kib" -> 10;
            case "mib" -> 20;
            case "gib" -> 30;
            default -> 0;
        };
        long value = Long.parseLong(matcher.group(1));
        return value > Long.MAX_VALUE >> shift ? Optional.empty() : Optional.of(value << shift);
    }

    static ConfigKey<String> text(String name, String byDefault, String range, Pattern allowed, String meaning) {
        return new ConfigKey<>(name, byDefault, range, meaning, false, text -> {
            String value = text.strip();
            if (!allowed.matcher(value).matches()) {
                throw wrong(name, text, range);
            }
            return value;
        });
    }

    /** Empty unless it is set. */
    static ConfigKey<Optional<String>> optional(String name, String range, Pattern allowed, String meaning) {
        return new ConfigKey<>(name, "", range, meaning, false, text -> {
            String value = text.strip();
            if (value.isEmpty()) {
                return Optional.empty();
            }
            if (!allowed.matcher(value).matches()) {
                throw wrong(name, text, range);
            }
            return Optional.of(value);
        });
    }

    static ConfigKey<Optional<Path>> path(String name, String what, String meaning) {
        return new ConfigKey<>(name, "", what, meaning, false, text -> {
            try {
                return text.isBlank() ? Optional.empty() : Optional.of(Path.of(text.strip()));
            } catch (InvalidPathException e) {
                throw wrong(name, text, what);
            }
        });
    }

    static <E extends Enum<E>> ConfigKey<E> choice(String name, E byDefault, Class<E> type, String meaning) {
        List<String> labels = new ArrayList<>();
        for (E constant : type.getEnumConstants()) {
            labels.add(label(constant));
        }
        String range = String.join(", ", labels.subList(0, labels.size() - 1)) + " or " + labels.get(labels.size() - 1);
        return new ConfigKey<>(name, label(byDefault), range, meaning, false, text -> {
            for (E constant : type.getEnumConstants()) {
                if (label(constant).equalsIgnoreCase(text.strip())) {
                    return constant;
                }
            }
            throw wrong(name, text, range);
        });
    }

    private static String label(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    static <T> ConfigKey<List<T>> list(String name, String range, Function<String, T> entry, String meaning) {
        return new ConfigKey<>(name, "", range, meaning, true, text -> {
            List<T> values = new ArrayList<>();
            if (!text.isBlank()) {
                for (String part : text.split(",", -1)) {
                    if (part.isBlank()) {
                        throw wrong(name, text, range + ", none of them empty");
                    }
                    try {
                        values.add(entry.apply(part.strip()));
                    } catch (IllegalArgumentException e) {
                        throw wrong(name, part.strip(), range);
                    }
                }
            }
            return List.copyOf(values);
        });
    }
}
