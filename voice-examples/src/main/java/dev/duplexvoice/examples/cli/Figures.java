package dev.duplexvoice.examples.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;

/** Figures of a running process as people read them; a dash where there is none. */
final class Figures {
    static final String NONE = "-";

    private Figures() {}

    /** Three digits, or all of those before the point: {@code 0.0123}, {@code 12.3}, {@code 1234}. */
    static String number(JsonNode value) {
        if (!value.isNumber()) {
            return NONE;
        }
        double number = value.asDouble();
        if (number == Math.rint(number) || Math.abs(number) >= 100) {
            return String.format(Locale.ROOT, "%,.0f", number);
        }
        return new BigDecimal(number)
                .round(new MathContext(3, RoundingMode.HALF_UP))
                .stripTrailingZeros()
                .toPlainString();
    }

    /** A share in percent, {@code 99.5 %}; never rounded up to all of it. */
    static String percent(JsonNode share) {
        if (!share.isNumber()) {
            return NONE;
        }
        BigDecimal percent = BigDecimal.valueOf(share.asDouble()).movePointRight(2);
        BigDecimal rounded = percent.setScale(2, RoundingMode.FLOOR).stripTrailingZeros();
        return rounded.toPlainString() + " %";
    }

    /** Bytes, {@code 12.3 MB}. */
    static String bytes(JsonNode bytes) {
        return bytes.isNumber() ? String.format(Locale.ROOT, "%,.1f MB", bytes.asDouble() / 1e6) : NONE;
    }

    /** {@code 3 d 4 h}, {@code 5 min 6 s}: how long it has been up. */
    static String duration(JsonNode seconds) {
        long all = seconds.asLong();
        if (all >= 86_400) {
            return all / 86_400 + " d " + all % 86_400 / 3_600 + " h";
        }
        if (all >= 3_600) {
            return all / 3_600 + " h " + all % 3_600 / 60 + " min";
        }
        return all >= 60 ? all / 60 + " min " + all % 60 + " s" : all + " s";
    }

    /** Who answered: {@code worker local, up 5 min 6 s}. */
    static String who(JsonNode page) {
        return "worker " + page.path("worker").asText() + ", up " + duration(page.path("uptime_seconds"));
    }

    /** Text of another process, which might be meant for a terminal's escape sequences. */
    static String plain(String text) {
        return text.replaceAll("\\p{Cntrl}+", " ");
    }
}
