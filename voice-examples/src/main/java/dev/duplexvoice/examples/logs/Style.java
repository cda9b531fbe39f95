package dev.duplexvoice.examples.logs;

/** Colours of a terminal, or none. */
public enum Style {
    /** For files, pipes and who wants no colours. */
    PLAIN,
    /** With escape sequences of ECMA-48, which every terminal knows. */
    COLOURED;

    private static final String RESET = "\u001b[0m";

    String dim(String text) {
        return wrap("\u001b[2m", text);
    }

    String bold(String text) {
        return wrap("\u001b[1m", text);
    }

    String of(Level level, String text) {
        return wrap(
                switch (level) {
                    case DEBUG -> "\u001b[2m";
                    case INFO -> "\u001b[32m";
                    case WARNING -> "\u001b[33m";
                    case ERROR -> "\u001b[31m";
                    case CRITICAL -> "\u001b[1;31m";
                },
                text);
    }

    private String wrap(String code, String text) {
        return this == PLAIN || text.isEmpty() ? text : code + text + RESET;
    }
}
