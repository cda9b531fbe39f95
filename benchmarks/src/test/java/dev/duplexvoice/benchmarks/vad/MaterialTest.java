package dev.duplexvoice.benchmarks.vad;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplexvoice.VoiceException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class MaterialTest {
    private static @Nullable Material gathered;
    private final Material material = gathered();

    @BeforeAll
    static void gather() {
        gathered = Material.gather(null, null);
        gathered.compute();
    }

    @AfterAll
    static void close() {
        Material old = gathered();
        old.close();
        assertThat(Files.exists(old.folder())).isFalse();
    }

    private static Material gathered() {
        return Objects.requireNonNull(gathered);
    }

    @Test
    void shouldHoldAMinuteWithSpeechAndSilenceWhenGathered() {
        assertThat(material.audio()).hasSize(60 * Material.SAMPLE_RATE);
        float[] expected = material.expected();
        assertThat(expected).hasSize(1_875);
        long speech = IntStream.range(0, expected.length)
                .filter(i -> expected[i] >= 0.5f)
                .count();
        assertThat(speech).isBetween(300L, 1_800L);
    }

    @Test
    void shouldAgreeWhenBothAreRight() {
        for (int streams : new int[] {1, 8, 64}) {
            try (Windows ours = new DuplexWindows(material.model(), material.audio(), streams);
                    Windows ort = new OrtWindows(material.model(), material.audio(), streams)) {
                assertThat(material.requireAgreement("ours", ours, streams)).isLessThan(2e-5);
                assertThat(material.requireAgreement("ONNX Runtime", ort, streams))
                        .isLessThan(2e-5);
            }
        }
    }

    @Test
    void shouldRefuseWhenAProbabilityIsWrong() {
        assertThatThrownBy(() -> material.requireAgreement("idle", Idle.WINDOWS, 1))
                .isInstanceOf(VoiceException.class)
                .hasMessageContaining("idle and ONNX Runtime differ");
        Windows broken = new Windows() {
            @Override
            public void begin(int stride) {}

            @Override
            public double advance() {
                return 0;
            }

            @Override
            public float probability(int stream) {
                return Float.NaN;
            }

            @Override
            public void close() {}
        };
        assertThatThrownBy(() -> material.requireAgreement("broken", broken, 1))
                .isInstanceOf(VoiceException.class)
                .hasMessageContaining("NaN");
    }

    @Test
    void shouldCrossWhenTheMaterialIsNamedByProperties() throws IOException {
        material.jvmArguments().forEach(argument -> {
            String[] property = argument.substring(2).split("=", 2);
            System.setProperty(property[0], property[1]);
        });
        CrossingBenchmark crossing = new CrossingBenchmark();
        crossing.open();
        assertThat(crossing.processNothing()).isZero();
        assertThat(crossing.constant()).isPositive();
        crossing.close();
    }

    @Test
    void shouldHearOtherPlacesWhenStreamsBeginApart() {
        try (Windows apart = new DuplexWindows(material.model(), material.audio(), 2)) {
            apart.begin(100);
            for (int i = 0; i < 20; i++) {
                apart.advance();
            }
            assertThat(apart.probability(0)).isNotEqualTo(apart.probability(1));
        }
    }
}
