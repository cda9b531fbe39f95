package dev.duplexvoice.examples.logs;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The head of a line that is text: our own form, {@code timestamp LEVEL [logger] session=… - message}, those of Python's and Java's
 * loggers, and the Combined Log Format. What docker, Kubernetes or journald put before it is left out.
 *
 * @param micros the time, or {@link Timestamps#NONE}
 * @param body where the message begins, in bytes from the line's start
 */
record TextForm(
        long micros,
        @Nullable Level level,
        @Nullable String logger,
        @Nullable String session,
        int body) {
    /** A head is not longer. */
    private static final int LONGEST = 512;

    private static final String TIME =
            "\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d:\\d\\d(?:[.,]\\d+)?(?:Z|[+-]\\d\\d:?\\d\\d)?";
    private static final String LEVEL = "TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|CRITICAL|FATAL|SEVERE";
    private static final String COLOUR = "(?:\\x1b\\[[0-9;]*m)*+";

    private static final Pattern TIMES = Pattern.compile(TIME);
    private static final Pattern PREFIX = Pattern.compile(COLOUR
            + "(?:[\\w.-]++ *\\| )?" // docker compose
            + "(?:\\[\\w++/[\\w./-]++\\] )?" // kubectl logs --prefix
            + "(?:[A-Z][a-z]{2} [ \\d]\\d \\d\\d:\\d\\d:\\d\\d \\S++ [^\\s:]++: )?" // journald
            + "(?:" + TIME + " \\S++ [^\\s:\\[]++\\[\\d++\\]: )?" // journald -o short-iso
            + "(?:" + TIME
            + " (?:(?:stdout|stderr) [FP] |(?=\\d{4}-|\\[(?:" + LEVEL
            + ")\\]|\\x1b)))?" // Kubernetes; docker logs --timestamps
            + COLOUR);
    private static final Pattern OURS = Pattern.compile(
            "(" + TIME + ") +\\[?(" + LEVEL + ")\\]?:? +(?:\\[([^\\]]*+)\\] *)?(?:session=(\\S++) *)?(?:- )?");
    private static final Pattern PYTHON = Pattern.compile("(" + TIME + ") - (\\S++) - (" + LEVEL + ") - ");
    private static final Pattern JAVA =
            Pattern.compile("(" + TIME + "|\\d\\d:\\d\\d:\\d\\d[.,]\\d+) \\[[^\\]]*+\\] (" + LEVEL + ") +(\\S++) -+ ");
    private static final Pattern BARE = Pattern.compile(
            "(?:" + TIME + " )?(?:\\[(" + LEVEL + ")\\]|(" + LEVEL + "):)(?:([A-Za-z_][\\w.]*+):(?=\\S))? *");
    private static final Pattern ACCESS = Pattern.compile(
            "\\S++ \\S++ [^\\[\"]*+\\[(\\d\\d/[A-Z][a-z]{2}/\\d{4}:\\d\\d:\\d\\d:\\d\\d [+-]\\d{4})\\] (?=\")");
    private static final DateTimeFormatter ACCESS_TIME =
            DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH);

    /** The head of a line, or null if it has none: then it goes on from the line before, or is no log line. */
    static @Nullable TextForm of(byte[] bytes, int from, int to) {
        // In Latin-1 a byte is a character, so places are those in the line.
        String head = new String(bytes, from, Math.min(LONGEST, to - from), StandardCharsets.ISO_8859_1);
        Matcher prefix = PREFIX.matcher(head);
        int start = prefix.lookingAt() ? prefix.end() : 0;
        Matcher ours = at(OURS, head, start);
        if (ours.lookingAt()) {
            String session = ours.group(4);
            return new TextForm(
                    time(ours.group(1)),
                    Level.of(ours.group(2)),
                    ours.group(3),
                    session == null || session.equals("-") ? null : session,
                    ours.end());
        }
        Matcher python = at(PYTHON, head, start);
        if (python.lookingAt()) {
            return new TextForm(time(python.group(1)), Level.of(python.group(3)), python.group(2), null, python.end());
        }
        Matcher java = at(JAVA, head, start);
        if (java.lookingAt()) {
            return new TextForm(time(java.group(1)), Level.of(java.group(2)), java.group(3), null, java.end());
        }
        Matcher bare = at(BARE, head, start);
        if (bare.lookingAt()) {
            String level = bare.group(1) == null ? bare.group(2) : bare.group(1);
            return new TextForm(
                    timeIn(head.substring(0, bare.end())), Level.of(level), bare.group(3), null, bare.end());
        }
        Matcher access = at(ACCESS, head, start);
        return access.lookingAt()
                ? new TextForm(accessTime(access.group(1)), null, "access", null, access.end())
                : null;
    }

    /** The first time in what stands before a line's JSON, or {@link Timestamps#NONE}. */
    static long timeIn(String text) {
        Matcher time = TIMES.matcher(text);
        return time.find() ? time(time.group()) : Timestamps.NONE;
    }

    private static Matcher at(Pattern pattern, String head, int start) {
        return pattern.matcher(head).region(start, head.length());
    }

    private static long time(String text) {
        return Timestamps.ofIso(text.getBytes(StandardCharsets.ISO_8859_1), 0, text.length());
    }

    private static long accessTime(String text) {
        try {
            return Timestamps.of(OffsetDateTime.parse(text, ACCESS_TIME).toInstant());
        } catch (DateTimeException e) {
            return Timestamps.NONE;
        }
    }
}
