package dev.duplexvoice.onnx.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.onnx.OnnxDecoder;
import dev.duplexvoice.onnx.OnnxDevice;
import dev.duplexvoice.onnx.PiperVoice;
import dev.duplexvoice.tts.SpeechSynthesizer;
import dev.duplexvoice.tts.SynthesisRequest;
import dev.duplexvoice.tts.SynthesisStream;
import dev.duplexvoice.tts.WordTiming;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Streams of a voice: what they give, who may close them when. */
class VoiceStreamTest {
    private static final String TEXT =
            "it is a long way, and nobody knows the end of it. ".repeat(8).trim();

    @TempDir
    private Path folder;

    private SpeechSynthesizer voice() {
        return PiperVoice.of(TinyVits.single().write(folder, "voice")).open();
    }

    /** All that a stream gives, read in pieces that are nobody's size. */
    static short[] all(SynthesisStream stream) {
        try (stream) {
            short[] audio = new short[1 << 16];
            int size = 0;
            while (true) {
                int read = stream.read(audio, size, Math.min(337, audio.length - size));
                if (read == SynthesisStream.END) {
                    return Arrays.copyOf(audio, size);
                }
                size += read;
            }
        }
    }

    private static short[] say(SpeechSynthesizer voice, String text) {
        return all(voice.start(SynthesisRequest.of(text), () -> {}));
    }

    @Test
    void shouldTellWordsInSamples() {
        // Letters last 3 frames of 4 samples, what is between and around them 1: "^_h_i_ _y_o_u_$".
        try (SpeechSynthesizer voice = voice();
                SynthesisStream stream = voice.start(SynthesisRequest.of(" Hi  you"), () -> {})) {
            assertThat(voice.voice()).isEqualTo("voice");
            assertThat(voice.sampleRate()).isEqualTo(16_000);
            assertThat(stream.expectedSamples()).isEqualTo(-1);
            assertThat(stream.read(new short[1], 0, 1)).isEqualTo(1);
            assertThat(stream.words())
                    .containsExactly(
                            new WordTiming(4 * 2, 4 * (2 + 3 + 1 + 3), 1, 3),
                            new WordTiming(4 * (2 + 8 + 4), 4 * (2 + 8 + 4 + 11), 5, 8));
            assertThat(stream.expectedSamples()).isEqualTo(4 * (2 + 8 + 4 + 12 + 1));
        }
    }

    @Test
    void shouldGiveAsManySamplesAsItExpected() {
        try (SpeechSynthesizer voice = voice()) {
            assertThat(say(voice, " Hi  you")).hasSize(4 * 27);
        }
    }

    @Test
    void shouldSpeakSlowerAndFasterWhenAskedTo() {
        try (SpeechSynthesizer voice = voice()) {
            short[] slow = all(voice.start(new SynthesisRequest(TEXT, 0.5f, 1f), () -> {}));
            short[] normal = say(voice, TEXT);
            assertThat(slow).hasSize(2 * normal.length);
        }
    }

    @Test
    void shouldRefuseAnotherPitch() {
        try (SpeechSynthesizer voice = voice()) {
            assertThatThrownBy(() -> voice.start(new SynthesisRequest("hi", 1f, 1.2f), () -> {}))
                    .isInstanceOfSatisfying(
                            VoiceException.class, e -> assertThat(e.code()).isEqualTo(VoiceException.Code.UNSUPPORTED))
                    .hasMessage("pitch=1.2: voice voice has one pitch; leave it at 1");
        }
    }

    @Test
    void shouldEndAtOnceWhenThereIsNothingToSay() {
        try (SpeechSynthesizer voice = voice()) {
            for (String text : new String[] {"", " \n", "...", "\ud800", "\u0000\u001b", "42", "Ж"}) {
                assertThat(say(voice, text)).as(text).isEmpty();
            }
        }
    }

    @Test
    void shouldRefuseMoreTextThanItTakes() {
        try (SpeechSynthesizer voice = voice()) {
            String text = "a".repeat(voice.maxTextLength() + 1);
            assertThatThrownBy(() -> voice.start(SynthesisRequest.of(text), () -> {}))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("text.length=40001: at most 40000 characters, split it into sentences");
        }
    }

