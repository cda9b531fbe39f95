package dev.duplexvoice.server.internal.socket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.telemetry.VoiceTelemetry;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What goes out, and when, with a clock that stands still. */
class OutputTest {
    private static final StreamFormat FORMAT = new StreamFormat(8_000, 20);
    private static final int FRAME = 160;
    private static final long FRAME_NANOS = 20_000_000L;

    private final SocketRules rules = new SocketRules();
    private final Timer timer = new Timer();
    private final List<String> sent = new ArrayList<>();
    private final List<Callback> callbacks = new ArrayList<>();
    private boolean goesThrough = true;
    private long now;
    private int wakes;
    private long position;

    private final Session session = (Session) Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {Session.class},
            (proxy, method, args) -> switch (method.getName()) {
                case "sendBinary" -> {
                    ByteBuffer frame = ((ByteBuffer) args[0]).order(ByteOrder.LITTLE_ENDIAN);
                    sent.add(frame.getInt(4) + "@" + frame.getLong(8) + "+" + (frame.remaining() - 16) / 2);
                    took((Callback) args[1]);
                    yield null;
                }
                case "sendText" -> {
                    sent.add((String) args[0]);
                    took((Callback) args[1]);
                    yield null;
                }
                case "isOpen" -> true;
                default -> null;
            });

    private void took(Callback callback) {
        if (goesThrough) {
            callback.succeed();
        } else {
            callbacks.add(callback);
        }
    }

    @AfterEach
    void close() {
        timer.close();
    }

    private Link link() {
        return new Link(session, rules, VoiceTelemetry.disabled(), timer);
    }

    private Output output(StreamFormat format) {
        Output output = new Output(format, true, true, rules, timer, () -> now);
        output.start(() -> wakes++);
        output.attach(link(), "hello", Long.MAX_VALUE);
        return output;
    }

    /** As the engine does: as long as it is taken. */
    private int offer(Output output, int most) {
        int taken = 0;
        while (taken < most && output.isReady()) {
            output.frame(new short[FRAME], FRAME, position);
            position += FRAME;
            taken++;
        }
        return taken;
    }

    @Test
    void shouldSendNoMoreThanTheLeadAheadOfRealTime() {
        Output output = output(FORMAT);
        assertThat(offer(output, 8)).isEqualTo(3);
        now += FRAME_NANOS;
        assertThat(offer(output, 8)).isEqualTo(1);
        now += 10 * FRAME_NANOS;
        assertThat(offer(output, 8)).isEqualTo(3);

        assertThat(sent)
                .startsWith("hello", "1@0+160", "2@160+160", "3@320+160")
                .hasSize(8);
    }

    @Test
    void shouldWaitForTheTransportAndBeWokenByIt() {
        rules.lead = java.time.Duration.ofMillis(40);
        Output output = output(FORMAT);
        goesThrough = false;
        assertThat(offer(output, 8)).isEqualTo(2);
        now += 10 * FRAME_NANOS;
        assertThat(offer(output, 8)).isZero();
        callbacks.get(0).succeed();
        assertThat(wakes).isPositive();
        assertThat(offer(output, 8)).isEqualTo(1);
    }

    @Test
    void shouldWaitForAClientThatHasEnoughToPlay() {
        Output output = output(FORMAT);
        output.played(0);
        int taken = 0;
        for (int i = 0; i < 90; i++) {
            now += FRAME_NANOS;
            taken += offer(output, 1);
        }
        assertThat(taken).isEqualTo(25);
        assertThat(output.unplayedMillis()).isEqualTo(500);
        output.played(10L * FRAME);
        assertThat(output.unplayedMillis()).isEqualTo(300);
        assertThat(offer(output, 1)).isEqualTo(1);
        // Nobody waits for ever for reports that have ceased.
        now += 3_000_000_000L;
        for (int i = 0; i < 30; i++) {
            now += FRAME_NANOS;
            taken += offer(output, 1);
        }
        assertThat(taken).isGreaterThan(50);
    }

    @Test
    void shouldPlanOneWakeUpHoweverOftenItIsAsked() {
        Output output = output(FORMAT);
        output.played(0);
        for (int i = 0; i < 90; i++) {
            now += FRAME_NANOS;
            offer(output, 1);
        }
        for (int i = 0; i < 1_000; i++) {
            output.played(0);
            output.isReady();
        }
        assertThat(timer.planned()).isLessThan(5);
        // One that is due sooner is not missed for one that is due later.
        output.played(25L * FRAME);
        offer(output, 8);
        output.isReady();
        assertThat(timer.planned()).isBetween(1, 5);
    }

    @Test
    void shouldSendAgainWhatWasNotPlayedWhenTheClientIsBack() {
        Output output = output(FORMAT);
        Link first = link();
        output.attach(first, "again", Long.MAX_VALUE);
        for (int i = 0; i < 5; i++) {
            now += FRAME_NANOS;
            offer(output, 1);
        }
        output.played(2L * FRAME);
        assertThat(output.detach(first)).isTrue();
        assertThat(output.isReady()).isFalse();
        assertThat(output.send("State", "{\"between\":1}")).isTrue();
        sent.clear();
        output.attach(link(), "back", Long.MAX_VALUE);

        assertThat(sent).containsExactly("back", "3@320+160", "4@480+160", "5@640+160", "{\"between\":1,\"n\":1}");
    }

    @Test
    void shouldTellAgainWhatTheClientHasNotReceived() {
        Output output = output(FORMAT);
        Link first = link();
        output.attach(first, "again", 0);
        for (int i = 1; i <= 3; i++) {
            output.send("State", "{\"a\":" + i + "}");
        }
        output.sendPassing("Pong", "{}");
        assertThat(sent).endsWith("{\"a\":1,\"n\":1}", "{\"a\":2,\"n\":2}", "{\"a\":3,\"n\":3}", "{}");
        offer(output, 1);
        output.detach(first);
        output.send("State", "{\"a\":4}");
        sent.clear();
        Link second = link();
        output.attach(second, "back", 1);
        assertThat(sent)
                .containsExactly("back", "{\"a\":2,\"n\":2}", "{\"a\":3,\"n\":3}", "1@0+160", "{\"a\":4,\"n\":4}");

        // What waited was not received either.
        output.detach(second);
        sent.clear();
        output.attach(link(), "back", 3);
        assertThat(sent).containsExactly("back", "{\"a\":4,\"n\":4}", "1@0+160");
    }

    @Test
    void shouldKeepNoMoreMessagesThanACertainCount() {
        Output output = output(FORMAT);
        for (int i = 1; i <= 1_000; i++) {
            output.send("State", "{\"a\":" + i + "}");
        }
        sent.clear();
        output.attach(link(), "back", 0);
        assertThat(sent).hasSize(201).contains("{\"a\":801,\"n\":801}", "{\"a\":1000,\"n\":1000}");
    }

    @Test
    void shouldTellAllThatWaitedThoughTheTransportIsSlow() {
        rules.maxWaitingMessages = 3;
        Output output = output(FORMAT);
        Link first = link();
        output.attach(first, "again", 0);
        output.detach(first);
        for (int i = 1; i <= 3; i++) {
            assertThat(output.send("State", "{\"a\":" + i + "}")).isTrue();
        }
        assertThat(output.send("State", "{}")).isFalse();
        sent.clear();
        goesThrough = false;
        output.attach(link(), "back", 0);
        assertThat(sent).hasSize(4);
    }

    @Test
    void shouldNotSendAgainWhatWasCutOff() {
        Output output = output(FORMAT);
        offer(output, 3);
        output.flush();
        sent.clear();
        output.attach(link(), "back", Long.MAX_VALUE);

        assertThat(sent).containsExactly("back");
        assertThat(output.unplayedMillis()).isZero();
    }

    @Test
    void shouldCutAndJoinFramesWithoutLosingASample() {
        Output shorter = output(new StreamFormat(8_000, 10));
        offer(shorter, 1);
        assertThat(sent).containsExactly("hello", "1@0+80", "2@80+80");
        sent.clear();
        position = 0;
        Output longer = output(new StreamFormat(8_000, 60));
        offer(longer, 2);
        assertThat(sent).containsExactly("hello");
        // A gap: what there is goes as it is.
        position += 8_000;
        offer(longer, 1);
        assertThat(sent).containsExactly("hello", "1@0+320");
        longer.end("SessionEnded", "bye", 1000, "");
        assertThat(sent).containsExactly("hello", "1@0+320", "2@8320+160", "bye");
    }

    @Test
    void shouldRefuseMessagesWhenTooManyWait() {
        rules.maxWaitingMessages = 3;
        Output output = output(FORMAT);
        goesThrough = false;
        for (int i = 0; i < 3; i++) {
            assertThat(output.send("State", "{\"a\":1}")).isTrue();
        }
        assertThat(output.send("State", "{\"a\":1}")).isFalse();
        callbacks.get(0).fail(new java.io.IOException());
        assertThat(output.send("State", "{\"a\":1}")).isTrue();
    }
}
