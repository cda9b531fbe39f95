package dev.duplexvoice.server.internal.socket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.DuplexSession;
import dev.duplexvoice.SessionOptions;
import dev.duplexvoice.audio.AudioFormat;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What is let in, with a clock that stands still. */
class InputTest {
    private static final int RATE = 16_000;

    private final Counters counters = new Counters();
    private long now;
    private long taken;
    private boolean keepsUp = true;
    private int refusedFrames;
    private long sequence;

    private final DuplexSession session = (DuplexSession) Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {DuplexSession.class},
            (proxy, method, args) -> switch (method.getName()) {
                case "options" ->
                    SessionOptions.builder().input(new AudioFormat(RATE)).build();
                case "offerAudio" -> {
                    taken += (int) args[2];
                    yield keepsUp;
                }
                default -> throw new AssertionError(method);
            });

    private final VoiceTelemetry telemetry = new VoiceTelemetry() {
        @Override
        public void framesRefused(boolean input, int frames) {
            refusedFrames += input ? frames : 0;
        }
    };

    private final Input input = new Input(session, counters, telemetry, () -> now);

    private boolean second() throws BadMessage {
        ByteBuffer frame = ByteBuffer.allocate(16 + 2 * RATE).order(ByteOrder.LITTLE_ENDIAN);
        frame.put(0, (byte) 1).putInt(4, (int) ++sequence);
        return input.binary(frame);
    }

    @Test
    void shouldDropWhatIsMoreThanTwiceRealTimeOverTenSeconds() throws BadMessage {
        for (int i = 0; i < 10; i++) {
            assertThat(second()).isTrue();
        }
        assertThat(second()).isFalse();
        assertThat(input.refused()).isEqualTo(RATE);
        assertThat(refusedFrames).isEqualTo(50);
        assertThat(counters.tooFast.sum()).isEqualTo(1);
        now += Duration.ofMillis(500).toNanos();
        assertThat(second()).isTrue();
        assertThat(taken).isEqualTo(11L * RATE);
        assertThat(counters.wrongSequence.sum()).isZero();
    }

    @Test
    void shouldSayWhenTheSessionDroppedWhatWaited() throws BadMessage {
        keepsUp = false;
        assertThat(second()).isFalse();
        assertThat(counters.tooFast.sum()).isEqualTo(1);
        // It was counted by the session.
        assertThat(input.refused()).isZero();
        assertThat(refusedFrames).isZero();
        sequence--;
        // Here already: left out, and no reason for a warning.
        assertThat(second()).isTrue();
        assertThat(taken).isEqualTo(RATE);
    }

    @Test
    void shouldTellOnceInAWhile() {
        Seldom seldom = new Seldom(Duration.ofSeconds(10), () -> now);
        assertThat(seldom.isDue()).isTrue();
        assertThat(seldom.isDue()).isFalse();
        now += Duration.ofSeconds(10).toNanos() - 1;
        assertThat(seldom.isDue()).isFalse();
        now++;
        assertThat(seldom.isDue()).isTrue();
        assertThat(seldom.isDue()).isFalse();
    }
}
