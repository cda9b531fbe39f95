package dev.duplexvoice.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import org.jspecify.annotations.Nullable;

/** The text of whatever is logged: what throws while it is asked for its text costs no line. */
final class Shown {
    private Shown() {}

    static String of(@Nullable Object value) {
        try {
            return String.valueOf(value);
        } catch (RuntimeException | StackOverflowError | LinkageError e) {
            return "[" + (value == null ? "null" : value.getClass().getName()) + ": its text threw "
                    + e.getClass().getSimpleName() + "]";
        }
    }

    static String message(ILoggingEvent event) {
        String message;
        try {
            message = event.getFormattedMessage();
        } catch (RuntimeException | StackOverflowError | LinkageError e) {
            message =
                    event.getMessage() + " [its arguments threw " + e.getClass().getSimpleName() + "]";
        }
        return message == null ? "" : message;
    }
}
