package dev.duplexvoice.grpc.routing;

import static dev.duplexvoice.grpc.support.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.VoiceException;
import dev.duplexvoice.grpc.SpeechWorker;
import dev.duplexvoice.grpc.registry.StaticWorkerRegistry;
import dev.duplexvoice.grpc.support.NumberVoice;
import dev.duplexvoice.grpc.support.NumberVoice.Words;
import dev.duplexvoice.model.ModelWarmUp;
import dev.duplexvoice.tts.SpeechSynthesizer;
import dev.duplexvoice.tts.SpeechSynthesizerContract.Reader;
import dev.duplexvoice.tts.WordTiming;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Real workers that are lost while they speak. */
@Timeout(120)
class RoutedVoiceTest {
    private static final int WORDS = 60;
    private static final String TEXT = NumberVoice.count(WORDS);

    private final List<SpeechWorker> workers = new ArrayList<>();
    private final List<VoiceEngine> engines = new ArrayList<>();
    private StaticWorkerRegistry registry;
    private Router router;
    private RoutedVoice voice;

    private void start(int count, Words told, int sampleRate) {
        for (int i = 0; i < count; i++) {
            start(told, 0);
        }
        registry = StaticWorkerRegistry.at(
                workers.stream().map(RoutedVoiceTest::address).toArray(String[]::new));
        router = Router.builder(registry).build();
        voice = RoutedVoice.builder(router).sampleRate(sampleRate).build();
    }

    private SpeechWorker start(Words told, int port) {
        VoiceEngine engine = VoiceEngine.builder()
                .providers(List.of(new NumberVoice(told)))
                .voiceModels(models -> models.warmUp(ModelWarmUp.none()))
                .build();
        engines.add(engine);
        SpeechWorker worker = SpeechWorker.builder(engine).port(port).start();
        workers.add(worker);
        return worker;
    }

    private static String address(SpeechWorker worker) {
        return "grpc://127.0.0.1:" + worker.port();
    }

    /** Ends the one that speaks, at once. */
    private void killTheSpeaking() {
        List<SpeechWorker> speaking = workers.stream()
                .filter(worker -> worker.stats().syntheses() > 0)
                .toList();
        assertThat(speaking).hasSize(1);
        speaking.get(0).close();
        workers.remove(speaking.get(0));
    }

    @AfterEach
    void stop() {
        voice.close();
        eventually("places are given back", () -> router.status().stream().allMatch(worker -> worker.inFlight() == 0));
        workers.forEach(SpeechWorker::close);
        engines.forEach(VoiceEngine::close);
    }

