package dev.duplexvoice.grpc.registry;

/** Text of strangers as messages and log lines show it: short, and without anything that could forge a line. */
final class Printable {
    private static final int LONGEST = 80;

    private Printable() {}

    static String of(String text) {
        StringBuilder shown = new StringBuilder(Math.min(text.length(), LONGEST) + 1);
        for (int i = 0; i < text.length() && i < LONGEST; i++) {
            char c = text.charAt(i);
            shown.append(isPlain(c) ? c : '\uFFFD');
        }
        return text.length() > LONGEST ? shown + "… (" + text.length() + " characters)" : shown.toString();
    }

    /** Whether all of it can be shown as it is. */
    static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!isPlain(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isPlain(char c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }
}
