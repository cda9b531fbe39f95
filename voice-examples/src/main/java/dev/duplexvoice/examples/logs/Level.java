package dev.duplexvoice.examples.logs;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How serious a line is, the least first. */
public enum Level {
    /** For who looks for a fault. */
    DEBUG,
    /** As it should be. */
    INFO,
    /** Unexpected, and handled. */
    WARNING,
    /** Something did not work. */
    ERROR,
    /** The system does not work. */
    CRITICAL;

    /** The level of this name in any case, or of what other loggers call it; null if there is none. */
    public static @Nullable Level of(String name) {
        return switch (name.toUpperCase(Locale.ROOT)) {
            case "DEBUG", "TRACE" -> DEBUG;
            case "INFO", "NOTICE" -> INFO;
            case "WARNING", "WARN" -> WARNING;
            case "ERROR", "ERR", "SEVERE" -> ERROR;
            case "CRITICAL", "CRIT", "FATAL" -> CRITICAL;
            default -> null;
        };
    }

    /** The level of a JSON value, or null. */
    static @Nullable Level of(byte[] json, int from, int to) {
        // As our own loggers write it, which nearly every line does.
        if (to - from >= 6 && json[from] == '"') {
            Level usual = switch (json[from + 1]) {
                case 'D' -> DEBUG;
                case 'I' -> INFO;
                case 'W' -> WARNING;
                case 'E' -> ERROR;
                case 'C' -> CRITICAL;
                default -> null;
            };
            if (usual != null && usual.isWritten(json, from + 1, to - 1)) {
                return usual;
            }
        }
        String name = JsonText.text(json, from, to);
        return name == null ? null : of(name);
    }

    private boolean isWritten(byte[] text, int from, int to) {
        String name = name();
        if (name.length() != to - from) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            if (text[from + i] != name.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
