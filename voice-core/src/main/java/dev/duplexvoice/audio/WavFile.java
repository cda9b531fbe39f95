package dev.duplexvoice.audio;

import dev.duplexvoice.VoiceException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Reads WAV files as mono 16-bit samples and writes 16-bit ones. Reading converts integer PCM of 8, 16, 24 and 32 bits, float
 * of 32 and 64 bits, and any number of channels (their mean); other codings are refused by name. The sample rate is kept.
 *
 * @param sampleRate samples per second
 * @param samples mono
 */
public record WavFile(int sampleRate, short[] samples) {
    private static final long MAX_BYTES = 1L << 30;
    private static final int CODING_PCM = 1;
    private static final int CODING_FLOAT = 3;
    private static final int CODING_EXTENSIBLE = 0xFFFE;
    private static final int HEADER_BYTES = 44;
    /** 0xFFFFFFFF, 0x7FFFFFFF and SoX's 0x7FFFF000 stand for a length that was not known yet. */
    private static final long LENGTH_UNKNOWN = 0x7FFFF000L;

    private record Coding(int coding, int channels, int sampleRate, int bits) {
        int bytesPerFrame() {
            return channels * bits / 8;
        }
    }

    /**
     * Reads a file.
     *
     * @throws VoiceException if there is no such file, it cannot be read, is no WAV file, is truncated or empty, or has a coding
     *     that is not supported; the message names the file and what is wrong
     */
    public static WavFile read(Path file) {
        ByteBuffer bytes = bytes(file).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.remaining() < 12
                || !tag(bytes, 0).equals("RIFF")
                || !tag(bytes, 8).equals("WAVE")) {
            throw bad(file, bytes.hasRemaining() ? "is not a WAV file (it does not begin with RIFF…WAVE)" : "is empty");
        }
        Coding coding = null;
        int at = 12;
        while (at + 8 <= bytes.limit()) {
            String tag = tag(bytes, at);
            long length = Integer.toUnsignedLong(bytes.getInt(at + 4));
            at += 8;
            if (tag.equals("data")) {
                if (coding == null) {
                    throw bad(file, "has its data before its format");
                }
                return decode(file, bytes, at, length, coding);
            }
            if (length > bytes.limit() - at) {
                throw bad(
                        file,
                        "is truncated: its chunk '" + tag.strip() + "' has " + length + " bytes, "
                                + (bytes.limit() - at) + " are there");
            }
            if (tag.equals("fmt ")) {
                coding = coding(file, bytes, at, (int) length);
            }
            at += (int) length + (int) (length & 1);
        }
        throw bad(file, "is truncated: it has no data");
    }

    private static ByteBuffer bytes(Path file) {
        try {
            if (Files.isDirectory(file)) {
                throw new VoiceException(VoiceException.Code.IO, file + " is a directory: give a WAV file");
            }
            long size = Files.size(file);
            if (size > MAX_BYTES) {
                throw new VoiceException(
                        VoiceException.Code.UNSUPPORTED, file + " has " + size + " bytes: at most " + MAX_BYTES);
            }
            return ByteBuffer.wrap(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            throw new VoiceException(VoiceException.Code.NOT_FOUND, file + ": there is no such file", e);
        } catch (AccessDeniedException e) {
            throw new VoiceException(VoiceException.Code.IO, file + ": no permission to read it", e);
        } catch (IOException e) {
            throw new VoiceException(VoiceException.Code.IO, file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static VoiceException bad(Path file, String what) {
        return new VoiceException(VoiceException.Code.IO, file + " " + what);
    }

    private static String tag(ByteBuffer bytes, int at) {
        return new String(bytes.array(), bytes.arrayOffset() + at, 4, StandardCharsets.ISO_8859_1);
    }

    private static Coding coding(Path file, ByteBuffer bytes, int at, int length) {
        if (length < 16) {
            throw bad(file, "has a format chunk of " + length + " bytes, too short");
        }
        int coding = Short.toUnsignedInt(bytes.getShort(at));
        if (coding == CODING_EXTENSIBLE && length >= 26) {
            coding = Short.toUnsignedInt(bytes.getShort(at + 24));
        }
        int channels = Short.toUnsignedInt(bytes.getShort(at + 2));
        int rate = bytes.getInt(at + 4);
        int bits = Short.toUnsignedInt(bytes.getShort(at + 14));
        boolean pcm = coding == CODING_PCM && (bits == 8 || bits == 16 || bits == 24 || bits == 32);
        boolean floating = coding == CODING_FLOAT && (bits == 32 || bits == 64);
        if (!pcm && !floating) {
            throw new VoiceException(
                    VoiceException.Code.UNSUPPORTED,
                    file + " is coded as " + name(coding) + " with " + bits
                            + " bits: use PCM of 8, 16, 24 or 32 bits, or float of 32 or 64");
        }
        if (channels == 0 || channels > 64) {
            throw bad(file, "has " + channels + " channels: 1 to 64 can be read");
        }
        if (rate < 1_000 || rate > 768_000) {
            throw bad(file, "has a sample rate of " + rate + " Hz: 1000 to 768000 can be read");
        }
        return new Coding(coding, channels, rate, bits);
    }

    private static String name(int coding) {
        return switch (coding) {
            case CODING_PCM -> "PCM";
            case CODING_FLOAT -> "float";
            case 2 -> "ADPCM";
            case 6 -> "A-law";
            case 7 -> "mu-law";
            case 0x11 -> "IMA ADPCM";
            case 0x31 -> "GSM 6.10";
            case 0x55 -> "MP3";
            default -> "format 0x" + Integer.toHexString(coding);
        };
    }

    private static WavFile decode(Path file, ByteBuffer bytes, int at, long length, Coding coding) {
        int present = bytes.limit() - at;
        // Programs that write to a pipe do not know the length and leave these.
        boolean unknown = length >= LENGTH_UNKNOWN || length == 0 && present > 0;
        if (length > present && !unknown) {
            throw bad(file, "is truncated: its data has " + length + " bytes, " + present + " are there");
        }
        int frameBytes = coding.bytesPerFrame();
        int frames = (int) Math.min(unknown ? present : length, present) / frameBytes;
        if (frames == 0) {
            throw bad(file, "has no audio");
        }
        short[] samples = new short[frames];
        for (int i = 0; i < frames; i++) {
            double sum = 0;
            for (int channel = 0; channel < coding.channels; channel++) {
                sum += sample(bytes, at + i * frameBytes + channel * coding.bits / 8, coding);
            }
            double mean = sum / coding.channels;
            samples[i] = (short) Math.max(Short.MIN_VALUE, Math.min(Short.MAX_VALUE, Math.round(mean)));
        }
        return new WavFile(coding.sampleRate, samples);
    }

    /** A sample on the 16-bit scale; exact for 16-bit PCM. */
    private static double sample(ByteBuffer bytes, int at, Coding coding) {
        if (coding.coding == CODING_FLOAT) {
            double value = coding.bits == 32 ? bytes.getFloat(at) : bytes.getDouble(at);
            return Double.isFinite(value) ? value * 32_768 : 0;
        }
        return switch (coding.bits) {
            case 8 -> (Byte.toUnsignedInt(bytes.get(at)) - 128) * 256.0;
            case 16 -> bytes.getShort(at);
            case 24 -> (bytes.get(at + 2) << 16 | Short.toUnsignedInt(bytes.getShort(at))) / 256.0;
            default -> bytes.getInt(at) / 65_536.0;
        };
    }

    /**
     * Writes a file of 16-bit PCM. The file is complete or not there: it is written beside its place and moved.
     *
     * @param channels the samples of each channel, all of one length
     * @throws VoiceException if it cannot be written
     */
    public static void write(Path file, int sampleRate, short[]... channels) {
        int frames = channels[0].length;
        long dataBytes = (long) frames * channels.length * Short.BYTES;
        if (dataBytes > Integer.MAX_VALUE - HEADER_BYTES) {
            throw new VoiceException(
                    VoiceException.Code.UNSUPPORTED,
                    file + " would have " + dataBytes + " bytes: too long for a WAV file");
        }
        ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES + (int) dataBytes).order(ByteOrder.LITTLE_ENDIAN);
        int frameBytes = channels.length * Short.BYTES;
        bytes.put("RIFF".getBytes(StandardCharsets.ISO_8859_1)).putInt(HEADER_BYTES - 8 + (int) dataBytes);
        bytes.put("WAVEfmt ".getBytes(StandardCharsets.ISO_8859_1)).putInt(16);
        bytes.putShort((short) CODING_PCM).putShort((short) channels.length).putInt(sampleRate);
        bytes.putInt(sampleRate * frameBytes).putShort((short) frameBytes).putShort((short) 16);
        bytes.put("data".getBytes(StandardCharsets.ISO_8859_1)).putInt((int) dataBytes);
        for (int i = 0; i < frames; i++) {
            for (short[] channel : channels) {
                bytes.putShort(channel[i]);
            }
        }
        writeWhole(file, bytes.array());
    }

    private static void writeWhole(Path file, byte[] content) {
        if (Files.isDirectory(file)) {
            throw new VoiceException(VoiceException.Code.IO, file + " is a directory: give a file");
        }
        try {
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                Files.write(file, content); // a device or a pipe: written to, not replaced
                return;
            }
            Path target = Files.isSymbolicLink(file) ? file.toRealPath() : file;
            Path part = target.resolveSibling(
                    "." + target.getFileName() + "." + ProcessHandle.current().pid() + ".part");
            try {
                Files.write(part, content);
                Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(part);
            }
        } catch (NoSuchFileException e) {
            throw new VoiceException(VoiceException.Code.IO, file + ": its folder is not there or takes no files", e);
        } catch (AccessDeniedException e) {
            throw new VoiceException(VoiceException.Code.IO, file + ": no permission to write there", e);
        } catch (IOException e) {
            throw new VoiceException(VoiceException.Code.IO, file + " cannot be written: " + e.getMessage(), e);
        }
    }
}
