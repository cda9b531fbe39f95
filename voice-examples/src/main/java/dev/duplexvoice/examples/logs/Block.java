package dev.duplexvoice.examples.logs;

/**
 * Whole lines of one source; only the last block's last line may have no line end.
 *
 * @param bytes from 0 to {@code length}; they are used again once the block is released
 * @param begins whether it is the source's first
 * @param dropped lines that were left out before these because nothing holds so much
 * @param release to be called once nobody reads the bytes any more
 */
record Block(String source, byte[] bytes, int length, boolean begins, int dropped, Runnable release) {}
