package dev.duplexvoice.tts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplexvoice.support.Scene;
import dev.duplexvoice.support.ToneVoice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PhraseCacheTest {
    private final ToneVoice voice = new ToneVoice();
    private final PhraseCache cache = new PhraseCache(voice, 10_000_000);

    private static short[] read(SynthesisStream stream, int piece) {
        short[] all = new short[0];
        short[] buffer = new short[piece + 3];
        for (int got = stream.read(buffer, 3, piece); got != SynthesisStream.END; got = stream.read(buffer, 3, piece)) {
            int before = all.length;
            all = Arrays.copyOf(all, before + got);
            System.arraycopy(buffer, 3, all, before, got);
        }
        return all;
    }

    private static short[] say(SpeechSynthesizer from, String text, int piece) {
        try (SynthesisStream stream = from.start(SynthesisRequest.of(text), () -> {})) {
            return read(stream, piece);
        }
    }

    @Test
    void shouldGiveTheSameAudioAndWordsAgainWithoutTheVoice() {
        short[] first = say(cache, "One two.", 1_000);
        SynthesisStream again = cache.start(SynthesisRequest.of("One two."), () -> {});

        assertThat(again.expectedSamples()).isEqualTo(2L * voice.samplesPerWord);
        // Known at once.
        assertThat(again.words())
                .containsExactly(
                        new WordTiming(0, voice.samplesPerWord, 0, 3),
                        new WordTiming(voice.samplesPerWord, 2L * voice.samplesPerWord, 4, 8));
        assertThat(read(again, 777)).isEqualTo(first).hasSize(2 * voice.samplesPerWord);
        assertThat(voice.texts).containsExactly("One two.");
        assertThat(cache.stats())
                .isEqualTo(new PhraseCache.Stats(1, 1, 1, 2L * 2 * voice.samplesPerWord + 200 + 16 + 96));
        assertThat(voice.closed).hasValue(1);
    }

    @Test
    void shouldTellPhrasesApartByTextRateAndPitch() {
        for (int i = 0; i < 2; i++) {
            for (SynthesisRequest request : List.of(
                    new SynthesisRequest("One.", 1, 1),
                    new SynthesisRequest("One!", 1, 1),
                    new SynthesisRequest("One.", 1.5f, 1),
                    new SynthesisRequest("One.", 1, 1.5f))) {
                read(cache.start(request, () -> {}), 5_000);
            }
        }
        assertThat(voice.texts).hasSize(4);
        assertThat(cache.stats().hits()).isEqualTo(4);
    }

    @Test
    void shouldNotKeepWhatWasNotReadToItsEnd() {
        short[] buffer = new short[100];
        SynthesisStream cancelled = cache.start(SynthesisRequest.of("One two."), () -> {});
        cancelled.read(buffer, 0, 100);
        cancelled.cancel();
        assertThat(read(cancelled, 100)).isEmpty();
        cancelled.close();
        SynthesisStream closed = cache.start(SynthesisRequest.of("One two."), () -> {});
        closed.read(buffer, 0, 100);
        closed.close();

        assertThat(cache.stats()).isEqualTo(new PhraseCache.Stats(0, 2, 0, 0));
        assertThat(say(cache, "One two.", 9_000)).hasSize(2 * voice.samplesPerWord);
        assertThat(cache.stats().phrases()).isEqualTo(1);
    }

    @Test
    void shouldNotKeepWhatFailed() {
        voice.failOn = "BAD";
        assertThatThrownBy(() -> say(cache, "BAD one.", 100)).hasMessage("cannot speak");

        assertThat(cache.stats().phrases()).isZero();
    }

    @Test
    void shouldLetGoOfWhatWasNotAskedForTheLongestTime() {
        long one = 2L * voice.samplesPerWord + 200 + 2 * 4 + 48;
        PhraseCache small = new PhraseCache(voice, 3 * one);
        for (String text : List.of("One.", "Two.", "Ten.", "One.", "Six.", "One.", "Two.")) {
            say(small, text, 5_000);
        }
        // Two went for Six, then Ten for Two.
        assertThat(voice.texts).containsExactly("One.", "Two.", "Ten.", "Six.", "Two.");
        assertThat(small.stats()).isEqualTo(new PhraseCache.Stats(2, 5, 3, 3 * one));
    }

    @Test
    void shouldNotKeepWhatIsLongerThanTheWhole() {
        PhraseCache small = new PhraseCache(voice, 2L * voice.samplesPerWord);
        assertThat(say(small, "One.", 5_000)).hasSize(voice.samplesPerWord);

        assertThat(small.stats()).isEqualTo(new PhraseCache.Stats(0, 1, 0, 0));
    }

    @Test
    void shouldMakePhrasesBeforeTheyAreAskedFor() {
        cache.warm(List.of("Hello.", "Goodbye.", "Hello."));
        assertThat(voice.texts).containsExactly("Hello.", "Goodbye.");
        say(cache, "Goodbye.", 5_000);

        assertThat(voice.texts).hasSize(2);
        assertThat(cache.stats().hits()).isEqualTo(1);
        assertThat(cache.stats().misses()).isZero();
    }

    @Test
    void shouldSaySoWhenAPhraseCannotBeMade() {
        voice.failOn = "BAD";
        assertThatThrownBy(() -> cache.warm(List.of("Good.", "BAD.", "Better.")))
                .hasMessage("cannot speak");

        assertThat(cache.stats().phrases()).isEqualTo(1);
        assertThat(voice.closed).hasValue(2);
    }

    @Test
    void shouldRefuseToHoldNothing() {
        assertThatThrownBy(() -> new PhraseCache(voice, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("maxBytes=0: must be at least 1");
    }

    @Test
    void shouldForgetAndCloseTheVoiceWhenClosed() {
        say(cache, "One.", 5_000);
        cache.close();

        assertThat(cache.stats().phrases()).isZero();
        assertThat(cache.stats().bytes()).isZero();
    }

    @Test
    void shouldBeginNothingWhenClosed() {
        say(cache, "One.", 5_000);
        cache.close();
        cache.close();

        assertThatThrownBy(() -> cache.start(SynthesisRequest.of("One."), () -> {}))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> cache.warm(List.of("Two."))).isInstanceOf(IllegalStateException.class);
        assertThat(voice.texts).containsExactly("One.");
    }

    @Test
    void shouldLetStreamsGoOnButKeepNothingOfThemWhenClosed() {
        say(cache, "One.", 5_000);
        SynthesisStream kept = cache.start(SynthesisRequest.of("One."), () -> {});
        SynthesisStream made = cache.start(SynthesisRequest.of("Two."), () -> {});
        cache.close();

        assertThat(read(kept, 5_000)).hasSize(voice.samplesPerWord);
        assertThat(read(made, 5_000)).hasSize(voice.samplesPerWord);
        assertThat(cache.stats().phrases()).isZero();
        assertThat(cache.stats().bytes()).isZero();
    }

    @Test
    void shouldSpeakASessionsRepeatedClausesFromMemory() {
        Scene scene = new Scene();
        PhraseCache remembered = new PhraseCache(scene.voice, 10_000_000);
        scene.options.synthesizer(remembered);
        scene.open()
                .at(0, () -> scene.session.say("Hello there, friend. How are you?"))
                .at(5_000, () -> scene.session.say("Hello there, friend. What now?"))
                .runTo(9_000);

        assertThat(scene.voice.texts).containsExactly("Hello there, friend.", "How are you?", "What now?");
        assertThat(scene.history())
                .containsExactly("AGENT: Hello there, friend. How are you?", "AGENT: Hello there, friend. What now?");
        short[] spoken = scene.transport.spoken();
        int three = 3 * scene.voice.samplesPerWord;
        assertThat(Arrays.copyOfRange(spoken, 2 * three, 3 * three)).isEqualTo(Arrays.copyOf(spoken, three));
    }

    @Test
    void shouldStayWithinItsBoundAndGiveWholePhrasesWhenThreadsShareIt() throws Exception {
        voice.shapeBeginsWithEachText = true;
        voice.samplesPerWord = 500;
        long most = 5 * (2L * 500 + 300);
        PhraseCache shared = new PhraseCache(voice, most);
        short[] whole = ToneVoice.samples(0, 500);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<Boolean>> done = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                int from = t;
                Callable<Boolean> speaking = () -> {
                    for (int i = 0; i < 3_000; i++) {
                        if (!Arrays.equals(say(shared, "word" + (from + i * 7) % 9, 100 + i % 300), whole)
                                || shared.stats().bytes() > most) {
                            return false;
                        }
                    }
                    return true;
                };
                done.add(threads.submit(speaking));
            }
            for (Future<Boolean> one : done) {
                assertThat(one.get(60, TimeUnit.SECONDS)).isTrue();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(shared.stats().hits()).isPositive();
        assertThat(shared.stats().hits() + shared.stats().misses()).isEqualTo(12_000);
    }
}
