package dev.duplexvoice.examples.logs;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Reads one JSON object where it lies, and notes where the values of the keys of a {@link KeySet} are.
 *
 * <p>Each byte is looked at once and nothing is copied, yet the answer is that of a full parse: only keys of the object itself count
 * and not those of nested ones, a key may be written with escapes, the last of equal keys wins, and what is no JSON is told from what
 * is. Beyond RFC 8259 it takes {@code NaN}, {@code Infinity} and {@code -Infinity}, which Python writes, and control characters within
 * strings. Bytes that are no UTF-8 are taken as they are. For one thread at a time.
 */
final class JsonScanner {
    /** How deep values may be nested. */
    static final int MAX_DEPTH = 1_000;

    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;
    private static final int WRONG = -1;

    private final KeySet keys;
    private int[] starts;
    private int[] ends;
    private final BitSet objects = new BitSet();

    private byte[] text = new byte[0];
    private int limit;
    private boolean cut;
    private boolean escaped;
    private boolean high;

    JsonScanner(KeySet keys) {
        this.keys = keys;
        this.starts = new int[keys.size()];
        this.ends = new int[keys.size()];
    }

    /** Whether these bytes are one JSON object, with nothing but white space around it. */
    boolean scan(byte[] bytes, int from, int to) {
        if (starts.length < keys.size()) {
            starts = new int[keys.size()];
            ends = new int[keys.size()];
        }
        Arrays.fill(starts, WRONG);
        text = bytes;
        limit = to;
        cut = false;
        high = false;
        int end = members(space(from));
        if (end == WRONG) {
            return false;
        }
        return space(end) == limit;
    }

    /** After a scan that was false: whether everything was right up to the end, so that the rest seems to be cut off. */
    boolean isCut() {
        return cut;
    }

    /** Whether there may be bytes beyond ASCII in the strings; never false if there are. */
    boolean mayBeBeyondAscii() {
        return high;
    }

    /** Where the value of a key begins, or -1 if the object does not have it. */
    int start(int key) {
        return starts[key];
    }

    /** Behind the value's last byte. */
    int end(int key) {
        return ends[key];
    }

    /** The object at a place; returns the place behind it. */
    private int members(int from) {
        if (from >= limit || text[from] != '{') {
            return wrong(from);
        }
        int i = space(from + 1);
        if (i < limit && text[i] == '}') {
            return i + 1;
        }
        while (true) {
            if (i >= limit || text[i] != '"') {
                return wrong(i);
            }
            int nameStart = i + 1;
            int nameEnd = string(nameStart);
            if (nameEnd == WRONG) {
                return WRONG;
            }
            int key = escaped
                    ? keys.find(JsonText.unescape(text, nameStart, nameEnd))
                    : keys.find(text, nameStart, nameEnd);
            i = space(nameEnd + 1);
            if (i >= limit || text[i] != ':') {
                return wrong(i);
            }
            int valueStart = space(i + 1);
            i = value(valueStart);
            if (i == WRONG) {
                return WRONG;
            }
            if (key != KeySet.NONE) {
                starts[key] = valueStart;
                ends[key] = i;
            }
            i = space(i);
            if (i >= limit) {
                return wrong(i);
            }
            if (text[i] == '}') {
                return i + 1;
            }
            if (text[i] != ',') {
                return wrong(i);
            }
            i = space(i + 1);
        }
    }

    private int value(int i) {
        if (i >= limit) {
            return wrong(i);
        }
        byte first = text[i];
        if (first == '"') {
            int end = string(i + 1);
            return end == WRONG ? WRONG : end + 1;
        }
        return first == '{' || first == '[' ? nested(i) : scalar(i);
    }

    /** A container and all that is in it, without recursion: logs are not to be trusted with the stack. */
    private int nested(int from) {
        int i = from;
        int depth = 0;
        boolean opens = true;
        while (true) {
            if (opens) {
                if (depth == MAX_DEPTH - 1) {
                    return WRONG; // the line's own object is the first level
                }
                boolean object = text[i] == '{';
                objects.set(depth++, object);
                i = space(i + 1);
                opens = false;
                if (i < limit && text[i] == (object ? '}' : ']')) {
                    i++;
                    depth--;
                } else {
                    i = member(i, object);
                    if (i == WRONG) {
                        return WRONG;
                    }
                    if (text[i] == '{' || text[i] == '[') {
                        opens = true;
                        continue;
                    }
                    i = value(i);
                }
            }
            // Behind a value: more of the same container, or its end.
            while (true) {
                if (i == WRONG || depth == 0) {
                    return i;
                }
                i = space(i);
                if (i >= limit) {
                    return wrong(i);
                }
                boolean object = objects.get(depth - 1);
                if (text[i] == (object ? '}' : ']')) {
                    i++;
                    depth--;
                } else if (text[i] == ',') {
                    i = member(space(i + 1), object);
                    if (i == WRONG) {
                        return WRONG;
                    }
                    if (text[i] == '{' || text[i] == '[') {
                        opens = true;
                        break;
                    }
                    i = value(i);
                } else {
                    return wrong(i);
                }
            }
        }
    }

