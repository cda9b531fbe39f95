package dev.duplexvoice.server.config;

import java.util.regex.Pattern;

/** Values as messages show them: short, on one line, and no passwords. */
final class Shown {
    private static final int LONGEST = 80;
    private static final Pattern WITH_PASSWORD = Pattern.compile("(?s).*://[^/]*@.*");

    /** Groups in which somebody may have written a secret itself, where its file belongs. */
    private static final Pattern OF_SECRETS = Pattern.compile("(?i).*(token|secret|passw|key).*");

    private Shown() {}

    /** {@code =VALUE} behind a key that there is not; nothing if that may be a secret. */
    static String given(String key, String value) {
        return OF_SECRETS.matcher(key).matches() ? "" : "=" + of(value);
    }

    static boolean mayHoldPassword(String value) {
        return WITH_PASSWORD.matcher(value).matches();
    }

    static String of(String value) {
        if (mayHoldPassword(value)) {
            return "(not shown: it may hold a password)";
        }
        String line = value.replaceAll("\\p{Cntrl}", " ").strip();
        return line.length() > LONGEST ? line.substring(0, LONGEST) + "…" : line;
    }
}
