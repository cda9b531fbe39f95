package dev.duplexvoice.http;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;

/**
 * Turns the bytes of an answer, in pieces of any size, into samples. A WAV's header is read and left out; its length is not
 * believed, because a server that streams writes it before it knows: what follows is audio to the end, unless another chunk begins
 * where the header says that the audio ends.
 *
 * <p>One thread at a time.
 */
final class SampleDecoder {
    /** A length that was not known yet: 0, 0xFFFFFFFF, 0x7FFFFFFF, and SoX's 0x7FFFF000. */
    private static final long LENGTH_UNKNOWN = 0x7FFFF000L;

    private static final int LONGEST_HEADER = 1 << 16;
    private static final int CODING_PCM = 1;
    private static final int CODING_EXTENSIBLE = 0xFFFE;
    private static final Set<String> TRAILING_CHUNKS = Set.of("LIST", "id3 ", "ID3 ", "fact", "cue ", "bext", "JUNK");
    private static final Map<String, String> OTHERS =
            Map.of("OggS", "Ogg", "fLaC", "FLAC", "ID3\3", "MP3", "ID3\4", "MP3", "<htm", "HTML", "<!DO", "HTML");

    private enum Part {
        MAGIC,
        RIFF,
        CHUNK_HEADER,
        CHUNK,
        AUDIO,
        BEHIND_AUDIO,
        REST
    }

    private final ResponseFormat format;
    private final int expectedRate;

    private Part part = Part.MAGIC;
    private byte[] head = new byte[64];
    private int headFill;
    /** Bytes of the header that decide next. */
    private int needed = 4;

    private int chunkAt;
    private boolean formatSeen;
    private int sampleRate;
    /** Bytes of audio that the header still promises; -1 if it is not known or not believed any more. */
    private long promised = -1;

    private boolean half;
    private int lowByte;
    private long decoded;
    private short[] out = new short[8_192];
    private int outFill;

    /** @param expectedRate samples per second that a WAV must have; 0 for any */
    SampleDecoder(ResponseFormat format, int expectedRate) {
        this.format = format;
        this.expectedRate = expectedRate;
        this.sampleRate = expectedRate;
    }

    /** The rate that was stated or that the header names; 0 before that. */
    int sampleRate() {
        return sampleRate;
    }

    /** Samples so far. */
    long decoded() {
        return decoded;
    }

    /** What the last {@link #accept} or {@link #end} made, from 0 to {@link #samplesLength}; valid until the next. */
    short[] samples() {
        return out;
    }

    int samplesLength() {
        return outFill;
    }

    /** Takes all that remains in the buffer. */
    void accept(ByteBuffer bytes) throws Refusal {
        outFill = 0;
        while (bytes.hasRemaining()) {
            switch (part) {
                case AUDIO -> audio(bytes);
                case REST -> bytes.position(bytes.limit());
                default -> {
                    if (headFill == head.length) {
                        head = Arrays.copyOf(head, 2 * headFill);
                    }
                    head[headFill++] = bytes.get();
                    if (headFill == needed) {
                        decide();
                    }
                }
            }
        }
    }

    /** There is no more. */
    void end() throws Refusal {
        outFill = 0;
        if (part == Part.MAGIC && format == ResponseFormat.PCM) {
            // Shorter than what tells a format.
            part = Part.AUDIO;
            audio(ByteBuffer.wrap(head, 0, headFill));
        }
        if (part != Part.AUDIO && part != Part.BEHIND_AUDIO && part != Part.REST && headFill > 0) {
            throw new Refusal("ended its answer within the header of a WAV file");
        }
        if (half) {
            throw new Refusal("sent an odd number of bytes, so it is no 16-bit audio or it was cut off");
        }
        if (decoded == 0) {
            throw new Refusal("sent no audio");
        }
    }

    private void decide() throws Refusal {
        switch (part) {
            case MAGIC -> magic();
            case RIFF -> {
                if (!tag(8).equals("WAVE")) {
                    throw new Refusal("sent a RIFF file that is not WAV: ask for another format");
                }
                nextChunk(12);
            }
            case CHUNK_HEADER -> chunkHeader();
            case CHUNK -> {
                if (tag(chunkAt).equals("fmt ")) {
                    format(chunkAt + 8);
                }
                nextChunk(needed);
            }
            default -> behindAudio();
        }
    }

