package dev.duplexvoice.vad;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NoiseGateTest {
    private final NoiseGate gate = new NoiseGate();

    @Test
    void shouldStayAtTheMinimumWhenTheRoomIsSilent() {
        for (int i = 0; i < 200; i++) {
            assertThat(gate.window(3)).isFalse();
        }
        assertThat(gate.threshold()).isEqualTo(200f);
        assertThat(gate.window(200)).isTrue();
        assertThat(gate.probability()).isEqualTo(0.5f);
    }

    @Test
    void shouldUpdateEveryTenWindowsWhenTheRoomIsNoisy() {
        for (int i = 0; i < 9; i++) {
            gate.window(400);
        }
        assertThat(gate.threshold()).isEqualTo(200f);
        gate.window(400);
        assertThat(gate.threshold()).isEqualTo(1_000f);
        for (int i = 0; i < 9; i++) {
            gate.window(40);
        }
        assertThat(gate.threshold()).isEqualTo(1_000f);
    }

    @Test
    void shouldEqualTheDescribedRuleWhenEnergiesAreRandom() {
        Random random = new Random(5);
        List<Float> energies = new ArrayList<>();
        float expected = 200;
        for (int i = 1; i <= 5_000; i++) {
            float energy = (i / 500 % 2 == 0 ? 100 : 1_000) * random.nextFloat();
            energies.add(energy);
            if (i % 10 == 0) {
                List<Float> last = new ArrayList<>(energies.subList(Math.max(0, i - 100), i));
                Collections.sort(last);
                expected = Math.max(200, 2.5f * last.get(last.size() / 4));
            }
            assertThat(gate.window(energy)).isEqualTo(energy >= expected);
            assertThat(gate.threshold()).isEqualTo(expected);
        }
    }

    @Test
    void shouldAskForLouderSpeechWhenTheAgentSpeaks() {
        gate.activity(NoiseGate.Activity.SPEAKING);
        assertThat(gate.threshold()).isEqualTo(400f);
        assertThat(gate.window(399)).isFalse();
        assertThat(gate.window(400)).isTrue();
        gate.activity(NoiseGate.Activity.BARGED_IN);
        assertThat(gate.threshold()).isEqualTo(240f);
        gate.activity(NoiseGate.Activity.LISTENING);
        assertThat(gate.threshold()).isEqualTo(200f);
    }

    @Test
    void shouldBeAsNewWhenReset() {
        for (int i = 0; i < 100; i++) {
            gate.window(900);
        }
        gate.activity(NoiseGate.Activity.SPEAKING);
        gate.reset();
        assertThat(gate.threshold()).isEqualTo(200f);
        assertThat(gate.probability()).isZero();
    }

    @Test
    void shouldMeasureTheRootMeanSquareWhenGivenSamples() {
        short[] samples = new short[700];
        Arrays.fill(samples, 100, 612, (short) -300);
        assertThat(NoiseGate.energy(samples, 100, 512)).isEqualTo(300f);
        assertThat(NoiseGate.energy(samples, 0, 0)).isZero();
        Arrays.fill(samples, Short.MIN_VALUE);
        assertThat(NoiseGate.energy(samples, 0, 700)).isEqualTo(32_768f);
        gate.window(400);
        assertThat(gate.probability()).isCloseTo(0.8f, within(1e-6f));
    }

    @Test
    void shouldRefuseEnergiesThatAreNone() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> gate.window(Float.NaN))
                .withMessage("energy=NaN: must be 0 or more");
    }
}
