package dev.duplexvoice.examples.logs;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Something with log lines in it: a file or standard input, plain or gzip, whatever its name says.
 *
 * @param name as messages and results name it
 * @param file null for standard input
 * @param encoding what it is written in; null for UTF-8, or UTF-16 where that shows
 */
public record LogSource(
        String name, @Nullable Path file, @Nullable Charset encoding) {
    /** Enough to tell what it is. */
    private static final int HEAD = 6;

    private static final int GZIP_BUFFER = 1 << 16;

    /** The lines as UTF-8. */
    InputStream open() throws IOException {
        InputStream in = file == null ? System.in : Files.newInputStream(file);
        try {
            return decode(unpack(in));
        } catch (IOException | RuntimeException e) {
            in.close();
            throw e;
        }
    }

    private static InputStream unpack(InputStream in) throws IOException {
        PushbackInputStream peek = new PushbackInputStream(in, HEAD);
        byte[] head = head(peek);
        if (starts(head, 0x1f, 0x8b)) {
            return new GZIPInputStream(peek, GZIP_BUFFER);
        }
        refuse(starts(head, 0x28, 0xb5, 0x2f, 0xfd), "zstd", "zstdcat");
        refuse(starts(head, 0xfd, '7', 'z', 'X', 'Z'), "xz", "xzcat");
        refuse(starts(head, 'B', 'Z', 'h'), "bzip2", "bzcat");
        refuse(starts(head, 'P', 'K', 3, 4), "zip", "unzip -p");
        return peek;
    }

    private static void refuse(boolean packed, String how, String command) throws IOException {
        if (packed) {
            throw new IOException("packed with " + how + ": use " + command + " FILE | voice logs -");
        }
    }

    private InputStream decode(InputStream in) throws IOException {
        PushbackInputStream peek = new PushbackInputStream(in, HEAD);
        byte[] head = head(peek);
        if (starts(head, 0xef, 0xbb, 0xbf)) {
            peek.skipNBytes(3);
            return peek;
        }
        if (encoding != null && encoding.equals(StandardCharsets.UTF_8)) {
            return peek;
        }
        // Charset UTF-16 minds the mark; without one every other byte of a log's first line is 0.
        if (starts(head, 0xfe, 0xff) || starts(head, 0xff, 0xfe)) {
            return new Transcoded(peek, StandardCharsets.UTF_16);
        }
        if (encoding != null) {
            return new Transcoded(peek, encoding);
        }
        if (head.length >= 4 && head[0] != 0 && head[1] == 0 && head[2] != 0 && head[3] == 0) {
            return new Transcoded(peek, StandardCharsets.UTF_16LE);
        }
        if (head.length >= 4 && head[0] == 0 && head[1] != 0 && head[2] == 0 && head[3] != 0) {
            return new Transcoded(peek, StandardCharsets.UTF_16BE);
        }
        return peek;
    }

    /** The first bytes, which stay to be read. A pipe may give them one by one. */
    private static byte[] head(PushbackInputStream in) throws IOException {
        byte[] head = in.readNBytes(HEAD);
        in.unread(head);
        return head;
    }

    private static boolean starts(byte[] head, int... bytes) {
        if (head.length < bytes.length) {
            return false;
        }
        for (int i = 0; i < bytes.length; i++) {
            if ((head[i] & 0xff) != bytes[i]) {
                return false;
            }
        }
        return true;
    }

    /** Why something cannot be read, and what to do. */
    static String reason(IOException e) {
        if (e instanceof NoSuchFileException || e instanceof FileNotFoundException) {
            return "there is no such file or folder";
        }
        if (e instanceof AccessDeniedException) {
            return "may not be read by this user: ask for the right, or use sudo";
        }
        return String.valueOf(e.getMessage());
    }
}
