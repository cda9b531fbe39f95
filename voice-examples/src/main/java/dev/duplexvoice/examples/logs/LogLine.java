package dev.duplexvoice.examples.logs;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One line at a time, where it lies; what nobody asks for is not worked out. For one thread at a time. */
final class LogLine {
    /** What a line is. */
    enum Form {
        /** A JSON object, with or without something before it. */
        JSON,
        /** Text with a head that was understood. */
        TEXT,
        /** Begins as JSON and ends too early. */
        CUT,
        /** Begins as JSON and is none. */
        BROKEN,
        /** More of the line before, or nothing that is known. */
        OTHER,
        /** Nothing. */
        BLANK
    }

    /** How far into a line its JSON may begin. */
    private static final int LONGEST_PREFIX = 256;

    private final Fields fields;
    private final JsonScanner scanner;

    private byte[] bytes = new byte[0];
    private int start;
    private int end;
    private int json;
    private Form form = Form.BLANK;
    private @Nullable TextForm head;

    LogLine(Fields fields) {
        this.fields = fields;
        this.scanner = new JsonScanner(fields.keys);
    }

    /** Turns to a line, without what ended it. The bytes must stay as they are while it is asked. */
    Form read(byte[] text, int from, int to) {
        bytes = text;
        start = from;
        end = to;
        head = null;
        int first = from;
        while (first < to && (text[first] == ' ' || text[first] == '\t')) {
            first++;
        }
        json = first;
        if (first == to) {
            form = Form.BLANK;
        } else if (text[first] == '{') {
            if (scanner.scan(text, first, to)) {
                form = Form.JSON;
                unwrap();
            } else {
                form = scanner.isCut() ? Form.CUT : Form.BROKEN;
            }
        } else {
            form = readText(first);
        }
        return form;
    }

    private Form readText(int first) {
        // A stack trace's lines are indented, a line with a head is not.
        if (first == start) {
            head = TextForm.of(bytes, start, end);
            if (head != null) {
                return Form.TEXT;
            }
        }
        int last = Math.min(end, start + LONGEST_PREFIX);
        for (int i = first; i < last; i++) {
            if (bytes[i] == '{' && i + 1 < end && (bytes[i + 1] == '"' || bytes[i + 1] == ' ')) {
                // Text may quote some JSON; a log line's has at least one of these.
                if (scanner.scan(bytes, i, end)
                        && (has(fields.message) || has(fields.level) || has(fields.timestamp))) {
                    json = i;
                    form = Form.JSON;
                    unwrap();
                    return form;
                }
                return Form.OTHER;
            }
        }
        return Form.OTHER;
    }

    /** Docker's json-file driver keeps each line as a string in an object of its own. */
    private void unwrap() {
        long log = fields.wrapped.find(scanner, bytes);
        if (log < 0 || bytes[Field.start(log)] != '"' || !has(fields.stream) || has(fields.level)) {
            return;
        }
        byte[] inner = String.valueOf(JsonText.text(bytes, Field.start(log), Field.end(log)))
                .stripTrailing()
                .getBytes(StandardCharsets.UTF_8);
        LogLine line = new LogLine(fields);
        Form found = line.read(inner, 0, inner.length);
        if (found == Form.JSON || found == Form.TEXT) {
            // As if it had been written so; a second level is not looked for again in it.
            bytes = inner;
            start = 0;
            end = inner.length;
            json = line.json;
            head = line.head;
            form = found;
            if (found == Form.JSON) {
                scanner.scan(inner, json, end);
            }
        }
    }

    Form form() {
        return form;
    }

    byte[] bytes() {
        return bytes;
    }

    int start() {
        return start;
    }

    int end() {
        return end;
    }

    /** Where its JSON begins. */
    int json() {
        return json;
    }

    /** Whether there is an object or a head. */
    boolean isRecord() {
        return form == Form.JSON || form == Form.TEXT;
    }

    @Nullable
    Level level() {
        if (form == Form.TEXT && head != null) {
            return head.level();
        }
        long place = place(fields.level);
        return place < 0 ? null : Level.of(bytes, Field.start(place), Field.end(place));
    }

    /** The time in microseconds since 1970, or {@link Timestamps#NONE}. */
    long micros() {
        if (form == Form.TEXT && head != null) {
            return head.micros();
        }
        long place = place(fields.timestamp);
        long micros = place < 0 ? Timestamps.NONE : Timestamps.ofJson(bytes, Field.start(place), Field.end(place));
        return micros == Timestamps.NONE && form == Form.JSON && json > start
                ? TextForm.timeIn(new String(bytes, start, json - start, StandardCharsets.ISO_8859_1))
                : micros;
    }

    /** Of JSON: whether there may be bytes beyond ASCII. */
    boolean mayBeBeyondAscii() {
        return scanner.mayBeBeyondAscii();
    }

    boolean has(Field field) {
        return field.find(scanner, bytes) >= 0;
    }

    /** The text of a field, or null if there is none. */
    @Nullable
    String text(Field field) {
        if (form == Form.TEXT && head != null) {
            return textOfHead(head, field);
        }
        long place = place(field);
        return place < 0 ? null : JsonText.text(bytes, Field.start(place), Field.end(place));
    }

    /** The number that a field is, NaN if it is none. */
    double number(Field field) {
        if (form == Form.TEXT) {
            String text = text(field);
            return text == null ? Double.NaN : JsonText.number(text);
        }
        long place = place(field);
        return place < 0 ? Double.NaN : JsonText.number(bytes, Field.start(place), Field.end(place));
    }

    /** All of the line. */
    String line() {
        return new String(bytes, start, end - start, StandardCharsets.UTF_8);
    }

    private long place(Field field) {
        return form == Form.JSON ? field.find(scanner, bytes) : -1;
    }

    private @Nullable String textOfHead(TextForm of, Field field) {
        if (field == fields.timestamp) {
            return of.micros() == Timestamps.NONE ? null : Timestamps.format(of.micros());
        }
        if (field == fields.level) {
            return of.level() == null ? null : of.level().name();
        }
        if (field == fields.logger) {
            return of.logger();
        }
        if (field == fields.session && of.session() != null) {
            return of.session();
        }
        String message = new String(bytes, start + of.body(), end - start - of.body(), StandardCharsets.UTF_8);
        return field == fields.message ? message : pair(message, field.name());
    }

    /** What stands behind {@code name=} in a text. */
    private static @Nullable String pair(String message, String name) {
        if (message.indexOf('=') < 0) {
            return null;
        }
        Matcher pair = Pattern.compile("(?<![\\w.])" + Pattern.quote(name) + "=(?:\"([^\"]*)\"|([^\\s,;)\\]]+))")
                .matcher(message);
        if (!pair.find()) {
            return null;
        }
        return pair.group(1) == null ? pair.group(2) : pair.group(1);
    }
}
