package dev.duplexvoice.server.config;

/**
 * Something in a server's settings that cannot be used.
 *
 * @param source the file or the variable
 * @param line in the file, from 1; 0 elsewhere
 * @param message the key, its value and the remedy
 */
public record ConfigProblem(String source, int line, String message) {
    /** As compilers tell: {@code FILE:LINE: KEY=VALUE: REMEDY}. */
    @Override
    public String toString() {
        return source + (line > 0 ? ":" + line : "") + ": " + message;
    }
}
