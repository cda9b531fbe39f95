package dev.duplexvoice.internal;

import dev.duplexvoice.recording.Replay;
import org.jspecify.annotations.Nullable;

/** Reads records back. What is not there, or cannot be, ends the replay with a {@link TapeStop}. */
final class TapeReader {
    /** More than the longest reply that there can be. */
    private static final int LONGEST_TEXT = 1 << 20;
    /** No session is longer than a day; a time beyond this is none. */
    private static final long LONGEST_NANOS = 1L << 48;

    private static final long LATEST_START = Long.MAX_VALUE / 2;
    private static final int SEVEN_BITS = 0x7f;
    private static final int MORE = 0x80;

    private final RecordingReader file;
    private int at;
    private int length;
    private @Nullable TapeTag peeked;
    private long records;
    private long openedAt;
    private long time;

    TapeReader(RecordingReader file) {
        this.file = file;
    }

    /** Records begun so far. */
    long records() {
        return records;
    }

    /** The time of the last pass or action, since the session was opened. */
    long elapsed() {
        return time - openedAt;
    }

    TapeStop diverged(String what) {
        return new TapeStop(
                Replay.End.DIVERGED,
                "replay diverged at record " + records + " (in the block at byte " + file.offset() + "): " + what
                        + "; made by version " + file.header().get(RecordingHeader.MADE_BY));
    }

    private int get() {
        while (at == length) {
            file.nextBlock();
            at = 0;
            length = file.length();
        }
        return file.block()[at++] & 0xff;
    }

    /** The next record, which is not yet taken. */
    TapeTag peek() {
        TapeTag tag = peeked;
        if (tag == null) {
            int code = get();
            records++;
            tag = TapeTag.of(code);
            if (tag == null) {
                throw diverged("found a record of kind " + code + ", which is unknown");
            }
            peeked = tag;
        }
        return tag;
    }

    /** Takes the next record, of which the fields are to be read. */
    TapeTag take() {
        TapeTag tag = peek();
        peeked = null;
        return tag;
    }

    long number() {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            int next = get();
            value |= (long) (next & SEVEN_BITS) << shift;
            if ((next & MORE) == 0) {
                return value;
            }
        }
        throw diverged("found a number of more than 64 bits");
    }

    /** A number from 0 to {@code most}. */
    long number(long most) {
        long value = number();
        if (value < 0 || value > most) {
            throw diverged("found " + value + " where at most " + most + " is possible");
        }
        return value;
    }

    long signed() {
        long value = number();
        return value >>> 1 ^ -(value & 1);
    }

    boolean flag() {
        return number(1) == 1;
    }

    /** When the session was opened. */
    long start() {
        openedAt = signed();
        if (openedAt > LATEST_START || openedAt < -LATEST_START) {
            throw diverged("found a session opened at " + openedAt);
        }
        time = openedAt;
        return openedAt;
    }

    long moment() {
        time = time();
        return time;
    }

    long time() {
        long found = time + signed();
        if (found - openedAt > LONGEST_NANOS || found - openedAt < -LONGEST_NANOS) {
            throw diverged("found a time " + found + " ns, of a session opened at " + openedAt);
        }
        return found;
    }

    float real() {
        return Float.intBitsToFloat(get() << 24 | get() << 16 | get() << 8 | get());
    }

    String text() {
        int units = (int) number(LONGEST_TEXT);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < units; i++) {
            text.append((char) number(Character.MAX_VALUE));
        }
        return text.toString();
    }

    <E extends Enum<E>> E constant(E[] constants) {
        return constants[(int) number(constants.length - 1L)];
    }

    int audio(short[] samples) {
        int count = (int) number(samples.length);
        if (count == 0) {
            return 0;
        }
        int order = (int) number(SampleCoding.HIGHEST_ORDER);
        int last = 0;
        int before = 0;
        for (int i = 0; i < count; i++) {
            long value = number();
            int sample = SampleCoding.expected(order, last, before) + (int) (value >>> 1 ^ -(value & 1));
            samples[i] = (short) sample;
            before = last;
            last = samples[i];
        }
        return count;
    }
}
