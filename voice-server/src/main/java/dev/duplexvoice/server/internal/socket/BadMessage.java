package dev.duplexvoice.server.internal.socket;

/** A message that cannot be understood or is not due; the text says what to do. */
final class BadMessage extends Exception {
    private static final long serialVersionUID = 1L;
    private static final int LONGEST = 300;

    BadMessage(String message) {
        super(readable(message), null, false, false);
    }

    /** One line that fits into an answer. */
    static String readable(String message) {
        String line = message.replaceAll("\\p{Cntrl}", "?");
        return line.length() > LONGEST ? line.substring(0, LONGEST) + "…" : line;
    }
}
