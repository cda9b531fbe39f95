package dev.duplexvoice.server.config;

import java.util.regex.Pattern;

/** Values as messages show them: short, on one line, and no passwords. */
final class Shown {
    private static final int LONGEST = 80;
    private static final Pattern WITH_PASSWORD = Pattern.compile("(?s).*://[^/]*@.*");

    private Shown() {}

    static String of(String value) {
        if (WITH_PASSWORD.matcher(value).matches()) {
            return "(not shown: it may hold a password)";
        }
        String line = value.replaceAll("\\p{Cntrl}", " ").strip();
        return line.length() > LONGEST ? line.substring(0, LONGEST) + "…" : line;
    }
}
