package dev.duplexvoice.internal.vocoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.duplexvoice.time.EngineClock;
import dev.duplexvoice.tts.Vocoder;
import dev.duplexvoice.tts.VocoderDevice;
import dev.duplexvoice.tts.VocoderOptions;
import dev.duplexvoice.tts.VocoderStream;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** With the scheduler's own thread and those of sessions. */
@Timeout(60)
class SchedulerThreadTest {
    private final EchoDevice device = new EchoDevice(EngineClock.system());

    private Vocoder vocoder() {
        return Vocoder.scheduled(
                device,
                new EchoDevice.OnCpu(),
                VocoderOptions.of(VocoderDevice.CUDA).withWindow(Duration.ZERO),
                EngineClock.system());
    }

    private static void assertSpeaks(VocoderStream stream, float value, int frames) {
        FloatBuffer given = FloatBuffer.allocate(EchoDevice.CHANNELS * frames);
        FloatBuffer samples = FloatBuffer.allocate((frames + 1) * EchoDevice.HOP);
        for (int i = 0; i < given.capacity(); i++) {
            given.put(i, value);
        }
        int made = stream.push(given, frames, frames, samples);
        made += stream.flush(samples.slice(made, samples.capacity() - made));
        assertThat(made).isEqualTo(frames * EchoDevice.HOP);
        for (int i = 0; i < made; i++) {
            assertThat(samples.get(i)).isEqualTo(value);
        }
        stream.reset();
    }

    @Test
    void shouldGiveEveryStreamItsOwnSamples() throws Exception {
        int sessions = 16;
        ExecutorService threads = Executors.newFixedThreadPool(sessions);
        List<Future<?>> all = new ArrayList<>();
        try (Vocoder vocoder = vocoder()) {
            for (int s = 0; s < sessions; s++) {
                float value = s + 1;
                all.add(threads.submit(() -> {
                    for (int i = 0; i < 40; i++) {
                        try (VocoderStream stream = vocoder.newStream(null)) {
                            assertSpeaks(stream, value, 1 + i % 11);
                            assertSpeaks(stream, value + 100, 3);
                        }
                    }
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(device.closed.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(device.open).isZero();
        assertThat(device.mostUnderWay).isLessThanOrEqualTo(2);
    }

    @Test
    void shouldLeaveOthersAloneWhenStreamsAreClosedWhileTheyPush() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try (Vocoder vocoder = vocoder();
                VocoderStream steady = vocoder.newStream(null)) {
            for (int round = 0; round < 200; round++) {
                VocoderStream victim = vocoder.newStream(null);
                CountDownLatch begun = new CountDownLatch(1);
                Future<?> pushing = threads.submit(() -> {
                    begun.countDown();
                    try {
                        for (int i = 0; i < 1_000; i++) {
                            assertSpeaks(victim, 5, 4);
                        }
                    } catch (IllegalStateException e) {
                        assertThat(e).hasMessageContaining("closed");
                    }
                });
                begun.await();
                Future<?> closing = threads.submit(victim::close);
                assertSpeaks(steady, 9, 3);
                closing.get();
                pushing.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(device.closed.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(device.open).isZero();
    }

    @Test
    void shouldKeepAnInterruptForWhoeverPushes() {
        try (Vocoder vocoder = vocoder();
                VocoderStream stream = vocoder.newStream(null)) {
            Thread.currentThread().interrupt();
            assertSpeaks(stream, 4, 9);
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void shouldRefuseAPushOnceItIsClosed() {
        try (Vocoder vocoder = vocoder()) {
            VocoderStream stream = vocoder.newStream(null);
            stream.close();
            assertThatIllegalStateException()
                    .isThrownBy(() -> assertSpeaks(stream, 1, 1))
                    .withMessageContaining("closed");
        }
    }
}
