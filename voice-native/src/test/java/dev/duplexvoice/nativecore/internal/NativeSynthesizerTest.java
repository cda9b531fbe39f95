package dev.duplexvoice.nativecore.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.duplexvoice.nativecore.NativeVoiceProvider;
import dev.duplexvoice.tts.SpeechSynthesizer;
import dev.duplexvoice.tts.SynthesisRequest;
import dev.duplexvoice.tts.SynthesisStream;
import dev.duplexvoice.tts.WordTiming;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NativeSynthesizerTest {
    private final NativeVoiceProvider provider = new NativeVoiceProvider();

    @ParameterizedTest
    @ValueSource(strings = {"rms", "slt", "awb", "kal16"})
    void shouldSpeakWhenGivenAnyVoice(String voice) {
        try (SpeechSynthesizer synthesizer = provider.openVoice(voice)) {
            assertThat(synthesizer.voice()).isEqualTo(voice);
            assertThat(synthesizer.sampleRate()).isEqualTo(16_000);
            short[] audio = Speech.audio(synthesizer, "The quick brown fox jumps over the lazy dog.");
            assertThat(audio.length).isBetween(16_000, 6 * 16_000);
            assertThat(Signals.rms(audio)).isBetween(300.0, 10_000.0);
        }
    }

    @Test
    void shouldOfferTheVoicesOfTheNativeCoreWhenAsked() {
        provider.openVoice("rms").close();
        List<String> voices = IntStream.range(0, VoiceLibrary.voice_tts_voice_count())
                .mapToObj(i -> Status.text(VoiceLibrary.voice_tts_voice_name(i)))
                .toList();
        assertThat(provider.voices()).isEqualTo(voices);
    }

    @Test
    void shouldTimeEveryWordWhenTextIsPlain() {
        String text = "Hello brave new world, it is good to see you.";
        try (SpeechSynthesizer synthesizer = provider.openVoice("rms");
                SynthesisStream stream = Speech.start(synthesizer, text)) {
            assertThat(stream.words()).isEmpty();
            long samples = Speech.drain(stream);
            List<WordTiming> words = stream.words();
            assertThat(Speech.letters(words, text))
                    .containsExactly("Hello", "brave", "new", "world", "it", "is", "good", "to", "see", "you");
            Speech.assertMonotone(words, samples, text);
        }
    }

    @Test
    void shouldPointIntoTheJavaStringWhenTextIsNotAscii() {
        String text = "Hello 😀 naïve — café “friend”, you owe 42 dollars.";
        try (SpeechSynthesizer synthesizer = provider.openVoice("slt");
                SynthesisStream stream = Speech.start(synthesizer, text)) {
            long samples = Speech.drain(stream);
            assertThat(Speech.letters(stream.words(), text))
                    .containsExactly("Hello", "naïve", "café", "friend", "you", "owe", "42", "dollars");
            Speech.assertMonotone(stream.words(), samples, text);
        }
    }

    @Test
    void shouldSpeakTheRestWhenASurrogateIsAlone() {
        String text = "Good \ud83d morning \udc00 everyone";
        try (SpeechSynthesizer synthesizer = provider.openVoice("rms");
                SynthesisStream stream = Speech.start(synthesizer, text)) {
            long samples = Speech.drain(stream);
            assertThat(Speech.letters(stream.words(), text)).containsExactly("Good", "morning", "everyone");
            Speech.assertMonotone(stream.words(), samples, text);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "...", "😀😀", "\ud800", "\n\t"})
    void shouldEndAtOnceWhenThereIsNothingToSay(String text) {
        try (SpeechSynthesizer synthesizer = provider.openVoice("rms");
                SynthesisStream stream = Speech.start(synthesizer, text)) {
            assertThat(stream.read(new short[160], 0, 160)).isEqualTo(SynthesisStream.END);
            assertThat(stream.read(new short[160], 0, 160)).isEqualTo(SynthesisStream.END);
            assertThat(stream.words()).isEmpty();
        }
    }

    @Test
    void shouldGiveTheSameAudioWhenReadInAnyChunks() {
        String text = "The audio of a stream does not depend on how it is read.";
        // The only voice without noise in its excitation, so that its audio can be compared sample by sample.
        try (SpeechSynthesizer synthesizer = provider.openVoice("kal16")) {
            short[] whole = Speech.audio(synthesizer, text, 100_000);
            assertThat(Speech.audio(synthesizer, text, 1_000)).isEqualTo(whole);
            assertThat(Speech.audio(synthesizer, text, 7)).isEqualTo(whole);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rms", "slt", "awb", "kal16"})
    void shouldGiveTheSameTimesWhenSpokenTwice(String voice) {
        String text = "The same words take the same time.";
        try (SpeechSynthesizer synthesizer = provider.openVoice(voice);
                SynthesisStream first = Speech.start(synthesizer, text);
                SynthesisStream second = Speech.start(synthesizer, text)) {
            assertThat(Speech.drain(first)).isEqualTo(Speech.drain(second));
            assertThat(first.words()).isEqualTo(second.words()).hasSize(7);
        }
    }

    @Test
    void shouldChangeTheLengthWhenTheRateIsChanged() {
        String text = "One two three four five six seven.";
        try (SpeechSynthesizer synthesizer = provider.openVoice("rms")) {
            long normal = Speech.audio(synthesizer, text).length;
            assertThat(samples(synthesizer, new SynthesisRequest(text, 2f, 1f))).isLessThan(normal * 3 / 4);
            assertThat(samples(synthesizer, new SynthesisRequest(text, 0.5f, 1f)))
                    .isGreaterThan(normal * 3 / 2);
        }
    }

    private static long samples(SpeechSynthesizer synthesizer, SynthesisRequest request) {
        try (SynthesisStream stream = synthesizer.start(request, () -> {})) {
            return Speech.drain(stream);
        }
    }

    @Test
    void shouldTakeTextUpToItsLimitWhenEveryCharacterIsLong() {
        try (SpeechSynthesizer synthesizer = provider.openVoice("rms")) {
            int limit = synthesizer.maxTextLength();
            Speech.start(synthesizer, "日".repeat(limit)).close();
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Speech.start(synthesizer, "a".repeat(limit + 1)))
                    .withMessageStartingWith("text.length=" + (limit + 1) + ": at most " + limit);
        }
    }

    @Test
    void shouldGoOnWhenTheVoiceIsClosedFirst() {
        SpeechSynthesizer synthesizer = provider.openVoice("rms");
        SynthesisStream stream = Speech.start(synthesizer, "Closing time.");
        synthesizer.close();
        synthesizer.close();
        assertThat(Speech.drain(stream)).isPositive();
        stream.close();
        assertThatIllegalStateException()
                .isThrownBy(() -> Speech.start(synthesizer, "Hello"))
                .withMessage("voice rms is closed");
    }

    @Test
    void shouldRefuseToReadWhenClosed() {
        short[] buffer = new short[160];
        try (SpeechSynthesizer synthesizer = provider.openVoice("rms")) {
            SynthesisStream stream = Speech.start(synthesizer, "Hello there.");
            assertThat(stream.read(buffer, 0, 160)).isPositive();
            assertThatIllegalArgumentException().isThrownBy(() -> stream.read(buffer, 0, 0));
            assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> stream.read(buffer, 1, 160));
            stream.close();
            stream.close();
            stream.cancel();
            assertThatIllegalStateException()
                    .isThrownBy(() -> stream.read(buffer, 0, 160))
                    .withMessage("synthesis stream is closed");
            assertThat(stream.words()).hasSize(2);
        }
    }

    @Test
    void shouldLeaveNothingBehindWhenOpenedAndClosedManyTimes() {
        int live = NativeHandle.live();
        for (int i = 0; i < 200; i++) {
            try (SpeechSynthesizer synthesizer = provider.openVoice("kal16");
                    SynthesisStream read = Speech.start(synthesizer, "One");
                    SynthesisStream unread = Speech.start(synthesizer, "Two")) {
                read.read(new short[160], 0, 160);
                unread.cancel();
            }
        }
        assertThat(NativeHandle.live()).isEqualTo(live);
    }
}
