package dev.duplexvoice.logging;

import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * Writes the values of one line. Maps, collections and arrays are written as such, all else that is no number as its text: what getters of
 * unknown objects do and tell is not for a log. Depth, number and length are bounded, whatever is given.
 */
final class ValueWriter {
    private static final int DEEPEST = 8;
    private static final int MOST_ELEMENTS = 1_000;
    /** Of all texts of a line but its message and traceback. */
    private static final int MOST_CHARACTERS = 256 * 1_024;

    private final JsonGenerator out;
    private final LineText text;
    private final boolean spoken;
    private int room = MOST_CHARACTERS;

    ValueWriter(JsonGenerator out, LineText text, boolean spoken) {
        this.out = out;
        this.text = text;
        this.spoken = spoken;
    }

    /** A field with its name. */
    void field(String name, @Nullable Object value) {
        out.writeName(name(name));
        value(name, value, 0);
    }

    private String name(String name) {
        String clean = text.inJson(name);
        return clean.length() <= 128 ? clean : LineText.visible(clean.substring(0, 128), true);
    }

    private void value(String name, @Nullable Object value, int depth) {
        if (value == null) {
            out.writeNull();
        } else if (value instanceof CharSequence || value instanceof Character || value instanceof Enum<?>) {
            string(name, Shown.of(value));
        } else if (value instanceof Number number) {
            number(name, number);
        } else if (value instanceof Boolean truth) {
            out.writeBoolean(truth);
        } else if (value instanceof Optional<?> optional) {
            value(name, optional.orElse(null), depth);
        } else if (depth >= DEEPEST || room <= 0) {
            out.writeString("[...]");
        } else if (value instanceof Map<?, ?> map) {
            map(map, depth);
        } else if (value instanceof Collection<?> collection) {
            array(name, collection, depth);
        } else if (value.getClass().isArray()) {
            array(name, value, depth);
        } else {
            string(name, Shown.of(value));
        }
    }

    private void string(String name, String value) {
        String shown =
                !spoken && LineFields.isSpoken(name) ? LineFields.unspoken(value) : text.field(name, value, true);
        if (shown.length() > room) {
            shown = "[left out: " + value.length() + " characters]";
        }
        room -= shown.length();
        out.writeString(shown);
    }

    private void number(String name, Number value) {
        if (text.redactor().isSecretName(name)) {
            string(name, value.toString());
        } else if (value instanceof Integer
                || value instanceof Long
                || value instanceof Short
                || value instanceof Byte) {
            out.writeNumber(value.longValue());
        } else if (value instanceof Double || value instanceof Float) {
            real(value.doubleValue());
        } else if (value instanceof BigInteger big && big.bitLength() < 256) {
            out.writeNumber(big);
        } else if (value instanceof BigDecimal big && big.precision() < 64 && Math.abs((long) big.scale()) < 64) {
            out.writeNumber(big);
        } else {
            string(name, Shown.of(value));
        }
    }

    private void real(double value) {
        if (Double.isFinite(value)) {
            out.writeNumber(value);
        } else {
            // JSON has no name for it.
            out.writeNull();
        }
    }

    private void map(Map<?, ?> map, int depth) {
        out.writeStartObject();
        int count = 0;
        Set<String> names = new HashSet<>();
        try {
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                if (count++ == MOST_ELEMENTS) {
                    break;
                }
                String name = Shown.of(entry.getKey());
                String clean = name(name);
                // Two addresses are one name once they are redacted, and a name must not come twice.
                out.writeName(names.add(clean) ? clean : clean + "#" + count);
                value(name, entry.getValue(), depth + 1);
            }
        } catch (java.util.ConcurrentModificationException e) {
            out.writeName("[changed]");
            out.writeBoolean(true);
        }
        out.writeEndObject();
    }

    private void array(String name, Collection<?> values, int depth) {
        out.writeStartArray();
        int count = 0;
        try {
            for (Object value : values) {
                if (count++ == MOST_ELEMENTS) {
                    out.writeString("[" + values.size() + " elements]");
                    break;
                }
                value(name, value, depth + 1);
            }
        } catch (java.util.ConcurrentModificationException e) {
            out.writeString("[changed]");
        }
        out.writeEndArray();
    }

    private void array(String name, Object array, int depth) {
        int length = Array.getLength(array);
        if (array instanceof byte[] || array instanceof char[] || length > MOST_ELEMENTS) {
            // Audio, or a secret.
            out.writeString("[" + length + " elements]");
            return;
        }
        out.writeStartArray();
        for (int i = 0; i < length; i++) {
            value(name, Array.get(array, i), depth + 1);
        }
        out.writeEndArray();
    }
}
