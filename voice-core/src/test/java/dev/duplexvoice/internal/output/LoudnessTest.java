package dev.duplexvoice.internal.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Signals of EBU Tech 3341; one channel at -20 dBFS is as loud as a stereo pair at -23 dBFS. */
class LoudnessTest {

    private static List<Double> readings(int rate, short[] samples) {
        LoudnessMeter meter = new LoudnessMeter(rate);
        List<Double> readings = new ArrayList<>();
        for (short sample : samples) {
            if (meter.add(sample / 32_768.0)) {
                readings.add(meter.momentary());
            }
        }
        return readings;
    }

    /** Test signals 1 and 2: 1 kHz for 20 s. */
    @ParameterizedTest
    @CsvSource({"48000, -23", "48000, -33", "24000, -23", "16000, -23", "16000, -33", "8000, -23"})
    void shouldReadASineOf1KilohertzAsItsLevel(int rate, double lufs) {
        short[] sine = Signals.sine(rate, 1_000, Signals.fullScale(lufs + 3), 0, 20);

        // From its first whole window on. The shelf's slope at 1 kHz differs a little at low rates.
        double most = rate == 8_000 ? 0.2 : 0.1;
        List<Double> readings = readings(rate, sine);
        assertThat(readings)
                .hasSize(197)
                .allSatisfy(reading -> assertThat(reading).isCloseTo(lufs, within(most)));
    }

    @Test
    void shouldCountOneChannelAsHalfOfAPair() {
        List<Double> readings = readings(48_000, Signals.sine(48_000, 1_000, Signals.fullScale(-23), 0, 1));

        assertThat(readings.get(readings.size() - 1)).isCloseTo(-26.01, within(0.05));
    }

    @Test
    void shouldForgetWhatIsLongerAgoThan400Milliseconds() {
        short[] signal = new short[48_000 * 2];
        short[] sine = Signals.sine(48_000, 1_000, Signals.fullScale(-20), 0, 1);
        System.arraycopy(sine, 0, signal, 0, sine.length);

        List<Double> readings = readings(48_000, signal);
        // At 1.0, 1.1, 1.2, 1.3 and 1.5 s: a quarter less each, then nothing.
        assertThat(readings.get(6)).isCloseTo(-23, within(0.1));
        assertThat(readings.get(7)).isCloseTo(-24.25, within(0.1));
        assertThat(readings.get(8)).isCloseTo(-26.01, within(0.1));
        assertThat(readings.get(9)).isCloseTo(-29.02, within(0.1));
        assertThat(readings.get(11)).isLessThan(-70);
    }

    @Test
    void shouldReadSilenceAsNothing() {
        assertThat(readings(16_000, new short[16_000])).containsOnly(LoudnessMeter.SILENCE);
    }

    private static short[] through(LoudnessGain gain, short[] samples) {
        short[] out = new short[samples.length];
        for (int i = 0; i < samples.length; i++) {
            out[i] = (short) Math.round(gain.next(samples[i]));
        }
        return out;
    }

    @ParameterizedTest
    @ValueSource(doubles = {-35, -28, -16, -12})
    void shouldReachTheTargetWhenTheVoiceIsTooSoftOrTooLoud(double lufs) {
        LoudnessGain gain = new LoudnessGain(16_000, -23);
        short[] out = through(gain, Signals.sine(16_000, 1_000, Signals.fullScale(lufs + 3), 0, 6));

        List<Double> readings = readings(16_000, out);
        assertThat(readings.get(readings.size() - 1)).isCloseTo(-23, within(0.2));
    }

    @Test
    void shouldMoveSlowlyAndNeverJump() {
        LoudnessGain gain = new LoudnessGain(16_000, -16);
        double last = 1;
        double fastest = 0;
        for (int i = 0; i < 16_000 * 4; i++) {
            double now = gain.next((float) (3_000 * Math.sin(i * 0.39))) / (3_000 * Math.sin(i * 0.39));
            if (Math.abs(Math.sin(i * 0.39)) > 0.1) {
                fastest = Math.max(fastest, Math.abs(now - last));
                last = now;
            }
        }
        // 6 dB a second doubles at most: per sample, and a few that were too small to tell.
        assertThat(fastest).isPositive().isLessThan(5 * 2 * Math.log(2) / 16_000 * last);
        assertThat(gain.gainDb()).isGreaterThan(3);
    }

    @ParameterizedTest
    @CsvSource({"-60, 15", "-69, 15", "-0.5, -12.5"})
    void shouldNotGoBeyondItsRange(double lufs, double db) {
        LoudnessGain gain = new LoudnessGain(16_000, -10 - 3);
        through(gain, Signals.sine(16_000, 1_000, Math.min(32_767, Signals.fullScale(lufs + 3)), 0, 12));

        assertThat(gain.gainDb()).isCloseTo(lufs > -3 ? -10 : db, within(0.2));
    }

    @Test
    void shouldNotRaisePausesAndNoiseBetweenWords() {
        LoudnessGain gain = new LoudnessGain(16_000, -23);
        through(gain, Signals.sine(16_000, 1_000, Signals.fullScale(-20), 0, 2));
        double before = gain.gainDb();
        Random random = new Random(1);
        short[] noise = new short[16_000 * 2];
        for (int i = 0; i < noise.length; i++) {
            noise[i] = (short) (random.nextInt(61) - 30);
        }
        through(gain, noise);
        through(gain, new short[16_000 * 10]);

        // Three windows were partly speech.
        assertThat(gain.gainDb()).isCloseTo(before, within(0.5));
    }

    @Test
    void shouldFollowAVoiceThatStaysSofter() {
        LoudnessGain gain = new LoudnessGain(16_000, -23);
        through(gain, Signals.sine(16_000, 1_000, Signals.fullScale(-8), 0, 3));
        through(gain, Signals.sine(16_000, 1_000, Signals.fullScale(-25), 0, 12));

        assertThat(gain.gainDb()).isCloseTo(5, within(0.3));
    }

    @Test
    void shouldKnowTheVoiceWhenTheNextReplyBegins() {
        LoudnessGain gain = new LoudnessGain(16_000, -23);
        through(gain, Signals.sine(16_000, 1_000, Signals.fullScale(-30), 0, 5));
        gain.begin();
        short[] next = through(gain, Signals.sine(16_000, 1_000, Signals.fullScale(-30), 0, 0.5));

        assertThat(readings(16_000, next).get(0)).isCloseTo(-23, within(0.2));
    }
}
