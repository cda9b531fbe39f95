package dev.duplexvoice.internal;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.audio.AudioFormat;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/** What a recording begins with: which library made it, and the session's options and parts, as pairs of text. */
public final class RecordingHeader {
    static final String OPTION = "option.";
    static final String SESSION = "session";
    public static final String MADE_BY = "made_by";
    public static final String INPUT_RATE = "input.rate";
    public static final String OUTPUT_RATE = "output.rate";
    public static final String DETECTOR = "detector";
    static final String DETECTOR_RATE = "detector.rate";
    static final String DETECTOR_WINDOW = "detector.window";
    /** The most samples that the input's resampler makes of 20 ms; not there without a resampler. */
    static final String RESAMPLED = "input.resampled";

    public static final String VOICE = "voice";
    /** Which of responder, recognizer, turnDetector and interruptionPolicy the session has, separated by commas. */
    static final String PLUGINS = "plugins";

    private static final int LONGEST = 1 << 20;

    private final Map<String, String> fields;

    RecordingHeader(Map<String, String> fields) {
        this.fields = new LinkedHashMap<>(fields);
    }

    /** A field; null if it is not there. */
    public @Nullable String get(String name) {
        return fields.get(name);
    }

    /** A field that every recording has. */
    public String require(String name) {
        String value = fields.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the header has no " + name);
        }
        return value;
    }

    /** A field that is a whole number. */
    public int number(String name) {
        return OptionValues.integer(name, require(name));
    }

    /** The session's id. */
    public String sessionId() {
        return require(SESSION);
    }

    /** The options by their names. */
    public Map<String, String> options() {
        Map<String, String> options = new LinkedHashMap<>();
        fields.forEach((name, value) -> {
            if (name.startsWith(OPTION)) {
                options.put(name.substring(OPTION.length()), value);
            }
        });
        return options;
    }

    byte[] encode() {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(body)) {
            out.writeInt(fields.size());
            for (Map.Entry<String, String> field : fields.entrySet()) {
                write(out, field.getKey());
                write(out, field.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        CRC32 crc = new CRC32();
        crc.update(body.toByteArray());
        return ByteBuffer.allocate(RecordingFile.PREFIX_BYTES + body.size())
                .put(RecordingFile.MAGIC)
                .putInt(RecordingFile.VERSION)
                .putInt(body.size())
                .putInt((int) crc.getValue())
                .put(body.toByteArray())
                .array();
    }

    private static void write(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    /**
     * Reads a header.
     *
     * @throws VoiceException if the file is no recording, of another version, or its header is cut or corrupt
     */
    static RecordingHeader read(Path path, InputStream in) throws IOException {
        byte[] prefix = in.readNBytes(RecordingFile.PREFIX_BYTES);
        int known = Math.min(prefix.length, RecordingFile.MAGIC.length);
        if (known == 0 || !Arrays.equals(prefix, 0, known, RecordingFile.MAGIC, 0, known)) {
            throw unusable(path + " is no recording of a session: give a file that voice record made");
        }
        if (prefix.length < RecordingFile.PREFIX_BYTES) {
            throw cut(path);
        }
        ByteBuffer numbers = ByteBuffer.wrap(prefix).position(RecordingFile.MAGIC.length);
        int version = numbers.getInt();
        if (version != RecordingFile.VERSION) {
            throw new VoiceException(
                    VoiceException.Code.UNSUPPORTED,
                    path + " is a recording of format version " + version + ", this library reads version "
                            + RecordingFile.VERSION + ": replay it with the version that made it");
        }
        int length = numbers.getInt();
        int crc = numbers.getInt();
        if (length < 0 || length > LONGEST) {
            throw corrupt(path, null);
        }
        byte[] body = in.readNBytes(length);
        if (body.length < length) {
            throw cut(path);
        }
        CRC32 check = new CRC32();
        check.update(body);
        if ((int) check.getValue() != crc) {
            throw corrupt(path, null);
        }
        try {
            RecordingHeader header = new RecordingHeader(fields(body));
            header.check();
            return header;
        } catch (IOException | IllegalArgumentException e) {
            throw corrupt(path, e);
        }
    }

    /** What every recording tells must be there. */
    private void check() {
        require(MADE_BY);
        require(SESSION);
        require(VOICE);
        require(PLUGINS);
        new AudioFormat(number(INPUT_RATE));
        new AudioFormat(number(OUTPUT_RATE));
    }

    private static Map<String, String> fields(byte[] body) throws IOException {
        Map<String, String> fields = new LinkedHashMap<>();
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(body))) {
            int count = in.readInt();
            for (int i = 0; i < count; i++) {
                String name = text(in);
                fields.put(name, text(in));
            }
        }
        return fields;
    }

    private static String text(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > in.available()) {
            throw new EOFException();
        }
        return new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }

    private static VoiceException unusable(String message) {
        return new VoiceException(VoiceException.Code.INVALID_ARGUMENT, message);
    }

    private static VoiceException cut(Path path) {
        return new VoiceException(
                VoiceException.Code.IO, path + " ends within its header: nothing of the session is in it");
    }

    static VoiceException corrupt(Path path, @Nullable Throwable cause) {
        return new VoiceException(
                VoiceException.Code.IO,
                path + ": the header is corrupt" + (cause == null ? "" : " (" + cause.getMessage() + ")")
                        + ": nothing of it can be replayed",
                cause);
    }
}
