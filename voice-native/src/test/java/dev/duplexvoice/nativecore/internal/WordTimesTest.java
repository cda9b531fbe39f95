package dev.duplexvoice.nativecore.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.nativecore.NativeVoiceProvider;
import dev.duplexvoice.tts.PronouncedWord;
import dev.duplexvoice.tts.SpeechSynthesizer;
import dev.duplexvoice.tts.SynthesisRequest;
import dev.duplexvoice.tts.SynthesisStream;
import dev.duplexvoice.tts.UnspokenText;
import dev.duplexvoice.tts.WordTiming;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which words of a text the embedded voices say, and when: heard text rests on it. */
class WordTimesTest {
    private static final List<String> SENTENCES = List.of(
            "The last train to the coast leaves at noon, and the last bus at ten.",
            "It costs $3.50, or $1,250 or 5% or €3.20, on 12/24/2024 at 10:30 p.m.",
            "Oh! Is it? Yes. No... perhaps; or not: who knows?",
            "A i o u. Eight ate; our hour.",
            "It's mother-in-law's rock'n'roll (555) 123-4567, Dr. O'Neil.",
            "Hello 你好 friend, naïve café x² 5°.");

    private static final float[][] PROSODIES = {{1, 1}, {0.5f, 0.5f}, {0.5f, 2}, {2, 0.5f}, {2, 2}, {1.37f, 0.83f}};

    @ParameterizedTest
    @ValueSource(strings = {"rms", "slt", "awb", "kal16"})
    void shouldBeInOrderWithinTheAudioAtAnyRateAndPitch(String name) {
        try (SpeechSynthesizer voice = new NativeVoiceProvider().openVoice(name)) {
            for (float[] prosody : PROSODIES) {
                for (String text : SENTENCES) {
                    SynthesisRequest request = new SynthesisRequest(text, prosody[0], prosody[1]);
                    try (SynthesisStream stream = voice.start(request, () -> {})) {
                        long samples = Speech.drain(stream);
                        Speech.assertMonotone(stream.words(), samples, text);
                    }
                }
            }
        }
    }

    /** Amounts, dates, abbreviations, addresses: what is read out in any way is in a word. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "It costs $3.50, or $1,250 or 5% or £5 or 100 € or 20 ¢; $5M, US$5, -$5, $.50, %5, 50%off.",
                "On 12/24/2024 at 10:30 p.m. Dr. Smith, Jr., of the U.S.A., e.g. No. 5, etc., said.",
                "Mail joe.smith@example.com or see https://www.example.com/a_b?q=1&x=2#top now.",
                "It's well-known: mother-in-law's 'quoted' don't, rock'n'roll, the boys' toys, the '80s, 'tis O'Neil.",
                "1st 2nd 1,000,000 3.14 -5 +5 1/2 ½ 10° 5kg 10km/h #5 @home C++ C# a=b a&b x² 3×4 1'234 1,,5kg 007",
                "192.168.0.1 555-1234 (555) 123-4567 +1-800-555-0199 v1.2.3 0x1F 1e5 f(x){y} x_y snake_case a|b a<b>c",
                "“Naïve” café — Ærø, straße, Łódź; Ｆｕｌｌ　ｗｉｄｔｈ… e\u0301t\u0301e\u0301 hmm brrr pst",
            })
    void shouldHaveAWordForAllThatIsReadOut(String text) {
        for (String name : List.of("rms", "kal16")) {
            assertThat(leftOut(name, text)).as(name).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Hello 你好 friend.|你好",
                "hello你好world, (привет) abc-мир.|你好;(привет);-мир.",
                "नमस्ते there ① H₂O|नमस्ते;①;₂",
                "No 👍 ™ ♥ — … words.|",
            })
    void shouldHaveNoWordForWhatIsLeftOut(String text, String leftOut) {
        List<String> expected = leftOut == null ? List.of() : List.of(leftOut.split(";"));
        for (String name : List.of("rms", "kal16")) {
            assertThat(leftOut(name, text)).as(name).isEqualTo(expected);
        }
        // Voices that are given phonemes have their words from here.
        List<WordTiming> pronounced = FlitePronouncer.open().pronounce(text).stream()
                .map(WordTimesTest::untimed)
                .toList();
        assertThat(pieces(text, pronounced)).isEqualTo(expected);
    }

    @Test
    void shouldKnowATextOfWhichItCanSayNothingFromOneThatWasCutOff() {
        short[] buffer = new short[160];
        try (SpeechSynthesizer voice = new NativeVoiceProvider().openVoice("rms");
                SynthesisStream nothing = Speech.start(voice, "你好");
                SynthesisStream some = Speech.start(voice, "Hello 你好");
                SynthesisStream cancelled = Speech.start(voice, "Hello")) {
            assertThat(nothing.read(buffer, 0, 160)).isEqualTo(SynthesisStream.END);
            assertThat(nothing.isUnspeakable()).isTrue();
            assertThat(Speech.drain(some)).isPositive();
            assertThat(some.isUnspeakable()).isFalse();
            cancelled.cancel();
            assertThat(cancelled.read(buffer, 0, 160)).isEqualTo(SynthesisStream.END);
            assertThat(cancelled.isUnspeakable()).isFalse();
        }
    }

    private static WordTiming untimed(PronouncedWord word) {
        return new WordTiming(0, 0, word.textBegin(), word.textEnd());
    }

    private static List<String> leftOut(String name, String text) {
        try (SpeechSynthesizer voice = new NativeVoiceProvider().openVoice(name);
                SynthesisStream stream = Speech.start(voice, text)) {
            // All words are known with the first samples.
            assertThat(stream.read(new short[1], 0, 1)).isEqualTo(1);
            return pieces(text, stream.words());
        }
    }

    private static List<String> pieces(String text, List<WordTiming> words) {
        return UnspokenText.find(text, words).stream()
                .map(piece -> piece.of(text))
                .toList();
    }
}
