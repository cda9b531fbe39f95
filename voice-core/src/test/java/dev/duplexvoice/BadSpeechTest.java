package dev.duplexvoice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.support.Scene;
import dev.duplexvoice.support.ToneVoice;
import dev.duplexvoice.tts.SpeechSynthesizer;
import dev.duplexvoice.tts.SynthesisRequest;
import dev.duplexvoice.tts.SynthesisStream;
import dev.duplexvoice.tts.TextSegmenter;
import dev.duplexvoice.tts.WordTiming;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Text that cannot be spoken and voices that do not speak: one error each, and the session goes on. */
class BadSpeechTest {
    /** The clause that a voice is bad with; each of its words takes 200 ms. */
    private static final String BAD = "Now it breaks.";

    private static final String TEXT = "One two three. " + BAD + " Seven eight.";

    /** A voice like another, but for one clause. */
    private record Voice(ToneVoice good, BiFunction<SynthesisRequest, SynthesisStream, SynthesisStream> bad)
            implements SpeechSynthesizer {
        @Override
        public String voice() {
            return "bad";
        }

        @Override
        public int sampleRate() {
            return good.sampleRate();
        }

        @Override
        public int maxTextLength() {
            return good.maxTextLength();
        }

        @Override
        public SynthesisStream start(SynthesisRequest request, Runnable readable) {
            SynthesisStream stream = good.start(request, readable);
            return request.text().equals(BAD) ? bad.apply(request, stream) : stream;
        }

        @Override
        public void close() {
            good.close();
        }
    }

    /** A stream like another, but for what a test overrides. */
    private abstract static class Stream implements SynthesisStream {
        final SynthesisStream good;

        Stream(SynthesisStream good) {
            this.good = good;
        }

        @Override
        public int read(short[] buffer, int offset, int length) {
            return good.read(buffer, offset, length);
        }

        @Override
        public List<WordTiming> words() {
            return good.words();
        }

        @Override
        public void cancel() {
            good.cancel();
        }

        @Override
        public void close() {
            good.close();
        }
    }

    private interface Read {
        int read(SynthesisStream good, short[] buffer, int offset, int length);
    }

    private static Scene scene(BiFunction<SynthesisRequest, SynthesisStream, SynthesisStream> bad) {
        Scene scene = new Scene();
        scene.options.synthesizer(new Voice(scene.voice, bad));
        return scene.set("synthesis.timeout", "2s");
    }

    private static Scene reading(Read read) {
        return scene((request, stream) -> new Stream(stream) {
            @Override
            public int read(short[] buffer, int offset, int length) {
                return read.read(good, buffer, offset, length);
            }
        });
    }

    private static Scene speaking(Scene scene) {
        scene.open()
                .at(0, () -> scene.session.say(TEXT))
                .at(10_000, () -> scene.session.say("All is well."))
                .runTo(13_000);
        return scene;
    }

    /** One error, what came before is heard, what was not spoken is not, and the next reply is spoken. */
    private static void check(Scene scene, String message, String... heard) {
        speaking(scene);
        assertThat(scene.events(SessionEvent.Failed.class)).singleElement().satisfies(failed -> {
            assertThat(failed.code()).isEqualTo(VoiceException.Code.SYNTHESIS);
            assertThat(failed.message()).isEqualTo(message);
        });
        List<SessionEvent.ReplyFinished> replies = scene.events(SessionEvent.ReplyFinished.class);
        assertThat(replies).hasSize(2);
        assertThat(replies.get(0).text()).isEqualTo(TEXT);
        assertThat(heard).contains(replies.get(0).heard());
        assertThat(replies.get(1).heard()).isEqualTo("All is well.");
        assertThat(scene.voice.closed.get()).isEqualTo(scene.voice.opened.get());
    }

    @Test
    void shouldFailTheReplyWhenTheVoiceThrowsAtTheStart() {
        Scene scene = scene((request, stream) -> {
            stream.close();
            throw new IllegalStateException("out of memory");
        });
        check(scene, "voice bad failed: java.lang.IllegalStateException: out of memory", "One two", "One two three.");
    }

