package dev.duplexvoice.internal.vocoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.telemetry.ServiceEvent;
import dev.duplexvoice.time.VirtualClock;
import dev.duplexvoice.tts.Vocoder;
import dev.duplexvoice.tts.VocoderDevice;
import dev.duplexvoice.tts.VocoderOptions;
import dev.duplexvoice.tts.VocoderStream;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whose turn it is, to the nanosecond: on a virtual clock, with a device that takes as long as a test says. */
class ScheduledVocoderTest {
    private static final long MILLI = 1_000_000;
    private static final VocoderOptions OPTIONS =
            VocoderOptions.of(VocoderDevice.CUDA).withStreams(1_000);

    private final VirtualClock clock = new VirtualClock();
    private final EchoDevice device = new EchoDevice(clock);
    private final EchoDevice.OnCpu onCpu = new EchoDevice.OnCpu();

    private Vocoder vocoder() {
        Vocoder vocoder = Vocoder.scheduled(device, onCpu, OPTIONS, clock);
        vocoder.telemetry(device);
        return vocoder;
    }

    /** A stream that pushes one frame at a time and keeps what came. */
    private final class Talker {
        final VocoderStream stream;
        final float value;
        final List<Float> heard = new ArrayList<>();
        final List<Long> at = new ArrayList<>();
        private final FloatBuffer samples = FloatBuffer.allocate(100);
        RuntimeException failure;

        Talker(Vocoder vocoder, float value) {
            this.stream = vocoder.newStream(null);
            this.value = value;
        }

        Talker push() {
            return push(1);
        }

        Talker push(int frames) {
            FloatBuffer given = FloatBuffer.allocate(EchoDevice.CHANNELS * frames);
            for (int i = 0; i < given.capacity(); i++) {
                given.put(i, value);
            }
            assertThat(stream.push(given, frames, frames, samples, this::take)).isEqualTo(VocoderStream.LATER);
            return this;
        }

        /** It hears something for so long. */
        Talker hears(long millis) {
            stream.neededIn(millis * MILLI);
            return this;
        }

        private void take() {
            try {
                int made = stream.take(samples);
                for (int i = 0; i < made; i++) {
                    heard.add(samples.get(i));
                }
                at.add(clock.nanoTime());
            } catch (RuntimeException e) {
                failure = e;
            }
        }
    }

