package dev.duplexvoice.logging;

import java.util.HexFormat;

/** Makes texts fit for a line: bounded, without secrets, and without characters that break lines or turn terminals. */
final class LineText {
    /** What is looked at beyond the cut, so that a secret at it is still recognised. */
    private static final int MARGIN = 1_024;

    private static final HexFormat HEX = HexFormat.of();

    private final Redactor redactor;
    private final int longest;

    LineText(Redactor redactor, int longest) {
        this.redactor = redactor;
        this.longest = longest;
    }

    int longest() {
        return longest;
    }

    Redactor redactor() {
        return redactor;
    }

    /** For JSON, which writes the ends of lines as \n itself. */
    String inJson(String text) {
        return visible(bounded(text), true);
    }

    /** For a line of text: its ends are written as \n. */
    String inLine(String text) {
        return visible(bounded(text), false);
    }

    /** A field's value, for JSON or for a line of text. */
    String field(String name, String value, boolean json) {
        String hidden = redactor.hidden(name, value);
        return visible(hidden == null ? bounded(value) : hidden, json);
    }

    /** Bounded and without secrets. */
    String bounded(String text) {
        if (text.length() <= longest) {
            String clean = redactor.redact(text);
            return clean.length() <= longest + MARGIN ? clean : cut(clean, text.length());
        }
        String head = redactor.redact(text.substring(0, boundary(text, Math.min(text.length(), longest + MARGIN))));
        return cut(head, text.length());
    }

    private String cut(String text, int of) {
        return text.substring(0, boundary(text, Math.min(text.length(), longest))) + "... [cut: " + of + " characters]";
    }

    /** Not between the halves of a character. */
    private static int boundary(String text, int at) {
        return at > 0 && at < text.length() && Character.isHighSurrogate(text.charAt(at - 1)) ? at - 1 : at;
    }

    /** With characters that cannot be seen, or that some readers take for the end of a line, written as \u2028; halves of characters too. */
    static String visible(String text, boolean lines) {
        int length = text.length();
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c < ' ' ? !lines : c >= 0x7f && isHidden(text, i, c)) {
                return visibleFrom(text, i, lines);
            }
        }
        return text;
    }

    private static String visibleFrom(String text, int first, boolean lines) {
        StringBuilder out = new StringBuilder(text.length() + 16).append(text, 0, first);
        for (int i = first; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ') {
                control(out, c, lines);
            } else if (c >= 0x7f && isHidden(text, i, c)) {
                out.append("\\u").append(HEX.toHexDigits(c));
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }

    private static void control(StringBuilder out, char c, boolean lines) {
        if (lines) {
            out.append(c);
            return;
        }
        switch (c) {
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            default -> out.append("\\u").append(HEX.toHexDigits(c));
        }
    }

    private static boolean isHidden(String text, int i, char c) {
        if (c < 0xa0) {
            return true;
        }
        if (Character.isSurrogate(c)) {
            return Character.isHighSurrogate(c)
                    ? i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1))
                    : i == 0 || !Character.isHighSurrogate(text.charAt(i - 1));
        }
        // Separators of lines, and marks that turn the direction of what follows.
        return c == 0x2028 || c == 0x2029 || c >= 0x202a && c <= 0x202e || c >= 0x2066 && c <= 0x2069 || c == 0xfeff;
    }
}
