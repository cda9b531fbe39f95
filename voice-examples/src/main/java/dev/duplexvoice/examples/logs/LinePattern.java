package dev.duplexvoice.examples.logs;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a line is searched for, as it is written in the file. Immutable. */
public final class LinePattern {
    private final @Nullable Pattern regex;
    private final byte[] fixed;
    private final boolean inverted;

    private LinePattern(@Nullable Pattern regex, byte[] fixed, boolean inverted) {
        this.regex = regex;
        this.fixed = fixed;
        this.inverted = inverted;
    }

    /**
     * A pattern.
     *
     * @param fixed whether the text stands for itself and is no regular expression
     * @param inverted whether lines without it are wanted
     * @throws IllegalArgumentException if it is no regular expression
     */
    public static LinePattern of(String text, boolean fixed, boolean ignoreCase, boolean inverted) {
        int flags = ignoreCase ? Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE : 0;
        if (fixed && !ignoreCase
                || !ignoreCase && text.chars().allMatch(c -> c == ' ' || Character.isLetterOrDigit(c))) {
            return new LinePattern(null, text.getBytes(StandardCharsets.UTF_8), inverted);
        }
        Pattern regex = fixed
                ? Pattern.compile(text, flags | Pattern.LITERAL)
                : Condition.pattern("PATTERN=" + text, text, flags);
        return new LinePattern(regex, new byte[0], inverted);
    }

    boolean matches(byte[] bytes, int from, int to) {
        return found(bytes, from, to) != inverted;
    }

    private boolean found(byte[] bytes, int from, int to) {
        if (regex == null) {
            return contains(bytes, from, to);
        }
        try {
            return regex.matcher(new String(bytes, from, to - from, StandardCharsets.UTF_8))
                    .find();
        } catch (StackOverflowError e) {
            // Alternatives within repetitions are tried on the stack; a line of megabytes is too much for it.
            throw new IllegalArgumentException(
                    "PATTERN=" + regex.pattern() + ": a line of " + (to - from)
                            + " bytes is too long for it; write it without ( | )* or give -F",
                    e);
        }
    }

    private boolean contains(byte[] bytes, int from, int to) {
        if (fixed.length == 0) {
            return true;
        }
        int last = to - fixed.length;
        byte first = fixed[0];
        next:
        for (int i = from; i <= last; i++) {
            if (bytes[i] != first) {
                continue;
            }
            for (int k = 1; k < fixed.length; k++) {
                if (bytes[i + k] != fixed[k]) {
                    continue next;
                }
            }
            return true;
        }
        return false;
    }
}