    private List<Talker> talkers(Vocoder vocoder, int count) {
        List<Talker> talkers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            talkers.add(new Talker(vocoder, i + 1));
        }
        return talkers;
    }

    private void advance(long micros) {
        clock.advance(Duration.ofNanos(micros * 1_000));
    }

    @Test
    void shouldSendTheOnlyStreamAtOnce() {
        Talker talker = new Talker(vocoder(), 7);
        talker.push(2);
        advance(1_199);
        assertThat(talker.at).isEmpty();
        advance(1);
        assertThat(talker.at).containsExactly(1_200_000L);
        assertThat(talker.heard)
                .as("a frame is held back")
                .hasSize(EchoDevice.HOP)
                .containsOnly(7f);
        assertThat(device.told(ServiceEvent.VocoderBatch.class))
                .containsExactly(new ServiceEvent.VocoderBatch(1_200_000, 1, 1, 2, 0, 0, 1_200_000, false));
    }

    @Test
    void shouldSendAFirstFrameAtOnceThoughOthersMayCome() {
        List<Talker> talkers = talkers(vocoder(), 10);
        talkers.get(0).push();
        advance(1_100);
        assertThat(talkers.get(0).at).containsExactly(1_100_000L);
    }

    @Test
    void shouldWaitTheWindowForOthersWhenListenersHaveTime() {
        List<Talker> talkers = talkers(vocoder(), 10);
        talkers.get(0).hears(500).push();
        advance(400);
        talkers.get(1).hears(500).push();
        advance(599);
        assertThat(device.batches).isEmpty();
        advance(1);
        assertThat(device.batches).containsExactly(List.of(1f, 2f));
        assertThat(device.told(ServiceEvent.VocoderBatch.class)).isEmpty();
        advance(1_200);
        assertThat(device.told(ServiceEvent.VocoderBatch.class))
                .containsExactly(new ServiceEvent.VocoderBatch(2_200_000, 2, 0, 2, 0, MILLI, 1_200_000, false));
    }

    @Test
    void shouldNotWaitWhenAllThatAreOpenAreThereOrTheBatchIsFull() {
        List<Talker> talkers = talkers(vocoder(), 3);
        talkers.forEach(talker -> talker.hears(500).push());
        advance(0);
        assertThat(device.batches).containsExactly(List.of(1f, 2f, 3f));

        advance(10_000);
        device.batches.clear();
        EchoDevice small = new EchoDevice(clock);
        small.maxBatch = 2;
        Vocoder full = Vocoder.scheduled(small, onCpu, OPTIONS, clock);
        List<Talker> many = talkers(full, 10);
        many.get(0).hears(500).push();
        advance(0);
        assertThat(small.batches).isEmpty();
        many.get(1).hears(500).push();
        advance(0);
        assertThat(small.batches).containsExactly(List.of(1f, 2f));
    }

    @Test
    void shouldNotWaitTheWindowWhenAListenerWouldRunOut() {
        List<Talker> talkers = talkers(vocoder(), 10);
        // The device is known.
        talkers.get(9).push();
        advance(20_000);
        device.batches.clear();
        talkers.get(0).hears(2).push();
        advance(0);
        // A batch of 4 frames is thought to take 4.4 ms, so there is no time to lose.
        assertThat(device.batches).containsExactly(List.of(1f));
    }

    @Test
    void shouldLetWhoStarvesFirstGoFirst() {
        device.maxBatch = 1;
        List<Talker> talkers = talkers(vocoder(), 6);
        talkers.get(0).hears(900).push();
        talkers.get(1).hears(300).push();
        talkers.get(2).hears(600).push();
        talkers.get(3).push();
        talkers.get(4).hears(3).push();
        talkers.get(5).push();
        advance(100_000);
        // Two go before the device is known; then the endangered, those who hear nothing, the rest by time left.
        assertThat(device.batches.stream().map(batch -> batch.get(0))).containsExactly(4f, 6f, 5f, 2f, 3f, 1f);
    }

    @Test
    void shouldKnowByItselfWhenAListenerRunsOutWhereNobodyTells() {
        device.maxBatch = 1;
        List<Talker> talkers = talkers(vocoder(), 4);
        talkers.get(0).push(2); // hears 10 ms from 1.2 ms on
        talkers.get(1).push(4); // hears 30 ms from 2.6 ms on
        advance(3_000);
        device.batches.clear();
        talkers.get(1).push();
        talkers.get(0).push();
        advance(0);
        assertThat(device.batches.stream().map(batch -> batch.get(0))).containsExactly(1f, 2f);
        advance(60_000);
        device.batches.clear();
        // Both have been silent for long: none is ahead of the one who came first.
        talkers.get(1).push();
        talkers.get(0).push();
        advance(0);
        assertThat(device.batches.stream().map(batch -> batch.get(0))).containsExactly(2f, 1f);
    }

    @Test
    void shouldHaveTwoBatchesUnderWayAndNoMore() {
        device.maxBatch = 1;
        List<Talker> talkers = talkers(vocoder(), 5);
        talkers.forEach(Talker::push);
        advance(0);
        assertThat(device.batches).hasSize(2);
        advance(1_099);
        assertThat(device.batches).hasSize(2);
        advance(1);
        assertThat(device.batches).hasSize(3);
        advance(100_000);
        assertThat(device.mostUnderWay).isEqualTo(2);
        assertThat(talkers).allSatisfy(talker -> assertThat(talker.at).hasSize(1));
    }

    @Test
    void shouldCutABatchWhereTheMostUrgentWouldBeLate() {
        device.times = frames -> 100_000 + 300_000L * frames;
        List<Talker> talkers = talkers(vocoder(), 40);
        talkers.get(39).push();
        advance(20_000);
        device.batches.clear();
        for (int i = 0; i < 39; i++) {
            talkers.get(i).hears(900).push();
        }
        talkers.get(39).hears(0).push();
        advance(0);
        // 40 frames take 12.1 ms, and a first sound is to be there after 10.
        assertThat(device.batches.get(0)).hasSizeBetween(16, 31).startsWith(40f);
        advance(1_000_000);
        assertThat(talkers).allSatisfy(talker -> assertThat(talker.failure).isNull());
        assertThat(device.batches.stream().mapToInt(List::size).sum()).isEqualTo(40);
    }

    @Test
    void shouldCountWhoIsLate() {
        List<Talker> talkers = talkers(vocoder(), 2);
        device.times = frames -> 15 * MILLI;
        talkers.get(0).push();
        advance(1);
        talkers.get(1).hears(100).push();
        advance(100_000);
        List<ServiceEvent.VocoderBatch> batches = device.told(ServiceEvent.VocoderBatch.class);
        assertThat(batches.stream().map(ServiceEvent.VocoderBatch::late)).containsExactly(1, 0);
    }

    @Test
    void shouldFailOnlyTheBatchThatTheDeviceDoesNotTake() {
        device.maxBatch = 2;
        List<Talker> talkers = talkers(vocoder(), 4);
        device.submitProblem = new IllegalStateException("out of memory");
        talkers.forEach(Talker::push);
        advance(100_000);
        for (Talker failed : talkers.subList(0, 2)) {
            assertThat(failed.failure)
                    .isInstanceOfSatisfying(
                            VoiceException.class, e -> assertThat(e.code()).isEqualTo(VoiceException.Code.SYNTHESIS))
                    .hasMessageContaining("out of memory");
        }
        for (Talker other : talkers.subList(2, 4)) {
            assertThat(other.failure).isNull();
            assertThat(other.at).hasSize(1);
        }
        assertThat(device.told(ServiceEvent.VocoderBatch.class).stream().map(ServiceEvent.VocoderBatch::failed))
                .containsExactly(true, false);
        Talker again = talkers.get(0);
        again.failure = null;
        again.push();
        advance(100_000);
        assertThat(again.failure).isNull();
    }

    @Test
    void shouldFailOnlyTheBatchThatTheDeviceDoesNotFinish() {
        device.maxBatch = 1;
        List<Talker> talkers = talkers(vocoder(), 3);
        device.awaitProblem = new VoiceException(VoiceException.Code.SYNTHESIS, "the GPU fell off the bus");
        talkers.forEach(Talker::push);
        advance(100_000);
        assertThat(talkers.get(0).failure).isInstanceOf(VoiceException.class).hasMessageContaining("fell off");
        assertThat(talkers.get(1).failure).isNull();
        assertThat(talkers.get(1).at).hasSize(1);
        assertThat(talkers.get(2).at).hasSize(1);
    }

    @Test
    void shouldLeaveOthersAloneWhenOneIsClosedWhileItWaits() {
        device.maxBatch = 1;
        List<Talker> talkers = talkers(vocoder(), 4);
        talkers.forEach(Talker::push);
        advance(0);
        talkers.get(2).stream.close();
        assertThat(talkers.get(2).failure)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
        assertThat(device.open).isEqualTo(3);
        advance(100_000);
        assertThat(device.batches).containsExactly(List.of(1f), List.of(2f), List.of(4f));
        assertThat(talkers.get(3).at).hasSize(1);
    }

    @Test
    void shouldKeepThePlaceOfOneThatIsClosedUntilItsBatchIsOver() {
        List<Talker> talkers = talkers(vocoder(), 2);
        talkers.forEach(Talker::push);
        advance(0);
        talkers.get(0).stream.close();
        assertThat(device.open).as("it is under way").isEqualTo(2);
        advance(10_000);
        assertThat(device.open).isEqualTo(1);
        assertThat(talkers.get(0).failure).isInstanceOf(IllegalStateException.class);
        assertThat(talkers.get(1).at).hasSize(1);
        talkers.get(0).stream.close();
        assertThat(device.open).isEqualTo(1);
    }

    @Test
    void shouldComputeOnTheCpuWhatTheDeviceHasNoRoomFor() {
        device.most = 2;
        Vocoder vocoder = vocoder();
        talkers(vocoder, 2);
        assertThat(onCpu.streams).isZero();
        VocoderStream third = vocoder.newStream(null);
        vocoder.newStream(null);
        assertThat(onCpu.streams).isEqualTo(2);
        assertThat(third).isNotInstanceOf(ScheduledStream.class);
        assertThat(device.told(ServiceEvent.FellBack.class))
                .containsExactly(
                        new ServiceEvent.FellBack(0, "vocoder", "the device is full"),
                        new ServiceEvent.FellBack(0, "vocoder", "the device is full"));
    }

    @Test
    void shouldComputeNewStreamsOnTheCpuWhenTheDeviceIsLost() {
        Vocoder vocoder = vocoder();
        Talker talker = new Talker(vocoder, 1);
        assertThat(vocoder.device()).isEqualTo(VocoderDevice.CUDA);
        assertThat(vocoder.problem()).isNull();
        talker.push();
        advance(1);
        device.lost = "Xid 79";
        advance(10_000);
        assertThat(talker.at)
                .as("what is under way is the device's own business")
                .hasSize(1);
        vocoder.newStream(null);
        vocoder.newStream(null);
        assertThat(onCpu.streams).isEqualTo(2);
        assertThat(vocoder.device()).isEqualTo(VocoderDevice.CPU);
        assertThat(vocoder.problem()).isEqualTo("Xid 79");
        assertThat(device.told(ServiceEvent.FellBack.class))
                .containsExactly(new ServiceEvent.FellBack(1_100_000, "vocoder", "Xid 79"));
    }

    @Test
    void shouldGiveTheSameSamplesHoweverFramesAreParted() {
        Vocoder vocoder = vocoder();
        Talker talker = new Talker(vocoder, 3);
        for (int frames : new int[] {1, 4, 2, 3}) {
            talker.push(frames);
            advance(10_000);
        }
        assertThat(talker.stream.flush(talker.samples, talker::take)).isEqualTo(VocoderStream.LATER);
        advance(10_000);
        assertThat(talker.heard).hasSize(10 * EchoDevice.HOP).containsOnly(3f);
        assertThatIllegalStateException().isThrownBy(talker::push).withMessageContaining("flushed");
        talker.stream.reset();
        talker.push();
    }

    @Test
    void shouldLetNobodyWaitForEver() {
        // Who hears something is always about to run out, and there are more of them than the device can serve.
        device.maxBatch = 4;
        device.times = frames -> 10 * MILLI;
        Vocoder vocoder = vocoder();
        List<Talker> busy = talkers(vocoder, 40);
        Talker silent = new Talker(vocoder, 99);
        for (Talker talker : busy) {
            talker.hears(1).push();
        }
        keepBusy(busy, 200);
        long begun = clock.nanoTime();
        silent.push();
        long longest = OPTIONS.longestWait().toNanos();
        keepBusy(busy, longest / MILLI + 40);
        // Two batches under way, then his own.
        assertThat(silent.at).hasSize(1);
        assertThat(silent.at.get(0) - begun).isBetween(longest, longest + 30 * MILLI);
    }

    private void keepBusy(List<Talker> busy, long millis) {
        for (long i = 0; i < millis; i++) {
            advance(1_000);
            for (Talker talker : busy) {
                if (!talker.at.isEmpty()) {
                    talker.at.clear();
                    talker.hears(1).push();
                }
            }
        }
    }

    @Test
    void shouldRefuseMisuse() {
        Vocoder vocoder = vocoder();
        Talker talker = new Talker(vocoder, 1);
        FloatBuffer frames = FloatBuffer.allocate(8);
        FloatBuffer samples = FloatBuffer.allocate(100);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> vocoder.newStream(FloatBuffer.allocate(3)))
                .withMessageContaining("condition.length=3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> talker.stream.push(frames, 0, 1, samples, () -> {}))
                .withMessageContaining("count=0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> talker.stream.push(frames, 3, 2, samples, () -> {}))
                .withMessageContaining("stride=2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> talker.stream.push(frames, 4, 6, samples, () -> {}))
                .withMessageContaining("frames.remaining=8");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> talker.stream.push(frames, 4, 4, samples.slice(0, 39), () -> {}))
                .withMessageContaining("samples.remaining=39");
        frames.put(5, Float.NaN);
        assertThatThrownBy(() -> talker.stream.push(frames, 4, 4, samples, () -> {}))
                .isInstanceOf(VoiceException.class)
                .hasMessageContaining("frames[1][1]=NaN");
        assertThatIllegalStateException()
                .isThrownBy(() -> talker.stream.take(samples))
                .withMessageContaining("nothing is under way");
        assertThatIllegalStateException()
                .isThrownBy(() -> talker.stream.push(FloatBuffer.allocate(8), 4, 4, samples))
                .withMessageContaining("virtual clock");
        talker.push();
        assertThatIllegalStateException().isThrownBy(talker::push).withMessageContaining("under way");
        assertThatIllegalStateException().isThrownBy(talker.stream::reset).withMessageContaining("under way");
        talker.stream.close();
        assertThatIllegalStateException().isThrownBy(talker::push).withMessageContaining("closed");
    }

    @Test
    void shouldFreeTheDeviceWithTheLastStream() {
        Vocoder vocoder = vocoder();
        Talker talker = new Talker(vocoder, 1);
        vocoder.close();
        vocoder.close();
        assertThatIllegalStateException().isThrownBy(() -> vocoder.newStream(null));
        talker.push();
        advance(10_000);
        assertThat(talker.at).hasSize(1);
        assertThat(device.closed.getCount()).isEqualTo(1);
        talker.stream.close();
        assertThat(device.closed.getCount()).isZero();
        assertThat(onCpu.closed).isTrue();
        assertThat(device.told(ServiceEvent.SourceOpened.class)).hasSize(1);
        assertThat(device.told(ServiceEvent.SourceClosed.class)).hasSize(1);
    }

    @Test
    void shouldGoOnWhenSomebodyThrowsWhoIsTold() {
        List<Talker> talkers = talkers(vocoder(), 2);
        FloatBuffer frames = FloatBuffer.allocate(EchoDevice.CHANNELS);
        talkers.get(0).stream.push(frames, 1, 1, FloatBuffer.allocate(20), () -> {
            throw new IllegalStateException("a host's defect");
        });
        talkers.get(1).push();
        advance(10_000);
        assertThat(talkers.get(1).at).hasSize(1);
        talkers.get(1).push();
        advance(10_000);
        assertThat(talkers.get(1).at).hasSize(2);
    }

    @Test
    void shouldTellHowManyWait() {
        device.maxBatch = 1;
        List<Talker> talkers = talkers(vocoder(), 5);
        talkers.forEach(Talker::push);
        advance(0);
        assertThat(device.told(ServiceEvent.SourceOpened.class).get(0).source().vocoderQueue())
                .isEqualTo(3);
    }
}
