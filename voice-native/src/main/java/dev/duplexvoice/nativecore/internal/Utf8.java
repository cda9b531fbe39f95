package dev.duplexvoice.nativecore.internal;

import java.nio.ByteBuffer;

/** Text as the native core takes it, and its byte offsets as indices into the Java string. */
final class Utf8 {
    /** Bytes that one {@code char} takes at most; a pair of surrogates takes four together. */
    static final int MAX_BYTES_PER_CHAR = 3;

    private static final int REPLACEMENT = 0xfffd;

    private Utf8() {}

    /**
     * Encodes from index 0 of {@code target}. An unpaired surrogate becomes U+FFFD.
     *
     * @return bytes written
     */
    static int encode(String text, ByteBuffer target) {
        int at = 0;
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
                c = REPLACEMENT;
            }
            if (c < 0x80) {
                target.put(at++, (byte) c);
            } else if (c < 0x800) {
                target.put(at++, (byte) (0xc0 | c >> 6));
                target.put(at++, continuation(c));
            } else if (c < 0x10000) {
                target.put(at++, (byte) (0xe0 | c >> 12));
                target.put(at++, continuation(c >> 6));
                target.put(at++, continuation(c));
            } else {
                target.put(at++, (byte) (0xf0 | c >> 18));
                target.put(at++, continuation(c >> 12));
                target.put(at++, continuation(c >> 6));
                target.put(at++, continuation(c));
            }
        }
        return at;
    }

    private static byte continuation(int bits) {
        return (byte) (0x80 | bits & 0x3f);
    }

    /**
     * For each byte of the encoded text, and for its end, the index of the character it belongs to.
     *
     * @param bytes what {@link #encode} returned for this text
     */
    static int[] charIndices(String text, int bytes) {
        int[] indices = new int[bytes + 1];
        int at = 0;
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            // A lone surrogate was written as U+FFFD, which takes three bytes like any other char above 0x7ff.
            int length = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
            for (int k = 0; k < length; k++) {
                indices[at++] = i;
            }
            i += Character.charCount(c);
        }
        indices[at] = text.length();
        return indices;
    }
}
