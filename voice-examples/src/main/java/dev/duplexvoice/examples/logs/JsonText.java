package dev.duplexvoice.examples.logs;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** JSON values that a {@link JsonScanner} has found, as text and numbers. */
final class JsonText {
    private JsonText() {}

    /** The text of a value: strings without quotes and escapes, all else as it is written; null for JSON's {@code null}. */
    static @Nullable String text(byte[] bytes, int from, int to) {
        if (bytes[from] == '"') {
            return unescape(bytes, from + 1, to - 1);
        }
        if (to - from == 4 && bytes[from] == 'n') {
            return null;
        }
        return new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }

    /** The number that a value is, a string of one too; NaN if it is none. */
    static double number(byte[] bytes, int from, int to) {
        byte first = bytes[from];
        if (first != '"' && first != '-' && (first < '0' || first > '9')) {
            return Double.NaN;
        }
        String text = text(bytes, from, to);
        return text == null ? Double.NaN : number(text);
    }

    /** The number that a text is; NaN if it is none. */
    static double number(String text) {
        // Java also reads 1d, 0x1p3 and the like.
        if (text.isEmpty() || text.length() > 400) {
            return Double.NaN;
        }
        for (int i = 0; i < text.length(); i++) {
            if ("0123456789+-.eE".indexOf(text.charAt(i)) < 0) {
                return Double.NaN;
            }
        }
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }

    /** What is between two quotes, of a string that was scanned. */
    static String unescape(byte[] bytes, int from, int to) {
        String raw = new String(bytes, from, to - from, StandardCharsets.UTF_8);
        int backslash = raw.indexOf('\\');
        if (backslash < 0) {
            return raw;
        }
        StringBuilder text = new StringBuilder(raw.length()).append(raw, 0, backslash);
        for (int i = backslash; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c != '\\') {
                text.append(c);
                continue;
            }
            char escape = raw.charAt(++i);
            switch (escape) {
                case 'b' -> text.append('\b');
                case 'f' -> text.append('\f');
                case 'n' -> text.append('\n');
                case 'r' -> text.append('\r');
                case 't' -> text.append('\t');
                case 'u' -> {
                    text.append((char) Integer.parseInt(raw.substring(i + 1, i + 5), 16));
                    i += 4;
                }
                default -> text.append(escape);
            }
        }
        return text.toString();
    }

    /** The value of a hexadecimal digit, or -1. */
    static int hex(byte b) {
        if (b >= '0' && b <= '9') {
            return b - '0';
        }
        int letter = b | 0x20;
        return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
    }
}
