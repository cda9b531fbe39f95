package dev.duplexvoice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.dialog.Reply;
import dev.duplexvoice.support.Scene;
import dev.duplexvoice.support.ToneVoice;
import dev.duplexvoice.support.Transport;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Text comes at 20 tokens a second, and the voice is faster than speech: what is heard has no gap. */
class NoGapTest {
    private static final int WORD_MILLIS = 350;
    private static final int TOKEN_MILLIS = 50;

    private final AtomicInteger starved = new AtomicInteger();

    /** A scene whose answer comes token by token; the reply begins at 1.5 s. */
    private Scene scene(List<String> tokens, int tokenMillis) {
        Scene scene = new Scene();
        scene.telemetry = new VoiceTelemetry() {
            @Override
            public void frameStarved(String sessionId) {
                starved.incrementAndGet();
            }
        };
        scene.voice.samplesPerWord = ToneVoice.RATE * WORD_MILLIS / 1_000;
        scene.options.processing(OutputProcessing.DEFAULT);
        scene.options.responder((turn, reply) -> {
            reply.detach();
            write(scene, reply, tokens, 0, tokenMillis);
        });
        return scene;
    }

    private static void write(Scene scene, Reply reply, List<String> tokens, int next, int tokenMillis) {
        if (next == tokens.size()) {
            reply.complete();
            return;
        }
        reply.write(tokens.get(next));
        scene.clock.schedule(Duration.ofMillis(tokenMillis), () -> write(scene, reply, tokens, next + 1, tokenMillis));
    }

    /** The voice computes at this factor of real time and gives its audio in pieces. */
    private static void pace(Scene scene, double factor, int pieceMillis, int firstMillis) {
        scene.voice.stepSamples = ToneVoice.RATE * pieceMillis / 1_000;
        scene.voice.stepEvery = Duration.ofNanos((long) (factor * pieceMillis * 1_000_000));
        scene.voice.firstAudioAfter = Duration.ofMillis(firstMillis).plus(scene.voice.stepEvery);
    }