    /** Where the value of the next member of a container begins. */
    private int member(int from, boolean object) {
        int i = from;
        if (object) {
            if (i >= limit || text[i] != '"') {
                return wrong(i);
            }
            i = string(i + 1);
            if (i == WRONG) {
                return WRONG;
            }
            i = space(i + 1);
            if (i >= limit || text[i] != ':') {
                return wrong(i);
            }
            i = space(i + 1);
        }
        return i >= limit ? wrong(i) : i;
    }

    /** The rest of a string; returns the place of its closing quote. Eight bytes at a time, as most are nothing special. */
    private int string(int from) {
        int i = from;
        boolean escapes = false;
        while (true) {
            while (i + Long.BYTES <= limit) {
                long word = (long) WORDS.get(text, i);
                long quote = word ^ ONES * '"';
                long backslash = word ^ ONES * '\\';
                // The lowest bit that is set is right; higher ones may come from the borrow.
                long special = ((quote - ONES) & ~quote | (backslash - ONES) & ~backslash) & HIGHS;
                high |= (word & HIGHS) != 0;
                if (special != 0) {
                    i += Long.numberOfTrailingZeros(special) >>> 3;
                    break;
                }
                i += Long.BYTES;
            }
            if (i >= limit) {
                return wrong(limit);
            }
            byte b = text[i];
            if (b == '"') {
                escaped = escapes;
                return i;
            }
            if (b == '\\') {
                escapes = true;
                i = escape(i + 1);
                if (i == WRONG) {
                    return WRONG;
                }
            } else {
                high |= b < 0;
                i++;
            }
        }
    }

    private int escape(int i) {
        if (i >= limit) {
            return wrong(limit);
        }
        switch (text[i]) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
                return i + 1;
            case 'u':
                for (int k = i + 1; k <= i + 4; k++) {
                    if (k >= limit) {
                        return wrong(limit);
                    }
                    if (JsonText.hex(text[k]) < 0) {
                        return WRONG;
                    }
                }
                return i + 5;
            default:
                return WRONG;
        }
    }

    private int scalar(int i) {
        switch (text[i]) {
            case 't':
                return literal(i, "true");
            case 'f':
                return literal(i, "false");
            case 'n':
                return literal(i, "null");
            case 'N':
                return literal(i, "NaN");
            case 'I':
                return literal(i, "Infinity");
            case '-':
                return i + 1 < limit && text[i + 1] == 'I' ? literal(i + 1, "Infinity") : number(i + 1);
            default:
                return number(i);
        }
    }

    private int literal(int from, String word) {
        for (int k = 0; k < word.length(); k++) {
            if (from + k >= limit) {
                return wrong(limit);
            }
            if (text[from + k] != word.charAt(k)) {
                return WRONG;
            }
        }
        return from + word.length();
    }

    private int number(int from) {
        int i = digits(from);
        if (i == from) {
            return wrong(i);
        }
        if (text[from] == '0' && i > from + 1) {
            return WRONG;
        }
        if (i < limit && text[i] == '.') {
            int fraction = digits(i + 1);
            if (fraction == i + 1) {
                return wrong(fraction);
            }
            i = fraction;
        }
        if (i < limit && (text[i] == 'e' || text[i] == 'E')) {
            int sign = i + 1;
            if (sign < limit && (text[sign] == '+' || text[sign] == '-')) {
                sign++;
            }
            int exponent = digits(sign);
            if (exponent == sign) {
                return wrong(exponent);
            }
            i = exponent;
        }
        return i;
    }

    private int digits(int from) {
        int i = from;
        while (i < limit && text[i] >= '0' && text[i] <= '9') {
            i++;
        }
        return i;
    }

    private int space(int from) {
        int i = from;
        while (i < limit && (text[i] == ' ' || text[i] == '\t' || text[i] == '\r' || text[i] == '\n')) {
            i++;
        }
        return i;
    }

    private int wrong(int at) {
        cut = at >= limit;
        return WRONG;
    }
}
