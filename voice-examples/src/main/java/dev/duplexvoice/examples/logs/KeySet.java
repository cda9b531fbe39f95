package dev.duplexvoice.examples.logs;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The keys that a {@link JsonScanner} looks out for, each with a number from 0. Not safe while keys are added. */
final class KeySet {
    static final int NONE = -1;
    private static final int BUCKETS = 64;

    private final List<String> names = new ArrayList<>();
    private byte[][] bytes = new byte[0][];
    /** For each bucket a key, and for each key another of its bucket; both plus 1, and 0 for none. */
    private final int[] first = new int[BUCKETS];

    private int[] next = new int[0];

    /** The number of a key, which is added if it is new. */
    int add(String name) {
        int known = names.indexOf(name);
        if (known >= 0) {
            return known;
        }
        byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
        names.add(name);
        bytes = Arrays.copyOf(bytes, names.size());
        bytes[names.size() - 1] = utf8;
        next = Arrays.copyOf(next, names.size());
        if (utf8.length > 0) {
            int bucket = bucket(utf8, 0, utf8.length);
            next[names.size() - 1] = first[bucket];
            first[bucket] = names.size();
        }
        return names.size() - 1;
    }

    int size() {
        return names.size();
    }

    /** The number of the key that these bytes are, or {@link #NONE}. */
    int find(byte[] text, int from, int to) {
        if (from == to) {
            return names.indexOf("");
        }
        for (int key = first[bucket(text, from, to)] - 1; key >= 0; key = next[key] - 1) {
            byte[] name = bytes[key];
            if (name.length == to - from && Arrays.equals(name, 0, name.length, text, from, to)) {
                return key;
            }
        }
        return NONE;
    }

    /** The number of a key that was written with escapes, or {@link #NONE}. */
    int find(String name) {
        return names.indexOf(name);
    }

    private static int bucket(byte[] text, int from, int to) {
        return (text[from] * 7 + text[to - 1] * 3 + (to - from)) & (BUCKETS - 1);
    }
}