    @Test
    void shouldSpeakALongTextWithoutASpace() {
        try (SpeechSynthesizer voice = voice();
                SynthesisStream stream = voice.start(SynthesisRequest.of("a".repeat(5_000)), () -> {})) {
            short[] audio = new short[1_000];
            long samples = 0;
            for (int read; (read = stream.read(audio, 0, audio.length)) != SynthesisStream.END; ) {
                samples += read;
            }
            // Of 600 symbols each, three frames and a pad for each, three more at the ends.
            assertThat(samples).isEqualTo(4 * (5_000 * 4 + 9 * 3));
            assertThat(stream.words()).hasSize(9);
        }
    }

    @Test
    void shouldSpeakTheSameOnManyThreadsAtOnce() throws Exception {
        try (SpeechSynthesizer voice = voice()) {
            short[] expected = say(voice, TEXT);
            ExecutorService threads = Executors.newFixedThreadPool(8);
            try {
                List<Future<short[]>> results = new ArrayList<>();
                for (int i = 0; i < 64; i++) {
                    results.add(threads.submit(() -> say(voice, TEXT)));
                }
                for (Future<short[]> result : results) {
                    assertSame(result.get(), expected);
                }
            } finally {
                threads.shutdownNow();
            }
        }
    }

    /** But for rounding: the sizes of chunks depend on how fast the machine is just now. */
    private static void assertSame(short[] actual, short[] expected) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < actual.length; i++) {
            assertThat((int) actual[i]).isBetween(expected[i] - 1, expected[i] + 1);
        }
    }

    @Test
    void shouldEndAfterACancel() {
        try (SpeechSynthesizer voice = voice();
                SynthesisStream stream = voice.start(SynthesisRequest.of(TEXT), () -> {})) {
            assertThat(stream.read(new short[10], 0, 10)).isEqualTo(10);
            stream.cancel();
            stream.cancel();
            assertThat(stream.read(new short[10], 0, 10)).isEqualTo(SynthesisStream.END);
        }
    }

    @Test
    void shouldComputeNoFurtherChunkAfterACancelFromAnotherThread() throws Exception {
        Halting model = new Halting();
        OnnxStream stream = stream(model);
        Thread reader =
                new Thread(() -> assertThat(stream.read(new short[10], 0, 10)).isEqualTo(SynthesisStream.END));
        reader.start();
        model.within.await();
        stream.cancel();
        model.goOn.countDown();
        reader.join();
        assertThat(model.computed).hasValue(1);
        stream.close();
    }

    @Test
    void shouldStopARunInProgressWhenCancelled() throws Exception {
        try (SpeechSynthesizer voice = voice()) {
            String text = "a".repeat(voice.maxTextLength());
            for (int i = 0; i < 20; i++) {
                SynthesisStream stream = voice.start(SynthesisRequest.of(text), () -> {});
                Thread canceller = new Thread(stream::cancel);
                short[] audio = new short[4_000];
                assertThat(stream.read(audio, 0, 4)).isEqualTo(4);
                canceller.start();
                int read = 0;
                while (read != SynthesisStream.END) {
                    read = stream.read(audio, 0, audio.length); // throws nothing, wherever the cancel finds it
                }
                canceller.join();
                stream.close();
            }
        }
    }

    @Test
    void shouldRunNothingThatIsStopped() {
        PiperConfig config = PiperConfig.read(Path.of(TinyVits.single().write(folder, "voice") + ".json"), "tiny");
        Phrase phrase = new Phrase(new long[] {1, 0, 7, 0, 8, 0, 2}, 2, List.of());
        try (RunStop stop = new RunStop();
                VitsModel model = VitsModel.open(
                        OnnxReader.read(folder.resolve("voice.onnx")),
                        config,
                        0,
                        OnnxDevice.CPU,
                        1,
                        DecoderWish.of(OnnxDecoder.ONNX));
                Utterance utterance = model.begin(phrase, 1f, stop)) {
            stop.stop();
            assertThatThrownBy(utterance::next)
                    .isInstanceOf(VoiceException.class)
                    .hasMessageContaining("terminate flag");
            assertThatThrownBy(() -> model.begin(phrase, 1f, stop).close())
                    .isInstanceOf(VoiceException.class)
                    .hasMessageContaining("terminate flag");
        }
    }

    @Test
    void shouldFreeOnceTheReaderIsOutWhenClosedMeanwhile() throws Exception {
        Halting model = new Halting();
        OnnxStream stream = stream(model);
        Thread reader = new Thread(() -> stream.read(new short[10], 0, 10));
        reader.start();
        model.within.await();
        stream.close();
        assertThat(model.freed).hasValue(0);
        model.goOn.countDown();
        reader.join();
        assertThat(model.freed).hasValue(1);
        stream.close();
        assertThat(model.freed).hasValue(1);
        assertThat(model.left).hasValue(1);
        assertThatThrownBy(() -> stream.read(new short[1], 0, 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("synthesis stream is closed");
    }

    @Test
    void shouldKeepTheVoiceForItsStreamsWhenClosed() {
        SpeechSynthesizer voice = voice();
        SynthesisStream stream = voice.start(SynthesisRequest.of(TEXT), () -> {});
        voice.close();
        voice.close();
        assertThatThrownBy(() -> voice.start(SynthesisRequest.of("no"), () -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("voice voice is closed");
        assertThat(all(stream)).isNotEmpty();
    }

    private static OnnxStream stream(Halting model) {
        SharedLife life = new SharedLife("test", model.left::incrementAndGet);
        life.enter();
        OnnxStream stream =
                new OnnxStream(model, List.of(new Phrase(new long[] {1}, 1, List.of())), 1f, () -> {}, life);
        life.close();
        return stream;
    }

    /** A model whose every chunk waits. */
    private static final class Halting implements SpeechModel {
        final CountDownLatch within = new CountDownLatch(1);
        final CountDownLatch goOn = new CountDownLatch(1);
        final AtomicInteger computed = new AtomicInteger();
        final AtomicInteger freed = new AtomicInteger();
        final AtomicInteger left = new AtomicInteger();

        @Override
        public int sampleRate() {
            return 16_000;
        }

        @Override
        public Utterance begin(Phrase phrase, float rate, RunStop stop) {
            return new Utterance() {
                @Override
                public long samples() {
                    return 1_000;
                }

                @Override
                public long @Nullable [] idEnds() {
                    return null;
                }

                @Override
                public FloatBuffer next() {
                    computed.incrementAndGet();
                    within.countDown();
                    try {
                        goOn.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    return FloatBuffer.allocate(5);
                }

                @Override
                public void close() {
                    freed.incrementAndGet();
                }
            };
        }

        @Override
        public void close() {}
    }

    @Test
    void shouldHoldAtFullScaleWhatIsBeyondIt() {
        FloatBuffer samples = FloatBuffer.wrap(new float[] {0.5f, 1f, 7f, -1f, -7f, Float.NaN, 0f});
        short[] pcm = new short[9];
        assertThat(Pcm.take(samples, pcm, 1, 6)).isEqualTo(6);
        assertThat(pcm).containsExactly(0, 16_384, 32_767, 32_767, -32_767, -32_767, 0, 0, 0);
        assertThat(samples.remaining()).isEqualTo(1);
    }

    @Test
    void shouldSpeakAsTheSpeakerThatIsAskedFor() {
        TinyVits many = TinyVits.of(4);
        Path file = many.write(folder, "many");
        short[] first;
        try (SpeechSynthesizer voice = PiperVoice.of(file).open()) {
            first = say(voice, TEXT);
        }
        short[] bert;
        try (SpeechSynthesizer voice = PiperVoice.of(file).speaker("bert").open()) {
            assertThat(voice.voice()).isEqualTo("many#bert");
            bert = say(voice, TEXT);
        }
        assertThat(bert).isNotEqualTo(first).hasSameSizeAs(first);
        try (SpeechSynthesizer voice =
                PiperVoice.of(file).speaker("2").threads(2).open()) {
            assertSame(say(voice, TEXT), bert);
        }
    }

    @Test
    void shouldUseThePronouncerItIsGiven() {
        Path file = Fixtures.voice("x_low");
        try (SpeechSynthesizer voice = PiperVoice.of(file)
                        .pronouncer(new LetterPronouncer(Map.of("hello", List.of("həlˈoʊ"))))
                        .open();
                SynthesisStream stream = voice.start(SynthesisRequest.of("Hello, hello."), () -> {})) {
            assertThat(stream.read(new short[10], 0, 10)).isEqualTo(10);
            assertThat(stream.words()).extracting(WordTiming::textBegin).containsExactly(0, 7);
            assertThat(stream.words().get(1).startSample())
                    .isGreaterThan(stream.words().get(0).endSample());
        }
    }
}
