package dev.duplexvoice.examples.logs;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Searches of bytes, eight at a time. */
final class Bytes {
    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;

    private Bytes() {}

    /** Where the first of these bytes is, or the end. */
    static int indexOf(byte wanted, byte[] bytes, int from, int to) {
        long pattern = ONES * (wanted & 0xff);
        int i = from;
        for (; i + Long.BYTES <= to; i += Long.BYTES) {
            long same = (long) WORDS.get(bytes, i) ^ pattern;
            long hit = (same - ONES) & ~same & HIGHS;
            if (hit != 0) {
                return i + (Long.numberOfTrailingZeros(hit) >>> 3);
            }
        }
        while (i < to && bytes[i] != wanted) {
            i++;
        }
        return i;
    }

    /** Whether all of it is ASCII. */
    static boolean isAscii(byte[] bytes, int from, int to) {
        int i = from;
        for (; i + Long.BYTES <= to; i += Long.BYTES) {
            if (((long) WORDS.get(bytes, i) & HIGHS) != 0) {
                return false;
            }
        }
        for (; i < to; i++) {
            if (bytes[i] < 0) {
                return false;
            }
        }
        return true;
    }

    /** Whether all of it can be shown as it is; false also where a look at each character is needed to tell. */
    static boolean isPrintableAscii(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] < 0x20 || bytes[i] == 0x7f) {
                return false;
            }
        }
        return true;
    }

    /** Whether it is UTF-8, as RFC 3629 has it: no overlong forms, no surrogates, nothing beyond U+10FFFF. */
    static boolean isUtf8(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to) {
            int lead = bytes[i] & 0xff;
            if (lead < 0x80) {
                i++;
                continue;
            }
            int more = lead < 0xc2 ? -1 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : lead < 0xf5 ? 3 : -1;
            if (more < 0 || i + more >= to) {
                return false;
            }
            int second = bytes[i + 1] & 0xff;
            int least = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
            int most = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
            if (second < least || second > most) {
                return false;
            }
            for (int k = 2; k <= more; k++) {
                if ((bytes[i + k] & 0xc0) != 0x80) {
                    return false;
                }
            }
            i += more + 1;
        }
        return true;
    }
}
