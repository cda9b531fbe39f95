package dev.duplexvoice.internal;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.recording.Replay;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/** Reads a recording block by block; keeps no more than one in memory. */
public final class RecordingReader implements AutoCloseable {
    private final Path path;
    private final InputStream in;
    private final RecordingHeader header;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 crc = new CRC32();
    private final byte[] deflated = new byte[RecordingFile.LONGEST_BLOCK];
    private final byte[] block = new byte[BlockRing.BLOCK_BYTES];
    private int length;
    /** Where in the file the block begins, and where the one after it does. */
    private long offset;

    private long next;

    private RecordingReader(Path path, InputStream in, RecordingHeader header) {
        this.path = path;
        this.in = in;
        this.header = header;
        this.next = header.encode().length;
    }

    /**
     * Opens a recording and reads its header.
     *
     * @throws VoiceException if it is none, of another version, or its header is cut or corrupt
     */
    public static RecordingReader open(Path path) {
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            throw new VoiceException(
                    VoiceException.Code.IO, path + " is no file that can be read again: give a recording's file");
        }
        InputStream in = null;
        try {
            in = new BufferedInputStream(Files.newInputStream(path), 1 << 16);
            return new RecordingReader(path, in, RecordingHeader.read(path, in));
        } catch (NoSuchFileException e) {
            throw new VoiceException(VoiceException.Code.NOT_FOUND, path + ": there is no such file", e);
        } catch (IOException e) {
            close(in);
            throw new VoiceException(VoiceException.Code.IO, path + " cannot be read: " + e.getMessage(), e);
        } catch (VoiceException e) {
            close(in);
            throw e;
        }
    }

    private static void close(@Nullable InputStream in) {
        try {
            if (in != null) {
                in.close();
            }
        } catch (IOException e) {
            throw new VoiceException(VoiceException.Code.IO, "a file cannot be closed: " + e.getMessage(), e);
        }
    }

    /** What it begins with. */
    public RecordingHeader header() {
        return header;
    }

    Path path() {
        return path;
    }

    /** Where in the file the block begins that was read last. */
    long offset() {
        return offset;
    }

    /** The bytes of the block that was read last. */
    byte[] block() {
        return block;
    }

    int length() {
        return length;
    }

    /** Reads the next block of records; a {@link TapeStop} if there is none. */
    void nextBlock() {
        offset = next;
        try {
            byte[] head = in.readNBytes(RecordingFile.BLOCK_HEADER_BYTES);
            if (head.length < RecordingFile.BLOCK_HEADER_BYTES) {
                throw cut(head.length);
            }
            ByteBuffer numbers = ByteBuffer.wrap(head);
            int kind = numbers.get();
            int size = numbers.getInt();
            int check = numbers.getInt();
            if (size < 0 || size > deflated.length) {
                throw corrupt("a block of " + size + " bytes");
            }
            int read = in.readNBytes(deflated, 0, size);
            if (read < size) {
                throw cut(head.length + read);
            }
            if (RecordingFile.blockCrc(crc, kind, size, ByteBuffer.wrap(deflated, 0, size)) != check) {
                throw corrupt("the CRC-32 of a block is wrong");
            }
            inflate(size);
            next = offset + head.length + size;
            if (kind == RecordingFile.GAVE_UP) {
                throw new TapeStop(
                        Replay.End.ABANDONED,
                        "the recording ended before the session: "
                                + new String(block, 0, length, StandardCharsets.UTF_8));
            }
            if (kind != RecordingFile.DATA) {
                throw corrupt("a block of kind " + kind);
            }
        } catch (IOException e) {
            throw corrupt("it cannot be read: " + e.getMessage());
        }
    }

    private void inflate(int size) {
        try {
            inflater.reset();
            inflater.setInput(deflated, 0, size);
            length = inflater.inflate(block);
            if (!inflater.finished() && inflater.inflate(new byte[1]) != 0 || !inflater.finished()) {
                throw corrupt("a block is cut short, or longer than " + block.length + " bytes");
            }
        } catch (DataFormatException e) {
            throw corrupt("a block cannot be inflated");
        }
    }

    private TapeStop cut(int bytes) {
        return new TapeStop(
                Replay.End.CUT,
                "the recording is cut at byte " + (offset + bytes) + (bytes == 0 ? "" : ", within a block")
                        + ": the end of its session is not in it");
    }

    private TapeStop corrupt(String what) {
        return new TapeStop(Replay.End.CORRUPT, "corrupt at byte " + offset + ": " + what);
    }

    @Override
    public void close() {
        inflater.end();
        close(in);
    }
}