    private static List<String> sentences(Random random, int count, int shortest, int longest) {
        List<String> tokens = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int words = shortest + random.nextInt(longest - shortest + 1);
            for (int w = 1; w < words; w++) {
                // No clause has less than three words.
                tokens.add(w == 3 && words >= 6 && random.nextBoolean() ? "word, " : "word ");
            }
            tokens.add(random.nextBoolean() ? "word. " : "word! ");
        }
        return tokens;
    }

    /** Frames that were not there between the first and the last, and samples missing within them. */
    private static List<String> gaps(Scene scene) {
        List<String> gaps = new ArrayList<>();
        List<Transport.Frame> frames = scene.transport.frames();
        for (int i = 1; i < frames.size(); i++) {
            Transport.Frame frame = frames.get(i - 1);
            long missing = frames.get(i).position() - frame.position() - frame.spoken();
            if (missing != 0) {
                gaps.add(missing + " samples after " + frame.position());
            }
        }
        return gaps;
    }

    private void check(Scene scene, List<String> tokens, String as) {
        scene.open().speech(0, 1_000).runTo(120_000);
        assertThat(scene.lines("reply_finished")).as(as).hasSize(1);
        assertThat(scene.transport.spoken())
                .as(as)
                .hasSize(String.join("", tokens).split(" ").length * scene.voice.samplesPerWord);
        assertThat(gaps(scene)).as(as).isEmpty();
        assertThat(starved).as(as).hasValue(0);
    }

    /**
     * A voice that does one text at a time, as one machine does, is begun with a clause while the one before it is heard: it may
     * take as long to begin as it has gained on it by then.
     */
    @Test
    void shouldNeverStarveWhenTheVoiceIsFasterThanSpeech() {
        for (int seed = 0; seed < 400; seed++) {
            Random random = new Random(seed);
            double factor = 0.1 + 0.85 * random.nextDouble();
            int piece = 20 * (1 + random.nextInt(6));
            // The shortest clause has three words.
            int gained = (int) ((1 - factor) * 3 * WORD_MILLIS);
            int first = random.nextInt(Math.max(1, gained - piece));
            List<String> tokens = sentences(random, 2 + random.nextInt(5), 3, 15);
            Scene scene = scene(tokens, TOKEN_MILLIS);
            scene.voice.oneAtATime = true;
            pace(scene, factor, piece, first);
            check(scene, tokens, "seed " + seed + ", factor " + factor + ", piece " + piece + ", first " + first);
        }
    }

    /** One that does texts side by side, as a service does, may take up to 900 ms to begin, as long as three words are heard. */
    @Test
    void shouldNeverStarveWhenTheVoiceTakesLongToBeginButDoesTextsSideBySide() {
        for (int seed = 0; seed < 400; seed++) {
            Random random = new Random(seed);
            double factor = 0.1 + 0.85 * random.nextDouble();
            int piece = 20 * (1 + random.nextInt(6));
            List<String> tokens = sentences(random, 2 + random.nextInt(5), 3, 15);
            Scene scene = scene(tokens, TOKEN_MILLIS);
            int first = random.nextInt(900 - piece);
            pace(scene, factor, piece, first);
            check(scene, tokens, "seed " + seed + ", factor " + factor + ", piece " + piece + ", first " + first);
        }
    }

    @ParameterizedTest
    @CsvSource({"0, true", "1, false", "3, false"})
    void shouldBeginTheNextClauseWhileOneIsHeard(int ahead, boolean starves) {
        List<String> tokens = List.of("One two three. ", "Four five six. ", "Seven eight nine.");
        Scene scene = scene(tokens, TOKEN_MILLIS).set("synthesis.ahead", "" + ahead);
        pace(scene, 0.1, 100, 400);
        scene.open().speech(0, 1_000).runTo(60_000);

        assertThat(scene.history()).containsExactly("AGENT: One two three. Four five six. Seven eight nine.");
        assertThat(starved.get() > 0).isEqualTo(starves);
        assertThat(gaps(scene).isEmpty()).isEqualTo(!starves);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 5})
    void shouldBeginNoMoreClausesThanItIsTold(int ahead) {
        Scene scene = scene(
                        List.of("One is here. Two is there. Three too. Four goes. Five comes. Six sits. Seven ends."),
                        TOKEN_MILLIS)
                .set("synthesis.ahead", "" + ahead);
        pace(scene, 0.5, 100, 0);
        scene.open().speech(0, 1_000).runTo(1_900);

        assertThat(scene.voice.texts).hasSize(1 + ahead);
        assertThat(scene.voice.closed.get()).isLessThan(scene.voice.opened.get());
        scene.session.interrupt();
        scene.runTo(2_000);
        assertThat(scene.voice.closed).hasValue(scene.voice.opened.get());
        assertThat(scene.voice.texts).hasSize(1 + ahead);
    }

    /** Synthesis goes on while the output is paused, so nothing has to be waited for when it goes on, at the next sample. */
    @Test
    void shouldGoOnAtTheNextSampleAndWithoutAGapWhenItWasPaused() {
        Scene scene = scene(List.of("One two three four. ", "Five six seven eight. ", "Nine ten."), TOKEN_MILLIS);
        scene.options.processing(OutputProcessing.NONE);
        pace(scene, 0.6, 100, 300);
        scene.open().speech(0, 1_000).speech(2_903, 3_003).runTo(20_000);

        assertThat(scene.lines("paused", "resumed"))
                .containsExactly("2.903 paused position=1.020", "3.303 resumed position=1.020");
        assertThat(scene.transport.spoken()).isEqualTo(ToneVoice.samples(0, 10L * scene.voice.samplesPerWord));
        // The only frame that does not follow the one before it is the first after the pause, and it comes with the
        // next tick.
        assertThat(gaps(scene)).singleElement().asString().endsWith("after 139200");
        assertThat(scene.transport.frames().stream()
                        .mapToLong(Transport.Frame::position)
                        .filter(position -> position > 139_200)
                        .min())
                .hasValue(3_320 * 48);
        assertThat(starved).hasValue(0);
    }

    /** Clause and text meet while the last of the clause is on its way: nothing is padded, and nothing is faded. */
    @Test
    void shouldJoinClausesWhenTheTextComesJustInTime() {
        List<String> tokens = List.of("One two three. ", "Four five six. ");
        Scene scene = scene(tokens, 1_000);
        scene.options.processing(OutputProcessing.NONE.withFade(Duration.ofMillis(5)));
        check(scene, tokens, "text in time");
        short[] spoken = scene.transport.spoken();
        // But for the end, which is faded out.
        assertThat(Arrays.copyOf(spoken, spoken.length - 240)).isEqualTo(ToneVoice.samples(0, spoken.length - 240));
    }

    @Test
    void shouldCountWhatIsMissingWhenTheVoiceIsSlowerThanSpeech() {
        Scene scene = scene(List.of("One two three four."), TOKEN_MILLIS);
        pace(scene, 1.5, 100, 0);
        scene.open().speech(0, 1_000).runTo(60_000);

        // 1.4 s take 2.1 s, of which the first piece is waited for.
        assertThat(starved.get()).isBetween(10, 40);
        assertThat(scene.history()).containsExactly("AGENT: One two three four.");
    }

    @Test
    void shouldNotBlameTheVoiceWhenTheTextIsLate() {
        Scene scene = scene(List.of("One two three. ", "Four five six. ", "Seven."), 2_500);
        pace(scene, 0.5, 100, 200);
        scene.open().speech(0, 1_000).runTo(60_000);

        assertThat(gaps(scene)).hasSize(2);
        assertThat(starved).hasValue(0);
        assertThat(scene.history()).containsExactly("AGENT: One two three. Four five six. Seven.");
    }

    @Test
    void shouldHearTheSameWhateverIsMadeAhead() {
        List<String> heard = new ArrayList<>();
        for (String[] how : new String[][] {{"0", "0ms"}, {"1", "0ms"}, {"0", "1s"}, {"1", "1s"}, {"8", "30s"}}) {
            Scene scene = new Scene().answering("One two three, four. Five six seven. Eight nine. Ten eleven twelve.");
            scene.set("synthesis.ahead", how[0], "synthesis.buffer", how[1]);
            scene.voice.samplesPerWord = 7_777;
            scene.open().speech(0, 1_000).speech(3_010, 3_600).runTo(5_000);
            heard.add(String.join("\n", scene.lines()) + scene.transport.spoken().length);
        }
        assertThat(heard).containsOnly(heard.get(0));
    }
}
