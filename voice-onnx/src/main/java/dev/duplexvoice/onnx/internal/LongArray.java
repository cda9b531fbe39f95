package dev.duplexvoice.onnx.internal;

import java.util.Arrays;

/** An array that grows. */
final class LongArray {
    private long[] values = new long[16];
    private int size;

    int size() {
        return size;
    }

    void add(long value) {
        if (size == values.length) {
            values = Arrays.copyOf(values, size * 2);
        }
        values[size++] = value;
    }

    void add(long[] more) {
        for (long value : more) {
            add(value);
        }
    }

    long[] toArray() {
        return Arrays.copyOf(values, size);
    }
}
