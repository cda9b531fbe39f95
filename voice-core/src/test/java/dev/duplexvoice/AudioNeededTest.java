package dev.duplexvoice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.support.Scene;
import dev.duplexvoice.support.ToneVoice;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A session tells its voice how soon it needs audio, because voices may share a device. */
class AudioNeededTest {
    private static final long MILLI = 1_000_000;

    @Test
    void shouldTellForHowLongItsCallerHasAudio() {
        Scene scene = new Scene().set("synthesis.buffer", "400ms");
        // 40 ms every 10: more and more is there, until enough is.
        scene.voice.stepSamples = ToneVoice.RATE / 25;
        scene.voice.stepEvery = Duration.ofMillis(10);
        scene.open()
                .at(0, () -> scene.session.say("One two three four five six seven eight nine ten."))
                .runTo(1_500);

        List<Long> told = List.copyOf(scene.voice.neededIn);
        assertThat(told).isNotEmpty();
        assertThat(told.get(0)).as("nothing is heard yet").isZero();
        assertThat(told.subList(told.size() / 2, told.size())).allMatch(nanos -> nanos > 200 * MILLI);
        assertThat(told).allMatch(nanos -> nanos >= 0 && nanos <= (400 + 160 + 40) * MILLI);
    }
}
