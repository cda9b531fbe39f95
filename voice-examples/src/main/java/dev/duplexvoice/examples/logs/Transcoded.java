package dev.duplexvoice.examples.logs;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** Text of another encoding as UTF-8. */
final class Transcoded extends InputStream {
    private final Reader reader;
    private final char[] chars = new char[8_192];
    private byte[] bytes = new byte[0];
    private int position;
    /** The first half of a character whose second one has not been read yet. */
    private int waiting;

    Transcoded(InputStream in, Charset encoding) {
        this.reader = new InputStreamReader(in, encoding);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (position == bytes.length) {
            int n = reader.read(chars, waiting, chars.length - waiting);
            if (n < 0 && waiting == 0) {
                return -1;
            }
            int fill = waiting + Math.max(0, n);
            waiting = n > 0 && Character.isHighSurrogate(chars[fill - 1]) ? 1 : 0;
            bytes = new String(chars, 0, fill - waiting).getBytes(StandardCharsets.UTF_8);
            position = 0;
            if (waiting > 0) {
                chars[0] = chars[fill - 1];
            }
        }
        int n = Math.min(length, bytes.length - position);
        System.arraycopy(bytes, position, to, offset, n);
        position += n;
        return n;
    }

    @Override
    public int available() throws IOException {
        return bytes.length - position + (reader.ready() ? 1 : 0);
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
