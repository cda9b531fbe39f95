package dev.duplexvoice.examples.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.VoiceEngine;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class CallersTest {

    @Test
    void shouldBeWholeChunksWithAPauseWhenRecorded() {
        short[] recording = new short[1_001];
        Arrays.fill(recording, (short) 7);

        short[] loop = Callers.recorded(List.of(recording)).get(0);

        assertThat(loop.length % Callers.CHUNK).isZero();
        assertThat(loop.length).isGreaterThan(3 * Callers.RATE);
        assertThat(loop[1_000]).isEqualTo((short) 7);
        assertThat(loop[1_001]).isZero();
    }

    @Test
    void shouldSpeakAndPauseWhenMadeWithTheEmbeddedVoices() {
        try (VoiceEngine engine = VoiceEngine.create()) {
            List<short[]> loops = Callers.spoken(engine, 1);

            assertThat(loops).hasSize(4).allSatisfy(loop -> {
                assertThat(loop).hasSize(60 * Callers.RATE);
                assertThat(loudChunks(loop)).isBetween(300, 2_700);
            });
        }
    }

    private static int loudChunks(short[] loop) {
        int loud = 0;
        for (int at = 0; at < loop.length; at += Callers.CHUNK) {
            int peak = 0;
            for (int i = at; i < at + Callers.CHUNK; i++) {
                peak = Math.max(peak, Math.abs(loop[i]));
            }
            loud += peak > 300 ? 1 : 0;
        }
        return loud;
    }
}