    @Test
    void shouldFailTheReplyWhenTheVoiceThrowsInTheMiddle() {
        int[] reads = new int[1];
        Scene scene = reading((good, buffer, offset, length) -> {
            if (++reads[0] > 8) {
                throw new VoiceException(VoiceException.Code.SYNTHESIS, "the line is dead");
            }
            return good.read(buffer, offset, length);
        });
        check(scene, "the line is dead", "One two three.", "One two");
    }

    @Test
    void shouldFailTheReplyWhenTheVoiceGivesNothing() {
        check(
                reading((good, buffer, offset, length) -> SynthesisStream.END),
                "voice bad gave no audio for 'Now it breaks.'",
                "One two",
                "One two three.");
    }

    @Test
    void shouldFailTheReplyWhenTheVoiceNeverGivesAnything() {
        check(
                reading((good, buffer, offset, length) -> 0),
                "voice bad gave no audio for 2000ms: see synthesis.timeout",
                "One two three.");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1_000, Integer.MAX_VALUE - 5_000})
    void shouldFailTheReplyWhenTheVoiceSaysThatItGaveMoreThanAsked(int more) {
        Scene scene = reading((good, buffer, offset, length) -> length + more);
        speaking(scene);

        assertThat(scene.events(SessionEvent.Failed.class))
                .singleElement()
                .satisfies(failed -> assertThat(failed.message())
                        .matches("voice bad read returned \\d+: it was asked for at most \\d+ samples"));
        assertThat(scene.history()).hasSize(2).last().isEqualTo("AGENT: All is well.");
    }

    @Test
    void shouldFailTheReplyWhenTheVoiceReturnsNonsense() {
        check(
                reading((good, buffer, offset, length) -> -7),
                "voice bad read returned -7: it was asked for at most 960 samples",
                "One two",
                "One two three.");
    }

    @Test
    void shouldFailTheReplyWhenTheVoiceNeverEnds() {
        Scene scene = reading((good, buffer, offset, length) -> length);
        scene.open()
                .at(0, () -> scene.session.say(TEXT))
                .at(60_000, () -> scene.session.say("All is well."))
                .runTo(63_000);

        assertThat(scene.events(SessionEvent.Failed.class))
                .singleElement()
                .satisfies(failed -> assertThat(failed.message())
                        .isEqualTo("voice bad made 44 s of audio of 14 characters and goes on"));
        assertThat(scene.history()).last().isEqualTo("AGENT: All is well.");
    }

    @Test
    void shouldFailTheReplyWhenTheVoiceHasNoWordsAtAll() {
        Scene scene = scene((request, stream) -> new Stream(stream) {
            @Override
            public List<WordTiming> words() {
                return null;
            }
        });
        speaking(scene);

        assertThat(scene.lines("failed")).hasSize(1);
        assertThat(scene.history()).last().isEqualTo("AGENT: All is well.");
    }

    @Test
    void shouldGoOnWhenTheVoiceThrowsOnClose() {
        Scene scene = scene((request, stream) -> new Stream(stream) {
            @Override
            public void close() {
                good.close();
                throw new IllegalStateException("closed badly");
            }
        });
        speaking(scene);

        assertThat(scene.history()).containsExactly("AGENT: " + TEXT, "AGENT: All is well.");
    }

    static List<List<WordTiming>> garbage() {
        long far = Long.MAX_VALUE;
        List<List<WordTiming>> garbage = new ArrayList<>();
        garbage.add(List.of(new WordTiming(-5, -1, 0, 3), new WordTiming(0, 0, 4, 14)));
        garbage.add(List.of(new WordTiming(0, far, 0, 3)));
        garbage.add(List.of(new WordTiming(far, far, 0, 14)));
        garbage.add(List.of(new WordTiming(9_600, 100, 0, 3)));
        garbage.add(List.of(new WordTiming(9_600, 19_200, 0, 3), new WordTiming(0, 9_600, 4, 6)));
        garbage.add(List.of(new WordTiming(0, 0, 9, 3)));
        garbage.add(List.of(new WordTiming(0, 0, 4, 14), new WordTiming(0, 1, -9, 2)));
        return garbage;
    }

    /** The words of the clause are placed by their syllables, as if the voice gave no times. */
    @ParameterizedTest
    @MethodSource("garbage")
    void shouldNotBelieveWordTimesThatCannotBe(List<WordTiming> words) {
        Scene scene = scene((request, stream) -> new Stream(stream) {
            @Override
            public List<WordTiming> words() {
                return words;
            }
        });
        // Three words of 200 ms, and then 400 of the 600 ms of "Now it breaks.", which has three syllables.
        scene.open()
                .at(0, () -> scene.session.say(TEXT))
                .at(20 + 600 + 400 + 1, scene.session::interrupt)
                .runTo(3_000);

        assertThat(scene.lines("failed")).isEmpty();
        assertThat(scene.history()).containsExactly("AGENT: One two three. Now it [cut]");
    }

    static List<String> texts() {
        return List.of(
                "",
                "   \n\t ",
                "... !!! ?",
                "\u2014 \u2026 \u00a1 \u00bf",
                "\u0000\u0001\u0007\u001b\u007f",
                "\ud83d\ude00\ud83c\udf89",
                "\ud800",
                "\udc00 \ud83d",
                "***",
                "<speak></speak>");
    }

    @ParameterizedTest
    @MethodSource("texts")
    void shouldHearNothingAndGoOnWhenThereIsNothingToSay(String text) {
        for (boolean whole : new boolean[] {false, true}) {
            Scene scene = new Scene();
            scene.voice.wholeReplies = whole;
            scene.options.processing(OutputProcessing.DEFAULT);
            scene.open()
                    .at(0, () -> scene.session.say(text))
                    .at(2_000, () -> scene.session.say("All is well."))
                    .runTo(5_000);

            assertThat(scene.lines("failed")).isEmpty();
            assertThat(scene.voice.texts).containsExactly("All is well.");
            assertThat(scene.events(SessionEvent.ReplyFinished.class))
                    .extracting(SessionEvent.ReplyFinished::heard)
                    .containsExactly("", "All is well.");
        }
    }

    @Test
    void shouldSpeakWithoutMarkupAndControlCharactersWhatIsLeftOfIt() {
        Scene scene = new Scene();
        String text = "<speak><prosody rate=\"fast\">Hello</prosody> there</speak>,\u0000 my\u0007 \ud800friend.";
        scene.open().at(0, () -> scene.session.say(text)).runTo(5_000);

        assertThat(scene.voice.texts)
                .hasSize(1)
                .allSatisfy(spoken -> assertThat(spoken)
                        .startsWith("Hello there, my")
                        .endsWith("friend.")
                        .doesNotContain("<", "\u0000", "\u0007"));
        assertThat(scene.history()).containsExactly("AGENT: " + text);
    }

    @Test
    void shouldSpeakAHundredThousandCharactersWithoutASpaceInPieces() {
        Scene scene = new Scene();
        scene.voice.samplesPerWord = 480;
        String text = "a".repeat(100_000);
        scene.open()
                .at(0, () -> scene.session.say(text))
                .at(60_000, () -> scene.session.say("All is well."))
                .runTo(63_000);

        assertThat(scene.lines("failed")).isEmpty();
        assertThat(String.join("", scene.voice.texts)).isEqualTo(text + "All is well.");
        assertThat(scene.voice.texts)
                .allSatisfy(clause -> assertThat(clause.length()).isLessThanOrEqualTo(TextSegmenter.MAX_SEGMENT));
        assertThat(scene.history()).containsExactly("AGENT: " + text, "AGENT: All is well.");
    }
}
