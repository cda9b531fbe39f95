package dev.duplexvoice.examples.logs;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Cuts a stream into blocks that end where lines end. For one thread. */
final class BlockReader {
    /** A longer line is left out and counted. */
    static final int LONGEST_LINE = 12 << 20;

    private final String source;
    private final InputStream in;
    private final BlockPool pool;

    private byte[] rest = new byte[0];
    private int restLength;
    private boolean begins = true;
    private boolean skipping;
    private boolean ended;

    BlockReader(String source, InputStream in, BlockPool pool) {
        this.source = source;
        this.in = in;
        this.pool = pool;
    }

    /**
     * The next lines: as many as a block holds, or those that are there when more would have to be waited for. Null at the end.
     *
     * @throws IOException if the rest cannot be read; the lines that were begun before are then in the block that comes next
     */
    @Nullable
    Block next() throws IOException, InterruptedException {
        if (ended && restLength == 0) {
            return null;
        }
        byte[] bytes = pool.take(restLength);
        System.arraycopy(rest, 0, bytes, 0, restLength);
        int fill = restLength;
        int linesEnd = 0;
        int dropped = 0;
        restLength = 0;
        try {
            while (!ended) {
                if (fill == bytes.length) {
                    if (linesEnd > 0) {
                        break;
                    }
                    if (fill >= LONGEST_LINE) {
                        skipping = true;
                        fill = 0;
                        dropped++;
                    } else {
                        bytes = pool.grow(bytes, Math.min(LONGEST_LINE, bytes.length * 2));
                    }
                }
                int n = in.read(bytes, fill, bytes.length - fill);
                if (n < 0) {
                    ended = true;
                    break;
                }
                if (skipping) {
                    int lineEnd = Bytes.indexOf((byte) '\n', bytes, 0, n);
                    if (lineEnd == n) {
                        continue;
                    }
                    skipping = false;
                    System.arraycopy(bytes, lineEnd + 1, bytes, 0, n - lineEnd - 1);
                    n -= lineEnd + 1;
                }
                linesEnd = Math.max(linesEnd, lastLineEnd(bytes, fill, fill + n));
                fill += n;
                if (linesEnd > 0 && in.available() == 0) {
                    break; // who follows a pipe wants to see what is there
                }
            }
        } catch (IOException e) {
            ended = true;
            keep(bytes, 0, fill);
            pool.release(bytes);
            throw e;
        }
        int length = ended ? fill : linesEnd;
        keep(bytes, length, fill);
        boolean first = begins;
        begins = false;
        byte[] taken = bytes;
        return new Block(source, bytes, length, first, dropped, () -> pool.release(taken));
    }

    private void keep(byte[] bytes, int from, int to) {
        if (rest.length < to - from || rest.length > BlockPool.SIZE) {
            rest = new byte[to - from];
        }
        System.arraycopy(bytes, from, rest, 0, to - from);
        restLength = to - from;
    }

    private static int lastLineEnd(byte[] bytes, int from, int to) {
        for (int i = to - 1; i >= from; i--) {
            if (bytes[i] == '\n') {
                return i + 1;
            }
        }
        return 0;
    }
}
