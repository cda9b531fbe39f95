package dev.duplexvoice.examples.logs;

/** Logged text on its way to where somebody looks at it. Who can get a line logged must not get to steer that terminal. */
final class Printable {
    private Printable() {}

    /** The text with control characters as JSON escapes them; a tab stays, and so does the meaning of what is JSON. */
    static String of(String text) {
        int first = 0;
        while (first < text.length() && !isControl(text.charAt(first))) {
            first++;
        }
        if (first == text.length()) {
            return text;
        }
        StringBuilder printable = new StringBuilder(text.length() + 16).append(text, 0, first);
        for (int i = first; i < text.length(); i++) {
            char c = text.charAt(i);
            if (isControl(c)) {
                printable.append("\\u").append(Integer.toHexString(0x10000 + c), 1, 5);
            } else {
                printable.append(c);
            }
        }
        return printable.toString();
    }

    /** C0, C1 and DEL; and what turns the direction of writing, so that a line seems to say something else. */
    private static boolean isControl(char c) {
        return c < 0x20 && c != '\t'
                || c >= 0x7f && c < 0xa0
                || c >= 0x202a && c <= 0x202e
                || c >= 0x2066 && c <= 0x2069
                || c == 0x2028
                || c == 0x2029;
    }
}
