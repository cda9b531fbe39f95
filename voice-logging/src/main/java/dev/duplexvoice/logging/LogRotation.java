package dev.duplexvoice.logging;

/**
 * When a log file is put aside and a new one begun.
 *
 * @param maxBytes the most bytes of a file, at least 1,024; {@link Long#MAX_VALUE} for no limit
 * @param files how many files are kept beside the one that is written to, at least 1; {@link Integer#MAX_VALUE} for no limit.
 *     Categories with {@code isBounded() == false} ignore it
 * @param daily whether a new file also begins with each UTC day
 */
public record LogRotation(long maxBytes, int files, boolean daily) {
    /** 10 MB × 5, the default. */
    public static final LogRotation BY_SIZE = new LogRotation(10L << 20, 5, false);
    /** A file a day, whatever its size; its age alone decides when it goes. */
    public static final LogRotation DAILY = new LogRotation(Long.MAX_VALUE, Integer.MAX_VALUE, true);

    /** Checks the values. */
    public LogRotation {
        if (maxBytes < 1_024) {
            throw new IllegalArgumentException("maxBytes=" + maxBytes + ": must be at least 1024");
        }
        if (files < 1) {
            throw new IllegalArgumentException("files=" + files + ": must be at least 1");
        }
    }

    /**
     * By size: files of this many bytes, and as many of them beside the one that is written to.
     *
     * @throws IllegalArgumentException if one is too small
     */
    public static LogRotation bySize(long maxBytes, int files) {
        return new LogRotation(maxBytes, files, false);
    }
}
