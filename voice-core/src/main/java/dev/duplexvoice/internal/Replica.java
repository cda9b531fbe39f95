package dev.duplexvoice.internal;

/** Thrown by a replay where a plugin, or a defect, threw when it was recorded. */
final class Replica extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Replica(String message) {
        super(message, null, false, false);
    }

    /** What an error event tells of a failure. */
    static String message(Throwable e) {
        String message = e.getMessage();
        return message == null ? e.toString() : message;
    }
}
