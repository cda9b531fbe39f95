package dev.duplexvoice.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplexvoice.VoiceException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WavFileTest {
    @TempDir
    Path folder;

    /** Chunks after RIFF…WAVE. */
    private static final class Wav {
        private final ByteBuffer bytes = ByteBuffer.allocate(4_096).order(ByteOrder.LITTLE_ENDIAN);

        Wav() {
            text("RIFF").bytes.putInt(0);
            text("WAVE");
        }

        Wav text(String text) {
            bytes.put(text.getBytes(StandardCharsets.ISO_8859_1));
            return this;
        }

        Wav format(int coding, int channels, int rate, int bits) {
            text("fmt ").bytes.putInt(16);
            return fields(coding, channels, rate, bits);
        }

        Wav fields(int coding, int channels, int rate, int bits) {
            int frame = channels * bits / 8;
            bytes.putShort((short) coding).putShort((short) channels).putInt(rate);
            bytes.putInt(rate * frame).putShort((short) frame).putShort((short) bits);
            return this;
        }

        Wav chunk(String tag, int length, Consumer<ByteBuffer> content) {
            text(tag).bytes.putInt(length);
            content.accept(bytes);
            return this;
        }

        byte[] content() {
            return Arrays.copyOf(bytes.array(), bytes.position());
        }
    }

    private Path file(byte[] content) {
        try {
            return Files.write(folder.resolve("test.wav"), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path file(Wav wav) {
        return file(wav.content());
    }

    private static Wav small() {
        return new Wav()
                .format(1, 1, 16_000, 16)
                .chunk(
                        "data",
                        6,
                        b -> b.putShort((short) 1).putShort((short) -2).putShort((short) 300));
    }

    @Test
    void shouldKeepSamplesWhenTheyHave16Bits() {
        WavFile wav = WavFile.read(file(small()));

        assertThat(wav.sampleRate()).isEqualTo(16_000);
        assertThat(wav.samples()).containsExactly(1, -2, 300);
    }

    @Test
    void shouldScaleSamplesWhenTheyHave8Bits() {
        Wav wav = new Wav()
                .format(1, 1, 8_000, 8)
                .chunk("data", 4, b -> b.put(new byte[] {(byte) 128, 0, (byte) 255, (byte) 129}));

        assertThat(WavFile.read(file(wav)).samples()).containsExactly(0, -32_768, 32_512, 256);
    }

    @Test
    void shouldRoundSamplesWhenTheyHave24Bits() {
        // 0x7FFFFF, -0x800000, 0x000180 (1.5), -1 (-1/256)
        Wav wav = new Wav()
                .format(1, 1, 48_000, 24)
                .chunk(
                        "data",
                        12,
                        b -> b.put(new byte[] {-1, -1, 0x7F, 0, 0, (byte) 0x80, (byte) 0x80, 1, 0, -1, -1, -1}));

        assertThat(WavFile.read(file(wav)).samples()).containsExactly(32_767, -32_768, 2, 0);
    }

    @Test
    void shouldRoundSamplesWhenTheyHave32Bits() {
        Wav wav = new Wav()
                .format(1, 1, 48_000, 32)
                .chunk(
                        "data",
                        16,
                        b -> b.putInt(Integer.MAX_VALUE)
                                .putInt(Integer.MIN_VALUE)
                                .putInt(5 << 16)
                                .putInt(0x8000));

        assertThat(WavFile.read(file(wav)).samples()).containsExactly(32_767, -32_768, 5, 1);
    }

    @Test
    void shouldScaleAndClipSamplesWhenTheyAreFloat() {
        Wav wav = new Wav()
                .format(3, 1, 48_000, 32)
                .chunk(
                        "data",
                        28,
                        b -> b.putFloat(0.5f)
                                .putFloat(-1f)
                                .putFloat(1f)
                                .putFloat(7f)
                                .putFloat(-7f)
                                .putFloat(Float.NaN)
                                .putFloat(Float.POSITIVE_INFINITY));

        assertThat(WavFile.read(file(wav)).samples()).containsExactly(16_384, -32_768, 32_767, 32_767, -32_768, 0, 0);
    }

    @Test
    void shouldScaleSamplesWhenTheyAreDouble() {
        Wav wav = new Wav()
                .format(3, 1, 48_000, 64)
                .chunk("data", 16, b -> b.putDouble(0.25).putDouble(-0.125));

        assertThat(WavFile.read(file(wav)).samples()).containsExactly(8_192, -4_096);
    }

    @Test
    void shouldMixChannelsWhenThereAreTwo() {
        Wav wav = new Wav()
                .format(1, 2, 48_000, 16)
                .chunk(
                        "data",
                        12,
                        b -> b.putShort((short) 100)
                                .putShort((short) 300)
                                .putShort(Short.MAX_VALUE)
                                .putShort(Short.MAX_VALUE)
                                .putShort((short) -3)
                                .putShort((short) 0));

        assertThat(WavFile.read(file(wav)).samples()).containsExactly(200, 32_767, -1);
    }

    @Test
    void shouldReadTheCodingInsideWhenTheFormatIsExtensible() {
        Wav wav = new Wav()
                .text("fmt ")
                .chunk("", 40, b -> {})
                .fields(0xFFFE, 1, 16_000, 32)
                .chunk("", 22, b -> {});
        wav.bytes.position(wav.bytes.position() - 4);
        wav.bytes.putShort((short) 22).putShort((short) 32).putInt(0).putShort((short) 3);
        wav.bytes.put(new byte[14]);
        wav.chunk("data", 4, b -> b.putFloat(0.5f));

        assertThat(WavFile.read(file(wav)).samples()).containsExactly(16_384);
    }

    @Test
    void shouldSkipChunksWhenItDoesNotKnowThem() {
        Wav wav = new Wav()
                .chunk("JUNK", 3, b -> b.put(new byte[] {'d', 'a', 't', 0}))
                .format(1, 1, 16_000, 16)
                .chunk("LIST", 5, b -> b.put(new byte[6]))
                .chunk("data", 4, b -> b.putShort((short) 7).putShort((short) 8))
                .chunk("LIST", 4, b -> b.putInt(-1));

        assertThat(WavFile.read(file(wav)).samples()).containsExactly(7, 8);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, Integer.MAX_VALUE, 0x7FFFF000, 0})
    void shouldReadToTheEndWhenTheLengthWasNotKnown(int length) {
        Wav wav = new Wav()
                .format(1, 1, 16_000, 16)
                .chunk(
                        "data",
                        length,
                        b -> b.putShort((short) 7).putShort((short) 8).put((byte) 1));

        assertThat(WavFile.read(file(wav)).samples()).containsExactly(7, 8);
    }

    @Test
    void shouldIgnoreHalfAFrameWhenItIsTheLast() {
        Wav wav = new Wav()
                .format(1, 2, 16_000, 16)
                .chunk("data", 6, b -> b.putShort((short) 7).putShort((short) 9).putShort((short) 1));

        assertThat(WavFile.read(file(wav)).samples()).containsExactly(8);
    }

    @Test
    void shouldNeverGiveWrongSamplesWhenTheFileIsTruncatedAnywhere() {
        byte[] whole = small().content();
        for (int length = 0; length < whole.length; length++) {
            Path file = file(Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> WavFile.read(file))
                    .as("length %d", length)
                    .isInstanceOfSatisfying(
                            VoiceException.class, e -> assertThat(e.code()).isEqualTo(VoiceException.Code.IO))
                    .hasMessageStartingWith(file + " ");
        }
    }

    @Test
    void shouldGiveAResultOrItsOwnExceptionWhenAnyByteIsWrong() {
        byte[] whole = small().content();
        for (int at = 0; at < whole.length; at++) {
            for (int value : new int[] {0, 1, 0x7F, 0x80, 0xFF}) {
                byte[] broken = whole.clone();
                broken[at] = (byte) value;
                try {
                    assertThat(WavFile.read(file(broken)).samples()).isNotEmpty();
                } catch (VoiceException e) {
                    assertThat(e).hasMessageContaining("test.wav");
                }
            }
        }
    }

    private static void fails(Path file, VoiceException.Code code, String message) {
        assertThatThrownBy(() -> WavFile.read(file))
                .isInstanceOfSatisfying(
                        VoiceException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessage(message);
    }

    @Test
    void shouldSayWhatIsWrongWhenThereIsNoFile() {
        Path missing = folder.resolve("missing.wav");
        fails(missing, VoiceException.Code.NOT_FOUND, missing + ": there is no such file");
        fails(folder, VoiceException.Code.IO, folder + " is a directory: give a WAV file");
    }

    @Test
    void shouldSayWhatIsWrongWhenItIsNoWavFile() {
        Path file = file(new byte[0]);
        fails(file, VoiceException.Code.IO, file + " is empty");
        file("RIFFxxxxAVI and more".getBytes(StandardCharsets.ISO_8859_1));
        fails(file, VoiceException.Code.IO, file + " is not a WAV file (it does not begin with RIFF…WAVE)");
        file(new Wav().chunk("data", 0, b -> {}));
        fails(file, VoiceException.Code.IO, file + " has its data before its format");
        file(new Wav().format(1, 1, 16_000, 16).chunk("data", 0, b -> {}));
        fails(file, VoiceException.Code.IO, file + " has no audio");
        file(new Wav().format(1, 1, 16_000, 16).chunk("data", 100, b -> b.putInt(0)));
        fails(file, VoiceException.Code.IO, file + " is truncated: its data has 100 bytes, 4 are there");
        file(new Wav().chunk("fmt ", 4, b -> b.putInt(1)));
        fails(file, VoiceException.Code.IO, file + " has a format chunk of 4 bytes, too short");
    }

    @ParameterizedTest
    @CsvSource({
        "7, 8, mu-law",
        "6, 8, A-law",
        "2, 4, ADPCM",
        "85, 16, MP3",
        "1, 12, PCM",
        "3, 16, float",
        "153, 16, format 0x99"
    })
    void shouldNameTheCodingWhenItIsNotSupported(int coding, int bits, String name) {
        Path file = file(new Wav().format(coding, 1, 8_000, bits).chunk("data", 4, b -> b.putInt(0)));

        fails(
                file,
                VoiceException.Code.UNSUPPORTED,
                file + " is coded as " + name + " with " + bits
                        + " bits: use PCM of 8, 16, 24 or 32 bits, or float of 32 or 64");
    }

    @Test
    void shouldSayWhatIsWrongWhenTheFormatMakesNoSense() {
        Path file = file(new Wav().format(1, 0, 8_000, 16).chunk("data", 4, b -> b.putInt(0)));
        fails(file, VoiceException.Code.IO, file + " has 0 channels: 1 to 64 can be read");
        file(new Wav().format(1, 1, -5, 16).chunk("data", 4, b -> b.putInt(0)));
        fails(file, VoiceException.Code.IO, file + " has a sample rate of -5 Hz: 1000 to 768000 can be read");
    }

    @Test
    void shouldReadWhatItWrote() {
        Path file = folder.resolve("out.wav");
        short[] samples = {0, 1, -1, Short.MAX_VALUE, Short.MIN_VALUE};
        WavFile.write(file, 24_000, samples);

        WavFile wav = WavFile.read(file);
        assertThat(wav.sampleRate()).isEqualTo(24_000);
        assertThat(wav.samples()).isEqualTo(samples);

        WavFile.write(file, 24_000, new short[] {10, 20}, new short[] {30, 60});
        assertThat(WavFile.read(file).samples()).containsExactly(20, 40);
    }

    @Test
    void shouldWriteTheHeaderThatPlayersExpect() throws IOException {
        Path file = folder.resolve("out.wav");
        WavFile.write(file, 8_000, new short[] {1}, new short[] {2});

        byte[] expected = new Wav()
                .format(1, 2, 8_000, 16)
                .chunk("data", 4, b -> b.putShort((short) 1).putShort((short) 2))
                .content();
        expected[4] = 40;
        assertThat(Files.readAllBytes(file)).isEqualTo(expected);
    }

    @Test
    void shouldLeaveNothingBehindWhenItCannotWrite() throws IOException {
        Path file = folder.resolve("no/such/out.wav");
        assertThatThrownBy(() -> WavFile.write(file, 8_000, new short[1]))
                .isInstanceOf(VoiceException.class)
                .hasMessageStartingWith(file + ": its folder is not there");
        assertThatThrownBy(() -> WavFile.write(folder, 8_000, new short[1]))
                .isInstanceOf(VoiceException.class)
                .hasMessage(folder + " is a directory: give a file");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).isEmpty();
        }
    }
}
