package dev.duplexvoice.examples.worker;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Amounts of memory as a user writes them. */
public final class Amounts {
    private static final Pattern BYTES = Pattern.compile("(\\d{1,12}(?:\\.\\d{1,3})?)\\s*(B|KB|MB|GB)");

    private Amounts() {}

    /**
     * Bytes of {@code 1.5GB}, {@code 800 MB}; a KB has 1,000.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static long bytes(String option, String text) {
        Matcher parts = BYTES.matcher(text.strip().toUpperCase(Locale.ROOT));
        if (!parts.matches()) {
            throw new IllegalArgumentException(option + "=" + text + ": give a size such as 1.5GB or 800MB");
        }
        int power = switch (parts.group(2)) {
            case "B" -> 0;
            case "KB" -> 3;
            case "MB" -> 6;
            default -> 9;
        };
        return new BigDecimal(parts.group(1)).movePointRight(power).longValue();
    }
}