    private static short[] plus(short[] one, short[] other) {
        short[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }

    private short[] read(Reader reader, int samples) throws InterruptedException {
        short[] audio = new short[0];
        while (audio.length < samples) {
            short[] more = reader.read(960);
            assertThat(more).isNotEmpty();
            audio = plus(audio, more);
        }
        return audio;
    }

    private static void assertWordsAreWhereTheyAreHeard(short[] audio, List<WordTiming> words) {
        assertThat(words).hasSize(WORDS);
        for (int i = 0; i < WORDS; i++) {
            WordTiming word = words.get(i);
            String number = Integer.toString(i + 1);
            assertThat(TEXT.substring(word.textBegin(), word.textEnd())).isEqualTo(number);
            for (long at = word.startSample(); at < word.endSample(); at++) {
                assertThat(audio[(int) at])
                        .as("sample %s of word %s", at, number)
                        .isEqualTo((short) (i + 1));
            }
        }
    }

    static Stream<Arguments> losses() {
        Stream<Arguments> ahead = IntStream.of(1, 480, 481, 3_500, 4_000, 10_000, 33_333, 48_000, 77_777, 100_000)
                .mapToObj(samples -> Arguments.of(Words.AHEAD, samples));
        Stream<Arguments> others = Stream.of(Words.WITH_THEIR_AUDIO, Words.AT_THE_END, Words.NEVER)
                .flatMap(told -> IntStream.of(1, 5_000, 60_001).mapToObj(samples -> Arguments.of(told, samples)));
        return Stream.concat(ahead, others);
    }

    @ParameterizedTest
    @MethodSource("losses")
    void shouldSpeakEveryWordOnceWhereverAWorkerIsLost(Words told, int samples) throws InterruptedException {
        start(2, told, NumberVoice.RATE);
        try (Reader reader = new Reader(voice, TEXT)) {
            short[] before = read(reader, samples);

            killTheSpeaking();

            short[] audio = plus(before, reader.all(960));
            assertThat(NumberVoice.heard(audio)).isEqualTo(NumberVoice.all(WORDS));
            if (told == Words.NEVER) {
                assertThat(reader.stream.words()).isEqualTo(List.of());
            } else {
                assertWordsAreWhereTheyAreHeard(audio, reader.stream.words());
            }
        }
    }

    @Test
    void shouldSpeakEveryWordOnceWhenTwoWorkersAreLost() throws InterruptedException {
        start(3, Words.AHEAD, NumberVoice.RATE);
        try (Reader reader = new Reader(voice, TEXT)) {
            short[] audio = read(reader, 5_000);
            killTheSpeaking();
            audio = plus(audio, read(reader, 110_000));
            killTheSpeaking();
            audio = plus(audio, reader.all(700));

            assertThat(NumberVoice.heard(audio)).isEqualTo(NumberVoice.all(WORDS));
            assertWordsAreWhereTheyAreHeard(audio, reader.stream.words());
        }
    }

    @Test
    void shouldGoOnAtTheSameRate() throws InterruptedException {
        start(2, Words.AHEAD, 16_000);
        // More than waits here and in the connection at this rate.
        String text = NumberVoice.count(120);
        try (Reader reader = new Reader(voice, text)) {
            short[] audio = read(reader, 10_000);
            killTheSpeaking();
            audio = plus(audio, reader.all(700));

            assertThat(NumberVoice.heard(audio))
                    .extracting(NumberVoice.Heard::number)
                    .isEqualTo(NumberVoice.all(120).stream()
                            .map(NumberVoice.Heard::number)
                            .toList());
        }
    }

    @Test
    void shouldFailOnceWhenNobodyIsLeftAndSpeakAgainWhenAWorkerIsBack() throws InterruptedException {
        start(2, Words.AHEAD, NumberVoice.RATE);
        int port = workers.get(0).port();
        try (Reader reader = new Reader(voice, TEXT)) {
            short[] before = read(reader, 5_000);
            List.copyOf(workers).forEach(SpeechWorker::close);
            workers.clear();

            assertThatThrownBy(() -> reader.all(960)).isInstanceOfSatisfying(VoiceException.class, e -> {
                assertThat(e.code()).isEqualTo(VoiceException.Code.SYNTHESIS);
                assertThat(e).hasMessageContaining("is not spoken").hasMessageContaining("UNAVAILABLE");
            });
            // Again the same, and only whole words before.
            assertThatThrownBy(() -> reader.read(960)).isInstanceOf(VoiceException.class);
            assertThat(NumberVoice.heard(before)).isNotEmpty();
            List<WordTiming> words = reader.stream.words();
            assertThat(words.get(words.size() - 1).endSample()).isGreaterThanOrEqualTo(before.length - 960);
        }
        start(Words.AHEAD, port);
        try (Reader reader = new Reader(voice, TEXT)) {
            assertThat(NumberVoice.heard(reader.all(960))).isEqualTo(NumberVoice.all(WORDS));
        }
    }

    @Test
    void shouldTellThatThereIsNoWorkerAtAll() {
        start(0, Words.AHEAD, NumberVoice.RATE);
        try (Reader reader = new Reader(voice, TEXT)) {
            assertThatThrownBy(() -> reader.all(960)).isInstanceOf(NoWorkerException.class);
        }
    }

    @Test
    void shouldKeepASessionOnItsWorkerAndForgetItWhenItIsClosed() throws InterruptedException {
        start(3, Words.AHEAD, NumberVoice.RATE);
        SpeechSynthesizer session = voice.forSession("s1");
        for (int i = 0; i < 4; i++) {
            try (Reader reader = new Reader(session, "1, 2.")) {
                reader.all(960);
            }
        }
        assertThat(workers.stream().filter(worker -> worker.stats().sessions() > 0))
                .hasSize(1);
        session.close();
        try (Reader reader = new Reader(voice, "1.")) {
            assertThat(NumberVoice.heard(reader.all(960))).hasSize(1);
        }
    }

    @Test
    void shouldCloseConnectionsOfWorkersThatTheRegistryDrops() throws InterruptedException {
        start(1, Words.AHEAD, NumberVoice.RATE);
        SpeechWorker worker = workers.get(0);
        try (Reader reader = new Reader(voice, TEXT)) {
            short[] before = read(reader, 1_000);
            registry.replace(List.of());

            assertThat(NumberVoice.heard(plus(before, reader.all(960)))).isEqualTo(NumberVoice.all(WORDS));
        }
        eventually("sessions are ended", () -> worker.stats().sessions() == 0);
    }

    @Test
    void shouldGoOnElsewhereWhenAWorkerIsFullAndNotBlameIt() throws InterruptedException {
        start(2, Words.AHEAD, NumberVoice.RATE);
        voice.close();
        voice = RoutedVoice.builder(router)
                .workers(remote -> remote.spareSessions(0).stallTimeout(Duration.ofSeconds(20)))
                .build();
        workers.forEach(worker -> worker.limits(1, Duration.ofMinutes(1)));
        try (Reader one = new Reader(voice, TEXT);
                Reader other = new Reader(voice, TEXT)) {
            one.read(960);
            assertThat(NumberVoice.heard(other.all(960))).isEqualTo(NumberVoice.all(WORDS));
            assertThat(NumberVoice.heard(one.all(960)))
                    .endsWith(NumberVoice.all(WORDS).get(WORDS - 1));
        }
        assertThat(router.status()).allMatch(status -> status.failures() == 0);
    }
}
