package dev.duplexvoice.tts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every {@link SpeechSynthesizer} does; extend it for one of your own. */
@Timeout(60)
public abstract class SpeechSynthesizerContract {
    private static final String TEXT = "Good morning, everybody. It is a fine day.";
    private static final int PATIENCE_SECONDS = 20;

    /** A voice as newly opened; each test closes its own. */
    protected abstract SpeechSynthesizer open();

    /** A stream whose reader waits as the contract has it, and no other way. */
    public static final class Reader implements AutoCloseable {
        public final SynthesisStream stream;
        private final Semaphore readable = new Semaphore(0);

        public Reader(SpeechSynthesizer voice, String text) {
            this(voice, SynthesisRequest.of(text));
        }

        public Reader(SpeechSynthesizer voice, SynthesisRequest request) {
            stream = voice.start(request, readable::release);
        }

        /** The next samples, at least one; empty at the end. */
        public short[] read(int length) throws InterruptedException {
            short[] buffer = new short[length + 2];
            while (true) {
                int samples = stream.read(buffer, 1, length);
                assertThat(buffer[0]).as("before offset").isZero();
                assertThat(buffer[length + 1]).as("behind length").isZero();
                if (samples == SynthesisStream.END) {
                    return new short[0];
                }
                assertThat(samples).isBetween(0, length);
                if (samples > 0) {
                    return Arrays.copyOfRange(buffer, 1, 1 + samples);
                }
                assertThat(readable.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS))
                        .as("readable is run after a read that returned 0")
                        .isTrue();
            }
        }

        public short[] all(int length) throws InterruptedException {
            short[] audio = new short[0];
            for (short[] next = read(length); next.length > 0; next = read(length)) {
                int size = audio.length;
                audio = Arrays.copyOf(audio, size + next.length);
                System.arraycopy(next, 0, audio, size, next.length);
            }
            return audio;
        }

        @Override
        public void close() {
            stream.close();
        }
    }

    @Test
    void shouldGiveAudioThenTheEndAgainAndAgain() throws InterruptedException {
        try (SpeechSynthesizer voice = open();
                Reader reader = new Reader(voice, TEXT)) {
            short[] audio = reader.all(320);

            assertThat(audio.length).isGreaterThan(voice.sampleRate() / 2);
            assertThat(Math.abs(audio[indexOfLoudest(audio)]))
                    .as("loudest sample")
                    .isGreaterThan(100);
            assertThat(reader.stream.read(new short[8], 0, 8)).isEqualTo(SynthesisStream.END);
            assertThat(reader.stream.read(new short[8], 0, 8)).isEqualTo(SynthesisStream.END);
        }
    }

    private static int indexOfLoudest(short[] audio) {
        int loudest = 0;
        for (int i = 0; i < audio.length; i++) {
            loudest = Math.abs(audio[i]) > Math.abs(audio[loudest]) ? i : loudest;
        }
        return loudest;
    }

    @Test
    void shouldGiveAsMuchAudioWhateverIsReadAtATime() throws InterruptedException {
        try (SpeechSynthesizer voice = open();
                Reader small = new Reader(voice, TEXT);
                Reader large = new Reader(voice, TEXT)) {
            assertThat(small.all(37)).hasSameSizeAs(large.all(20_000));
        }
    }

    @Test
    void shouldKnowItsWordsInOrderWithinTextAndAudioWhenThereAreWordTimes() throws InterruptedException {
        try (SpeechSynthesizer voice = open();
                Reader reader = new Reader(voice, TEXT)) {
            int samples = reader.all(480).length;
            List<WordTiming> words = reader.stream.words();

            if (!words.isEmpty()) {
                assertThat(words)
                        .extracting(word -> TEXT.substring(word.textBegin(), word.textBegin() + 2))
                        .containsExactly("Go", "mo", "ev", "It", "is", "a ", "fi", "da");
                long before = 0;
                for (WordTiming word : words) {
                    assertThat(word.startSample()).isBetween(before, word.endSample());
                    before = word.endSample();
                }
                assertThat(before).isLessThanOrEqualTo(samples);
                assertThat(UnspokenText.find(TEXT, words)).isEmpty();
            }
        }
    }

    @Test
    void shouldSpeakSeveralTextsAtATime() throws InterruptedException {
        try (SpeechSynthesizer voice = open()) {
            short[] alone;
            try (Reader reader = new Reader(voice, TEXT)) {
                alone = reader.all(500);
            }
            try (Reader one = new Reader(voice, TEXT);
                    Reader other = new Reader(voice, "Something else.")) {
                one.read(100);
                other.read(100);
                other.stream.cancel();

                assertThat(one.all(500)).hasSizeBetween(alone.length - 100, alone.length - 1);
            }
        }
    }

    @Test
    void shouldEndWhenCancelled() throws InterruptedException {
        try (SpeechSynthesizer voice = open();
                Reader reader = new Reader(voice, TEXT)) {
            reader.read(100);

            reader.stream.cancel();
            reader.stream.cancel();

            assertThat(reader.stream.read(new short[100], 0, 100)).isEqualTo(SynthesisStream.END);
        }
    }

    @Test
    void shouldEndWhenCancelledWhileItIsRead() throws InterruptedException {
        String text = TEXT.repeat(20);
        try (SpeechSynthesizer voice = open();
                Reader reader = new Reader(voice, text.substring(0, Math.min(text.length(), voice.maxTextLength())))) {
            CountDownLatch reading = new CountDownLatch(1);
            CountDownLatch ended = new CountDownLatch(1);
            Thread thread = new Thread(() -> {
                try {
                    while (reader.read(64).length > 0) {
                        reading.countDown();
                    }
                    ended.countDown();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            thread.start();
            assertThat(reading.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();

            reader.stream.cancel();

            assertThat(ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
            thread.join();
        }
    }

    @Test
    void shouldThrowWhenReadAfterClose() {
        try (SpeechSynthesizer voice = open()) {
            Reader reader = new Reader(voice, TEXT);
            reader.close();
            reader.close();

            assertThatIllegalStateException().isThrownBy(() -> reader.stream.read(new short[8], 0, 8));
        }
    }

    @Test
    void shouldFinishWhatRunsWhenTheVoiceIsClosed() throws InterruptedException {
        SpeechSynthesizer voice = open();
        int length;
        try (Reader reader = new Reader(voice, TEXT)) {
            length = reader.all(1_000).length;
        }
        try (Reader reader = new Reader(voice, TEXT)) {
            int first = reader.read(100).length;
            voice.close();
            voice.close();

            assertThat(first + reader.all(1_000).length).isEqualTo(length);
        }
        assertThatIllegalStateException().isThrownBy(() -> voice.start(SynthesisRequest.of("Late."), () -> {}));
    }

    @Test
    void shouldNameTheLengthWhenTheTextIsTooLong() {
        try (SpeechSynthesizer voice = open()) {
            int longest = voice.maxTextLength();
            if (longest < 10_000_000) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> voice.start(SynthesisRequest.of("a".repeat(longest + 1)), () -> {}))
                        .withMessageContaining("text.length=" + (longest + 1))
                        .withMessageContaining(Integer.toString(longest));
            }
        }
    }

    @Test
    void shouldSayWhoItIs() {
        try (SpeechSynthesizer voice = open()) {
            assertThat(voice.voice()).isNotBlank();
            assertThat(voice.sampleRate()).isBetween(8_000, 48_000);
            assertThat(voice.maxTextLength()).isGreaterThan(TEXT.length());
        }
    }
}
