package dev.duplexvoice.examples.logs;

import java.util.Arrays;

/** What was found in a block: the lines that matter, and how many there were of what kind. */
final class Scan {
    /** A record that passed. */
    static final int PASSED = 1;
    /** More of the record before, which passed. */
    static final int MORE = 2;
    /** Before the block's first record: whoever knows the record before decides. {@link #MATCHED} counts then. */
    static final int OPEN = 4;
    /** Has what was searched for, or nothing was. */
    static final int MATCHED = 8;
    /** Looks like JSON and is none. */
    static final int BROKEN = 16;
    /** Looks like JSON and ends too early. */
    static final int CUT = 32;
    /** No record and no part of one. */
    static final int STRANGE = 64;

    /** A block need not tell the places of more bad lines. */
    private static final int PLACES = 4;

    /** What the record before a line is. */
    enum Before {
        /** There is none. */
        NOTHING,
        /** One to which nothing that follows belongs. */
        CLOSED,
        /** One of text that passed; what follows may belong to it. */
        PASSED_TEXT,
        /** One of text that did not pass. */
        OTHER_TEXT
    }

    int lines;
    int records;
    int broken;
    int cut;
    int strange;
    int notUtf8;
    int untimed;
    long newest = Timestamps.NONE;
    /** The last record of the block. */
    Before last = Before.NOTHING;

    private int places;
    private int[] entries = new int[256];
    private int size;

    /** Whether the place of one more bad line is worth telling. */
    boolean tellsPlace() {
        return ++places <= PLACES;
    }

    void add(int flags, int start, int end) {
        if (size + 4 > entries.length) {
            entries = Arrays.copyOf(entries, 2 * entries.length);
        }
        entries[size] = flags;
        entries[size + 1] = start;
        entries[size + 2] = end;
        entries[size + 3] = lines;
        size += 4;
    }

    int size() {
        return size / 4;
    }

    int flags(int entry) {
        return entries[4 * entry];
    }

    int start(int entry) {
        return entries[4 * entry + 1];
    }

    int end(int entry) {
        return entries[4 * entry + 2];
    }

    /** The line's number in the block, from 1. */
    int line(int entry) {
        return entries[4 * entry + 3];
    }
}
