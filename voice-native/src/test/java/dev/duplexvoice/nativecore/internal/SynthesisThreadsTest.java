package dev.duplexvoice.nativecore.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.nativecore.NativeVoiceProvider;
import dev.duplexvoice.tts.SpeechSynthesizer;
import dev.duplexvoice.tts.SynthesisStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SynthesisThreadsTest {
    private static final String LONG_TEXT =
            "This is a rather long sentence that goes on and on so that there is always more to read. ".repeat(10);

    private final ExecutorService executor = Executors.newCachedThreadPool();

    @AfterEach
    void shutdown() {
        executor.shutdownNow();
    }

    @Test
    void shouldEndTheStreamWhenCancelledByAnotherThread() throws Exception {
        try (SpeechSynthesizer synthesizer = new NativeVoiceProvider().openVoice("rms");
                SynthesisStream stream = Speech.start(synthesizer, LONG_TEXT)) {
            short[] buffer = new short[320];
            assertThat(stream.read(buffer, 0, 320)).isPositive();
            executor.submit(stream::cancel).get();
            executor.submit(stream::cancel).get();
            assertThat(stream.read(buffer, 0, 320)).isEqualTo(SynthesisStream.END);
            assertThat(stream.words()).isNotEmpty();
        }
    }

    @Test
    void shouldLeaveTheReadInProgressWhenCancelled() throws Exception {
        try (SpeechSynthesizer synthesizer = new NativeVoiceProvider().openVoice("slt")) {
            long whole = Speech.audio(synthesizer, LONG_TEXT).length;
            for (int round = 0; round < 20; round++) {
                try (SynthesisStream stream = Speech.start(synthesizer, LONG_TEXT)) {
                    CountDownLatch reading = new CountDownLatch(1);
                    Future<Long> reader = executor.submit(() -> {
                        reading.countDown();
                        return Speech.drain(stream);
                    });
                    reading.await();
                    stream.cancel();
                    assertThat(reader.get()).isLessThan(whole);
                }
            }
        }
    }

    @Test
    void shouldFreeAfterTheReadWhenClosedByAnotherThread() throws Exception {
        int live = NativeHandle.live();
        Random random = new Random(3);
        try (SpeechSynthesizer synthesizer = new NativeVoiceProvider().openVoice("kal16")) {
            for (int round = 0; round < 100; round++) {
                SynthesisStream stream = Speech.start(synthesizer, LONG_TEXT);
                int readsFirst = random.nextInt(5);
                CountDownLatch reading = new CountDownLatch(readsFirst + 1);
                Future<?> reader = executor.submit(() -> {
                    short[] buffer = new short[160];
                    try {
                        do {
                            reading.countDown();
                        } while (stream.read(buffer, 0, 160) != SynthesisStream.END);
                    } catch (IllegalStateException closed) {
                        assertThat(closed).hasMessage("synthesis stream is closed");
                    }
                });
                reading.await();
                Future<?> rival = executor.submit(stream::close);
                stream.cancel();
                stream.close();
                rival.get();
                reader.get();
            }
        }
        assertThat(NativeHandle.live()).isEqualTo(live);
    }

    @Test
    void shouldGiveTheSameAudioWhenSixteenThreadsSpeakAtOnce() throws Exception {
        int threads = 16;
        String text = "Sixteen threads say the same sentence with one voice.";
        try (SpeechSynthesizer synthesizer = new NativeVoiceProvider().openVoice("kal16")) {
            short[] alone = Speech.audio(synthesizer, text);
            CyclicBarrier barrier = new CyclicBarrier(threads);
            List<Future<short[]>> results = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                results.add(executor.submit(() -> {
                    barrier.await();
                    return Speech.audio(synthesizer, text);
                }));
            }
            for (Future<short[]> result : results) {
                assertThat(result.get()).isEqualTo(alone);
            }
        }
    }

    @Test
    void shouldSpeakInFullWhenSixteenThreadsUseAllVoices() throws Exception {
        String text = "All voices at the same time.";
        List<Future<Boolean>> results = new ArrayList<>();
        List<SpeechSynthesizer> voices = new ArrayList<>();
        NativeVoiceProvider provider = new NativeVoiceProvider();
        provider.voices().forEach(voice -> voices.add(provider.openVoice(voice)));
        CyclicBarrier barrier = new CyclicBarrier(16);
        for (int i = 0; i < 16; i++) {
            SpeechSynthesizer voice = voices.get(i % voices.size());
            int length = Speech.audio(voice, text).length;
            results.add(executor.submit(() -> {
                barrier.await();
                return Speech.audio(voice, text).length == length;
            }));
        }
        for (Future<Boolean> result : results) {
            assertThat(result.get()).isTrue();
        }
        voices.forEach(SpeechSynthesizer::close);
    }

    @Test
    void shouldStartOrRefuseWhenTheVoiceIsClosedByAnotherThread() throws Exception {
        int live = NativeHandle.live();
        for (int round = 0; round < 100; round++) {
            SpeechSynthesizer synthesizer = new NativeVoiceProvider().openVoice("awb");
            CountDownLatch starting = new CountDownLatch(4);
            List<Future<?>> starters = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                starters.add(executor.submit(() -> {
                    starting.countDown();
                    try {
                        while (true) {
                            Speech.start(synthesizer, "Hello").close();
                        }
                    } catch (IllegalStateException closed) {
                        assertThat(closed).hasMessage("voice awb is closed");
                    }
                }));
            }
            starting.await();
            synthesizer.close();
            for (Future<?> starter : starters) {
                starter.get();
            }
        }
        assertThat(NativeHandle.live()).isEqualTo(live);
    }
}