    private void magic() throws Refusal {
        String magic = tag(0);
        if (magic.equals("RIFF")) {
            part = Part.RIFF;
            needed = 12;
            return;
        }
        String other = OTHERS.get(magic);
        if (format == ResponseFormat.WAV || other != null) {
            throw new Refusal("was asked for " + format.field() + " and sent "
                    + (other == null ? "something that does not begin with RIFF" : other)
                    + ": ask for a format that it has");
        }
        part = Part.AUDIO;
        audio(ByteBuffer.wrap(head, 0, headFill));
    }

    private void nextChunk(int at) {
        chunkAt = at;
        needed = at + 8;
        part = Part.CHUNK_HEADER;
    }

    private void chunkHeader() throws Refusal {
        long length = Integer.toUnsignedLong(int32(chunkAt + 4));
        if (tag(chunkAt).equals("data")) {
            if (!formatSeen) {
                throw new Refusal("sent a WAV file that has its audio before its format");
            }
            promised = length == 0 || length >= LENGTH_UNKNOWN ? -1 : length;
            part = Part.AUDIO;
            headFill = 0;
            return;
        }
        if (needed + length > LONGEST_HEADER) {
            throw new Refusal("sent a WAV file with a header of more than " + LONGEST_HEADER + " bytes");
        }
        needed += (int) (length + (length & 1));
        part = Part.CHUNK;
        if (length == 0) {
            nextChunk(needed);
        }
    }

    private void format(int at) throws Refusal {
        if (needed - at < 16) {
            throw new Refusal("sent a WAV file whose format is cut off");
        }
        int coding = int16(at);
        if (coding == CODING_EXTENSIBLE && needed - at >= 26) {
            coding = int16(at + 24);
        }
        int channels = int16(at + 2);
        int rate = int32(at + 4);
        int bits = int16(at + 14);
        if (coding != CODING_PCM || bits != 16 || channels != 1) {
            throw new Refusal("sent a WAV file with " + channels + (channels == 1 ? " channel" : " channels") + " of "
                    + bits + "-bit " + (coding == CODING_PCM ? "PCM" : coding == 3 ? "float" : "coding " + coding)
                    + ": only mono 16-bit PCM can be used");
        }
        if (rate < Settings.LOWEST_RATE || rate > Settings.HIGHEST_RATE) {
            throw new Refusal("sent audio at " + Integer.toUnsignedString(rate) + " Hz: must be " + Settings.LOWEST_RATE
                    + " to " + Settings.HIGHEST_RATE);
        }
        if (expectedRate != 0 && rate != expectedRate) {
            throw new Refusal("sent audio at " + rate + " Hz, and this voice was opened with " + expectedRate
                    + ": state rate=" + rate);
        }
        sampleRate = rate;
        formatSeen = true;
    }

    private void behindAudio() {
        if (TRAILING_CHUNKS.contains(tag(0))) {
            part = Part.REST;
            return;
        }
        // The length was wrong: it goes on.
        promised = -1;
        part = Part.AUDIO;
        audio(ByteBuffer.wrap(head, 0, headFill));
    }

    private void audio(ByteBuffer bytes) {
        int length = bytes.remaining();
        if (promised >= 0) {
            length = (int) Math.min(length, promised);
            promised -= length;
        }
        if (out.length < outFill + length / 2 + 1) {
            out = Arrays.copyOf(out, Math.max(2 * out.length, outFill + length / 2 + 1));
        }
        for (int i = 0; i < length; i++) {
            int value = bytes.get() & 0xff;
            if (half) {
                out[outFill++] = (short) (value << 8 | lowByte);
                decoded++;
            } else {
                lowByte = value;
            }
            half = !half;
        }
        if (promised == 0) {
            part = Part.BEHIND_AUDIO;
            headFill = 0;
            needed = 4;
        }
    }

    private String tag(int at) {
        return new String(head, at, 4, StandardCharsets.ISO_8859_1);
    }

    private int int16(int at) {
        return Short.toUnsignedInt(
                ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).getShort(at));
    }

    private int int32(int at) {
        return ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).getInt(at);
    }
}
