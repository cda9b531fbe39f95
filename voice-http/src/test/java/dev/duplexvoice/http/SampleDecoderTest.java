package dev.duplexvoice.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SampleDecoderTest {
    private static final short[] SPEECH = RawServer.ramp(0, 1_000);

    /** A WAV file's header with this in it, whatever it means. */
    static byte[] header(int coding, int channels, int rate, int bits, long dataLength) {
        ByteBuffer head = ByteBuffer.allocate(44).order(ByteOrder.LITTLE_ENDIAN);
        head.put(ascii("RIFF"))
                .putInt((int) (dataLength + 36))
                .put(ascii("WAVEfmt "))
                .putInt(16);
        head.putShort((short) coding).putShort((short) channels).putInt(rate);
        head.putInt(rate * channels * bits / 8)
                .putShort((short) (channels * bits / 8))
                .putShort((short) bits);
        return head.put(ascii("data")).putInt((int) dataLength).array();
    }

    static byte[] wav(int rate, long dataLength, short... samples) {
        return RawServer.concat(header(1, 1, rate, 16, dataLength), RawServer.pcm(samples));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static short[] decode(SampleDecoder decoder, byte[] bytes, int pieces) throws Refusal {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Random random = new Random(pieces);
        for (int at = 0; at < bytes.length; ) {
            int length = Math.min(bytes.length - at, pieces == 0 ? bytes.length : 1 + random.nextInt(pieces));
            decoder.accept(ByteBuffer.wrap(bytes, at, length));
            out.writeBytes(RawServer.pcm(Arrays.copyOf(decoder.samples(), decoder.samplesLength())));
            at += length;
        }
        decoder.end();
        out.writeBytes(RawServer.pcm(Arrays.copyOf(decoder.samples(), decoder.samplesLength())));
        ByteBuffer all = ByteBuffer.wrap(out.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
        short[] samples = new short[all.remaining() / 2];
        all.asShortBuffer().get(samples);
        return samples;
    }

    private static SampleDecoder pcm() {
        return new SampleDecoder(ResponseFormat.PCM, 24_000);
    }

    private static SampleDecoder wav() {
        return new SampleDecoder(ResponseFormat.WAV, 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 7, 100})
    void shouldGiveTheSameSamplesWhateverThePieces(int pieces) throws Refusal {
        assertThat(decode(pcm(), RawServer.pcm(SPEECH), pieces)).isEqualTo(SPEECH);
        assertThat(decode(wav(), wav(22_050, 2_000, SPEECH), pieces)).isEqualTo(SPEECH);
        assertThat(decode(pcm(), wav(24_000, 2_000, SPEECH), pieces)).isEqualTo(SPEECH);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 0xFFFFFFFFL, 0x7FFFFFFFL, 0x7FFFF000L, 2_000, 1_000_000, 10, 1_024})
    void shouldReadToTheEndWhateverLengthTheHeaderPromises(long length) throws Refusal {
        assertThat(decode(wav(), wav(24_000, length, SPEECH), 100)).isEqualTo(SPEECH);
    }

    @ParameterizedTest
    @ValueSource(strings = {"LIST", "id3 "})
    void shouldLeaveOutWhatFollowsTheAudio(String tag) throws Refusal {
        byte[] bytes = RawServer.concat(wav(24_000, 2_000, SPEECH), ascii(tag + "\4\0\0\0abcd"));
        assertThat(decode(wav(), bytes, 3)).isEqualTo(SPEECH);
    }

    @Test
    void shouldTakeTheRateAndSkipOtherChunksWhenTheHeaderHasThem() throws Refusal {
        byte[] whole = wav(44_100, 0xFFFFFFFFL, SPEECH);
        byte[] bytes = RawServer.concat(
                Arrays.copyOf(whole, 12),
                ascii("JUNK\3\0\0\0abc\0LIST\0\0\0\0"),
                Arrays.copyOfRange(whole, 12, whole.length));
        SampleDecoder decoder = wav();
        assertThat(decode(decoder, bytes, 5)).isEqualTo(SPEECH);
        assertThat(decoder.sampleRate()).isEqualTo(44_100);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 2, 16, 2 channels of 16-bit PCM",
        "1, 1, 8, 1 channel of 8-bit PCM",
        "3, 1, 32, 1 channel of 32-bit float",
        "7, 1, 8, 1 channel of 8-bit coding 7"
    })
    void shouldRefuseAWavThatIsNotMono16BitPcm(int coding, int channels, int bits, String named) {
        byte[] bytes = header(coding, channels, 24_000, bits, 0);
        assertThatThrownBy(() -> decode(wav(), bytes, 0))
                .isInstanceOf(Refusal.class)
                .hasMessage("sent a WAV file with " + named + ": only mono 16-bit PCM can be used");
    }

    @Test
    void shouldRefuseAnotherRateThanTheOneStated() {
        assertThatThrownBy(() -> decode(pcm(), wav(22_050, 0, SPEECH), 0))
                .hasMessage("sent audio at 22050 Hz, and this voice was opened with 24000: state rate=22050");
        assertThatThrownBy(() -> decode(wav(), wav(4_000, 0, SPEECH), 0)).hasMessageContaining("must be 8000 to 48000");
    }

    @Test
    void shouldRefuseWhatIsNoAudio() {
        assertThatThrownBy(() -> decode(wav(), RawServer.pcm(SPEECH), 0))
                .hasMessageContaining("does not begin with RIFF");
        assertThatThrownBy(() -> decode(pcm(), ascii("OggS and more"), 0)).hasMessageContaining("sent Ogg");
        assertThatThrownBy(() -> decode(pcm(), ascii("<html>no</html>"), 0)).hasMessageContaining("sent HTML");
        assertThatThrownBy(() -> decode(pcm(), ascii("RIFF0000AVI "), 0)).hasMessageContaining("not WAV");
        assertThatThrownBy(() -> decode(pcm(), new byte[0], 0)).hasMessage("sent no audio");
        assertThatThrownBy(() -> decode(wav(), new byte[0], 0)).hasMessage("sent no audio");
        assertThatThrownBy(() -> decode(wav(), header(1, 1, 24_000, 16, 0), 0)).hasMessage("sent no audio");
        assertThatThrownBy(() -> decode(wav(), Arrays.copyOf(wav(24_000, 0, SPEECH), 30), 0))
                .hasMessageContaining("within the header");
        assertThatThrownBy(() -> decode(wav(), ascii("RIFF0000WAVEdata0000"), 0))
                .hasMessageContaining("before its format");
        assertThatThrownBy(() -> decode(wav(), ascii("RIFF0000WAVELIST\0\0\0\1"), 0))
                .hasMessageContaining("more than 65536 bytes");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 1_999})
    void shouldRefuseAnOddNumberOfBytes(int length) {
        byte[] odd = Arrays.copyOf(RawServer.pcm(SPEECH), length);
        assertThatThrownBy(() -> decode(pcm(), odd, 7)).hasMessageContaining("odd number of bytes");
    }

    @Test
    void shouldTakeAudioShorterThanWhatTellsAFormat() throws Refusal {
        assertThat(decode(pcm(), RawServer.pcm((short) 7), 0)).containsExactly(7);
    }
}
