package dev.duplexvoice.internal;

import dev.duplexvoice.VoiceException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A recording's file while it is written: a header and blocks, each whole or not there as far as a reader can tell. The layout is
 * in docs/recording-format.md. One thread at a time.
 */
final class RecordingFile {
    static final byte[] MAGIC = {'D', 'V', 'R', 'E', 'C', '\r', '\n', 0x1a};
    static final int VERSION = 3;

    /** Magic, version, length and CRC-32 of the header's body. */
    static final int PREFIX_BYTES = MAGIC.length + 3 * Integer.BYTES;

    /** Kind, length and CRC-32. */
    static final int BLOCK_HEADER_BYTES = 1 + 2 * Integer.BYTES;

    /** A block of records, deflated. */
    static final int DATA = 1;
    /** The recording ended before the session; why, as text. */
    static final int GAVE_UP = 2;

    /** Deflate adds 5 bytes to each 16 KB that it cannot make smaller. */
    static final int LONGEST_BLOCK = BlockRing.BLOCK_BYTES + 1_024;

    private static final Logger LOG = LoggerFactory.getLogger(RecordingFile.class);

    private final Path path;
    private final FileChannel channel;
    private final Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
    private final CRC32 crc = new CRC32();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BLOCK_HEADER_BYTES + LONGEST_BLOCK);

    private RecordingFile(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
        // What is left of the samples is small numbers without a pattern.
        deflater.setStrategy(Deflater.FILTERED);
    }

    /**
     * Makes a file that only its owner can read, where the file system knows owners.
     *
     * @throws VoiceException if there is one already, or none can be made
     */
    static RecordingFile create(Path path, RecordingHeader header) {
        RecordingFile file = new RecordingFile(path, channel(path));
        try {
            file.write(ByteBuffer.wrap(header.encode()));
            return file;
        } catch (IOException e) {
            file.close();
            file.delete();
            throw new VoiceException(
                    VoiceException.Code.IO, path + ": a recording cannot be written: " + e.getMessage(), e);
        }
    }

    private static FileChannel channel(Path path) {
        Set<StandardOpenOption> how = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        FileAttribute<?>[] ownersOnly =
                path.getFileSystem().supportedFileAttributeViews().contains("posix")
                        ? new FileAttribute<?>[] {
                            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                        }
                        : new FileAttribute<?>[0];
        try {
            return FileChannel.open(path, how, ownersOnly);
        } catch (FileAlreadyExistsException e) {
            throw failure(path + " is there already: give each recording a file of its own", e);
        } catch (NoSuchFileException e) {
            throw failure(path + ": its folder is not there, create it first", e);
        } catch (AccessDeniedException e) {
            throw failure(path + ": no permission to write there", e);
        } catch (IOException e) {
            throw failure(path + ": a recording cannot be written: " + e.getMessage(), e);
        }
    }

    private static VoiceException failure(String message, IOException cause) {
        return new VoiceException(VoiceException.Code.IO, message, cause);
    }

    Path path() {
        return path;
    }

    /** Deflates and appends a block. */
    void append(int kind, byte[] bytes, int length) throws IOException {
        buffer.clear().position(BLOCK_HEADER_BYTES);
        deflater.reset();
        deflater.setInput(bytes, 0, length);
        deflater.finish();
        while (!deflater.finished() && buffer.hasRemaining()) {
            deflater.deflate(buffer);
        }
        if (!deflater.finished()) {
            throw new IOException("a block of " + length + " bytes became longer than " + LONGEST_BLOCK);
        }
        buffer.flip();
        int payload = buffer.limit() - BLOCK_HEADER_BYTES;
        buffer.put(0, (byte) kind);
        buffer.putInt(1, payload);
        buffer.putInt(1 + Integer.BYTES, blockCrc(crc, kind, payload, buffer.slice(BLOCK_HEADER_BYTES, payload)));
        write(buffer);
    }

    /** Of a block's kind, its length and its bytes: so that a wrong length is found too. */
    static int blockCrc(CRC32 with, int kind, int length, ByteBuffer payload) {
        with.reset();
        with.update(kind);
        for (int shift = 24; shift >= 0; shift -= 8) {
            with.update(length >>> shift);
        }
        with.update(payload);
        return (int) with.getValue();
    }

    /** Says that the recording ended before the session. */
    void gaveUp(String why) throws IOException {
        byte[] text = why.getBytes(StandardCharsets.UTF_8);
        append(GAVE_UP, text, Math.min(text.length, BlockRing.BLOCK_BYTES));
    }

    private void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** Idempotent. */
    void close() {
        deflater.end();
        try {
            channel.close();
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("file", path).setCause(e).log("A recording could not be closed");
        }
    }

    void delete() {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("file", path).setCause(e).log("A recording could not be deleted");
        }
    }
}
