package dev.duplexvoice.examples.logs;

import java.util.List;

/**
 * A field of log lines: of the line's object itself; or by a path with dots, as in {@code data.text_length}; or else of the nested
 * objects where loggers put what they have no key for. Immutable.
 */
final class Field {
    /** Where nested fields are looked for, in this order. */
    private static final List<String> CONTAINERS = List.of("data", "metadata", "context");

    private static final long NOWHERE = -1;

    private final String name;
    private final int[] direct;
    private final int head;
    private final String tail;
    private final int[] containers;

    private Field(KeySet keys, List<String> names, List<String> containers) {
        this.name = names.get(0);
        this.direct = names.stream().mapToInt(keys::add).toArray();
        int dot = name.indexOf('.');
        this.head = dot < 0 ? KeySet.NONE : keys.add(name.substring(0, dot));
        this.tail = name.substring(dot + 1);
        this.containers = containers.stream().mapToInt(keys::add).toArray();
    }

    /** A field that scanners of these keys find, in nested objects too. */
    static Field anywhere(KeySet keys, String name) {
        return new Field(keys, List.of(name), CONTAINERS);
    }

    /** A field of the line itself, under the first of these names that it has: a nested one says nothing of the line. */
    static Field ofLine(KeySet keys, String... names) {
        return new Field(keys, List.of(names), List.of());
    }

    String name() {
        return name;
    }

    /** Where the field is in the object that was scanned, as start and end in one number; negative if it is not there or null. */
    long find(JsonScanner scanner, byte[] text) {
        for (int key : direct) {
            if (isThere(scanner, key, text)) {
                return place(scanner.start(key), scanner.end(key));
            }
        }
        if (head != KeySet.NONE && isThere(scanner, head, text)) {
            return within(text, scanner.start(head), scanner.end(head), tail);
        }
        for (int key : containers) {
            if (scanner.start(key) >= 0) {
                long found = within(text, scanner.start(key), scanner.end(key), name);
                if (found >= 0) {
                    return found;
                }
            }
        }
        return NOWHERE;
    }

    static int start(long place) {
        return (int) (place >>> 32);
    }

    static int end(long place) {
        return (int) place;
    }

    private static long place(int start, int end) {
        return (long) start << 32 | end;
    }

    private static long within(byte[] text, int from, int to, String path) {
        if (text[from] != '{') {
            return NOWHERE;
        }
        KeySet keys = new KeySet();
        int whole = keys.add(path);
        int dot = path.indexOf('.');
        int first = dot < 0 ? KeySet.NONE : keys.add(path.substring(0, dot));
        JsonScanner scanner = new JsonScanner(keys);
        if (!scanner.scan(text, from, to)) {
            return NOWHERE;
        }
        if (isThere(scanner, whole, text)) {
            return place(scanner.start(whole), scanner.end(whole));
        }
        return first != KeySet.NONE && scanner.start(first) >= 0
                ? within(text, scanner.start(first), scanner.end(first), path.substring(dot + 1))
                : NOWHERE;
    }

    private static boolean isThere(JsonScanner scanner, int key, byte[] text) {
        int start = scanner.start(key);
        return start >= 0 && !(text[start] == 'n' && scanner.end(key) - start == 4);
    }
}
