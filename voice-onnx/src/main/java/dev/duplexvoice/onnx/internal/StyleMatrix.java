package dev.duplexvoice.onnx.internal;

import dev.duplexvoice.VoiceException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The styles of a Kokoro voice, a row of 256 for each number of symbols. Files hold float32, little-endian, row after row: {@code .bin}
 * nothing else, {@code .npy} behind NumPy's header.
 */
final class StyleMatrix {
    static final int WIDTH = 256;

    private static final int MAX_ROWS = 1 << 14;
    private static final byte[] NPY = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final Pattern SHAPE = Pattern.compile("'shape': *\\(([0-9, ]*)\\)");

    private final FloatBuffer values;

    private StyleMatrix(FloatBuffer values) {
        this.values = values;
    }

    /**
     * Reads a file.
     *
     * @throws VoiceException if it cannot be read or holds something else
     */
    static StyleMatrix read(Path file) {
        ByteBuffer bytes;
        try {
            if (!Files.isRegularFile(file)) {
                throw new NoSuchFileException(file.toString());
            }
            if (Files.size(file) > (long) (MAX_ROWS + 1) * WIDTH * Float.BYTES) {
                throw wrong(file, "is larger than " + MAX_ROWS + " styles");
            }
            bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        } catch (NoSuchFileException e) {
            throw new VoiceException(VoiceException.Code.NOT_FOUND, "styles=" + file + ": there is no such file", e);
        } catch (IOException e) {
            throw new VoiceException(
                    VoiceException.Code.IO, "styles=" + file + ": cannot be read: " + e.getMessage(), e);
        }
        if (bytes.remaining() > 10 && ByteBuffer.wrap(NPY).equals(bytes.slice(0, NPY.length))) {
            skipHeader(file, bytes);
        }
        int row = WIDTH * Float.BYTES;
        if (bytes.remaining() < row || bytes.remaining() % row != 0) {
            throw wrong(file, "holds " + bytes.remaining() + " bytes, which are no rows of " + WIDTH + " float32");
        }
        FloatBuffer values = bytes.asFloatBuffer();
        for (int i = 0; i < values.limit(); i++) {
            if (!Float.isFinite(values.get(i))) {
                throw wrong(file, "holds a value that is no number");
            }
        }
        return new StyleMatrix(values);
    }

    private static void skipHeader(Path file, ByteBuffer bytes) {
        int version = bytes.get(6);
        int begin = version == 1 ? 10 : 12;
        long length = version == 1 ? Short.toUnsignedInt(bytes.getShort(8)) : Integer.toUnsignedLong(bytes.getInt(8));
        if (begin + length > bytes.limit()) {
            throw wrong(file, "is only a part of a .npy file");
        }
        String header = new String(bytes.array(), begin, (int) length, StandardCharsets.US_ASCII);
        Matcher shape = SHAPE.matcher(header);
        if (!header.contains("'<f4'") || header.contains("'fortran_order': True") || !shape.find()) {
            throw wrong(file, "is no array of float32, row after row");
        }
        String sizes = shape.group(1).replaceAll("[ ,]+$", "");
        if (!sizes.equals(String.valueOf(WIDTH)) && !sizes.endsWith(", " + WIDTH)) {
            throw wrong(file, "has the shape (" + sizes + ") and not rows of " + WIDTH);
        }
        bytes.position(begin + (int) length);
    }

    private static VoiceException wrong(Path file, String what) {
        return new VoiceException(
                VoiceException.Code.MODEL, "styles=" + file + ": " + what + "; it is no style of a Kokoro voice");
    }

    /** Rows. */
    int rows() {
        return values.limit() / WIDTH;
    }

    /** The style of a phrase of so many symbols; of longer ones than there are rows for, the last. */
    FloatBuffer row(int symbols) {
        return values.slice(Math.min(symbols, rows() - 1) * WIDTH, WIDTH);
    }
}
