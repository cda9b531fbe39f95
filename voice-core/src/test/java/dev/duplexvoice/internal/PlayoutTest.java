package dev.duplexvoice.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.audio.FrameRing;
import dev.duplexvoice.audio.SpscFrameRing;
import dev.duplexvoice.time.VirtualClock;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class PlayoutTest {
    private final SpscFrameRing synthesis = SpscFrameRing.allocate(16, 320);
    private final SpscFrameRing output = SpscFrameRing.allocate(8, 320);
    private final Playout playout = new Playout(synthesis, output, 8_000, 0, Tape.NONE);
    private final short[] frame = new short[160];

    private static ReplyText reply(int epoch) {
        return new ReplyText(
                epoch,
                "t",
                48_000,
                Workers.virtual(new VirtualClock()),
                () -> {},
                (failed, cause) -> {},
                (failed, cause) -> {});
    }

    /** Takes a frame as the host does; its samples, 0 if it was dropped, -1 if there is none. */
    private int take(short[] target, FrameRing.FrameHeader header) {
        long number = output.consumed();
        if (output.poll(target, 0, header) == FrameRing.EMPTY) {
            return -1;
        }
        return playout.claim(number) ? header.flags() : 0;
    }

    @Test
    void shouldSkipFramesOfAnEarlierReply() {
        synthesis.offer(frame, 0, 100, 1, SpeechPump.DATA);
        synthesis.offer(frame, 0, 50, 2, SpeechPump.DATA);
        playout.play(reply(2));

        assertThat(playout.tick(0, false)).isEqualTo(Playout.Outcome.FRAME);
        assertThat(playout.emitted()).isEqualTo(50);
        assertThat(playout.tick(160, false)).isEqualTo(Playout.Outcome.GAP);
    }

    @Test
    void shouldBeBlockedWhenTheHostTakesNothing() {
        playout.play(reply(1));
        for (int i = 0; i < 9; i++) {
            synthesis.offer(frame, 0, 160, 1, SpeechPump.DATA);
        }
        for (int i = 0; i < 8; i++) {
            assertThat(playout.tick(i * 160L, false)).isEqualTo(Playout.Outcome.FRAME);
        }
        assertThat(playout.tick(8 * 160, false)).isEqualTo(Playout.Outcome.BLOCKED);
        assertThat(synthesis.size()).isEqualTo(1);
    }

    @Test
    void shouldCountAFrameAsDroppedWhenItWasPolledButNotYetClaimed() {
        playout.play(reply(1));
        synthesis.offer(frame, 0, 160, 1, SpeechPump.DATA);
        synthesis.offer(frame, 0, 100, 1, SpeechPump.DATA);
        playout.tick(0, false);
        playout.tick(160, false);
        FrameRing.FrameHeader header = new FrameRing.FrameHeader();
        assertThat(take(frame, header)).isEqualTo(160);

        long number = output.consumed();
        output.poll(frame, 0, header);
        assertThat(playout.flush()).isEqualTo(160);
        assertThat(playout.claim(number)).isFalse();
    }

    /** 5 ms of 8 kHz. */
    private static final int FADE = 40;

    private final Playout fading = new Playout(synthesis, output, 8_000, FADE, Tape.NONE);

    private short[] taken() {
        FrameRing.FrameHeader header = new FrameRing.FrameHeader();
        short[] target = new short[160];
        long number = output.consumed();
        assertThat(output.poll(target, 0, header)).isEqualTo(160);
        assertThat(fading.claim(number)).isTrue();
        return target;
    }

    @Test
    void shouldLetWhatWasCutOffDieAwayIntoTheNextReplyWhenItFollowsAtOnce() {
        short[] loud = new short[160];
        Arrays.fill(loud, 4, 160, (short) 8_000);
        synthesis.offer(loud, 0, 160, 1, SpeechPump.DATA);
        fading.play(reply(1));
        fading.tick(0, false);
        assertThat(taken()[159]).isEqualTo((short) 8_000);
        fading.flush();
        synthesis.offer(new short[160], 0, 160, 2, SpeechPump.DATA);
        fading.play(reply(2));

        assertThat(fading.tick(160, false)).isEqualTo(Playout.Outcome.FRAME);
        short[] next = taken();
        assertThat(next[0]).isEqualTo((short) 7_800);
        assertThat(next[20]).isEqualTo((short) 3_800);
        assertThat(next[FADE - 1]).isZero();
        assertThat(fading.emitted()).isEqualTo(160);
    }

    @Test
    void shouldPutTheFadeWhereTheFirstDroppedFrameWas() {
        short[] loud = new short[160];
        Arrays.fill(loud, (short) 8_000);
        fading.play(reply(1));
        for (int i = 0; i < 3; i++) {
            synthesis.offer(loud, 0, 160, 1, SpeechPump.DATA);
            fading.tick(160 * i, false);
        }
        taken();
        assertThat(fading.flush()).isEqualTo(160);
        assertThat(fading.cutAt(480)).isEqualTo(160);

        FrameRing.FrameHeader header = new FrameRing.FrameHeader();
        for (int dropped = 1; dropped < 3; dropped++) {
            output.poll(frame, 0, header);
            assertThat(fading.claim(dropped)).isFalse();
        }
        output.poll(frame, 0, header);
        assertThat(fading.claim(3)).isTrue();
        assertThat(header.timestamp()).isEqualTo(160);
        assertThat(header.flags()).isZero();
        // A stop takes 0.8 ms.
        assertThat(frame[0]).isEqualTo((short) 6_666);
        assertThat(frame[4]).isEqualTo((short) 1_333);
        assertThat(frame[5]).isZero();
        assertThat(frame[159]).isZero();
    }

    @Test
    void shouldEmptyTheSynthesisRingWhenFlushed() {
        playout.play(reply(1));
        for (int i = 0; i < 16; i++) {
            synthesis.offer(frame, 0, 160, 1, SpeechPump.DATA);
        }
        playout.tick(0, false);
        playout.flush();

        assertThat(synthesis.size()).isZero();
        assertThat(playout.tick(160, false)).isEqualTo(Playout.Outcome.NOTHING);
    }

    @Test
    void shouldAccountForEverySampleWhenHostAndFlushRace() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        ExecutorService host = Executors.newSingleThreadExecutor();
        try {
            Callable<Long> taking = () -> {
                short[] target = new short[160];
                FrameRing.FrameHeader header = new FrameRing.FrameHeader();
                long samples = 0;
                while (true) {
                    boolean last = done.get();
                    int taken = take(target, header);
                    samples += Math.max(0, taken);
                    if (taken < 0 && last) {
                        return samples;
                    }
                }
            };
            Future<Long> taken = host.submit(taking);
            long counted = 0;
            for (int epoch = 1; epoch <= 20_000; epoch++) {
                playout.play(reply(epoch));
                for (int i = 0; i < 1 + epoch % 7; i++) {
                    synthesis.offer(frame, 0, 1 + (epoch + i) % 160, epoch, SpeechPump.DATA);
                    playout.tick(0, false);
                }
                // The flush comes while the host is somewhere within the reply, not always far behind it.
                long reached = output.produced() - epoch % 3;
                while (output.consumed() < reached) {
                    Thread.yield();
                }
                counted += playout.flush();
            }
            done.set(true);

            assertThat(taken.get(60, TimeUnit.SECONDS)).isEqualTo(counted);
            assertThat(counted).isPositive();
        } finally {
            host.shutdownNow();
        }
    }
}
