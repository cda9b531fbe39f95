package dev.duplexvoice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplexvoice.audio.AudioFormat;
import dev.duplexvoice.stt.RecognitionStream;
import dev.duplexvoice.stt.SpeechRecognizer;
import dev.duplexvoice.stt.TranscriptSink;
import dev.duplexvoice.support.EventText;
import dev.duplexvoice.support.LoudnessDetector;
import dev.duplexvoice.support.RepeatingResampler;
import dev.duplexvoice.support.ToneVoice;
import dev.duplexvoice.support.Transport;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import dev.duplexvoice.time.VirtualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A caller's audio through a detector: what is noticed when, and what a recognizer is given. */
class HearingTest {
    private static final int FRAME = 320;

    private final VirtualClock clock = new VirtualClock();
    private final LoudnessDetector detector = new LoudnessDetector();
    private final RepeatingResampler.Provider resamplers = new RepeatingResampler.Provider();
    private final VoiceEngine engine = VoiceEngine.builder()
            .clock(clock)
            .detector(detector)
            .providers(List.of(resamplers))
            .build();
    private final List<SessionEvent> events = new ArrayList<>();

    /** Keeps what it is given, one list entry for each speech. */
    private static final class Ear implements SpeechRecognizer {
        final List<short[]> speeches = new ArrayList<>();
        boolean closed;
        boolean calledAfterClose;

        @Override
        public RecognitionStream start(int sampleRate, TranscriptSink sink) {
            assertThat(sampleRate).isEqualTo(16_000);
            return new RecognitionStream() {
                @Override
                public void speechStarted() {
                    calledAfterClose |= closed;
                    speeches.add(new short[0]);
                }

                @Override
                public void audio(short[] samples) {
                    calledAfterClose |= closed;
                    int last = speeches.size() - 1;
                    short[] before = speeches.get(last);
                    short[] all = Arrays.copyOf(before, before.length + samples.length);
                    System.arraycopy(samples, 0, all, before.length, samples.length);
                    speeches.set(last, all);
                }

                @Override
                public void close() {
                    closed = true;
                }
            };
        }
    }

    private SessionOptions.Builder options() {
        return SessionOptions.builder().synthesizer(new ToneVoice(clock)).listener(events::add);
    }

    /** A caller who speaks in the windows of these intervals, [from, to), from, to … */
    private static short[] caller(int samples, int... windows) {
        short[] audio = new short[samples];
        for (int n = 0; n < samples; n++) {
            boolean speech = false;
            for (int i = 0; i < windows.length; i += 2) {
                speech |= n >= windows[i] * 512 && n < windows[i + 1] * 512;
            }
            audio[n] = LoudnessDetector.sample(n, speech);
        }
        return audio;
    }

    /** Gives a chunk at the moment when it has been recorded. */
    private void feed(DuplexSession session, short[] audio, int chunk) {
        long opened = clock.nanoTime();
        for (int at = 0; at < audio.length; at += chunk) {
            int from = at;
            int length = Math.min(chunk, audio.length - at);
            clock.schedule(Duration.ofNanos(opened + (at + length) * 62_500L - clock.nanoTime()), () -> {
                if (session.state() != SessionState.TERMINATED) {
                    assertThat(session.offerAudio(audio, from, length)).isTrue();
                }
            });
        }
        clock.advance(Duration.ofNanos(audio.length * 62_500L));
    }

    private List<String> lines() {
        return EventText.of(events);
    }

    private List<String> lines(String type) {
        return lines().stream().filter(line -> line.contains(type)).toList();
    }

    @Test
    void shouldTellOnsetAndEndOfSpeechWhenTheyAreCertain() {
        DuplexSession session = engine.open(options().build());
        feed(session, caller(48_000, 32, 52), FRAME);

        // 100 ms take four windows: known at sample 18,432. 300 ms of silence take ten: known at 32,256.
        assertThat(lines())
                .containsExactly(
                        "0.000 state idle>listening",
                        "1.160 speech_started onset=1.024",
                        "2.020 speech_ended end=1.664",
                        "2.164 turn_ended '' endpointing=0.500 transcription=0.000",
                        "2.164 state listening>waiting_for_input");
    }

    @Test
    void shouldHearTheSameWhenChunksHaveAnySize() {
        for (int chunk : new int[] {7, 160, 512, 1_000, 3_001}) {
            events.clear();
            Ear ear = new Ear();
            DuplexSession session = engine.open(options().recognizer(ear).build());
            short[] audio = caller(48_000, 32, 52);
            feed(session, audio, chunk);

            assertThat(ear.speeches).as("chunk=%d", chunk).hasSize(1);
            short[] given = ear.speeches.get(0);
            assertThat(given).isEqualTo(Arrays.copyOfRange(audio, 32 * 512 - 4_800, 32 * 512 - 4_800 + given.length));
            assertThat(given.length).isGreaterThanOrEqualTo(4_800 + 20 * 512 + 4_800);
            assertThat(session.droppedInput()).isZero();
            session.close();
        }
    }

    @Test
    void shouldGiveTheRecognizerThePreRollAndNothingTwice() {
        Ear ear = new Ear();
        DuplexSession session = engine.open(options().recognizer(ear).build());
        short[] audio = caller(64_000, 32, 52, 64, 80);
        feed(session, audio, FRAME);

        assertThat(lines().stream().filter(line -> line.contains("speech")))
                .containsExactly(
                        "1.160 speech_started onset=1.024",
                        "2.020 speech_ended end=1.664",
                        "2.180 speech_started onset=2.048",
                        "2.920 speech_ended end=2.560");
        assertThat(ear.speeches).hasSize(2);
        assertThat(ear.speeches.get(0)).isEqualTo(Arrays.copyOfRange(audio, 32 * 512 - 4_800, 2_020 * 16));
        // The second pre-roll would reach back to 1.748 s, but up to 2.020 s was given before.
        assertThat(ear.speeches.get(1)).isEqualTo(Arrays.copyOfRange(audio, 2_020 * 16, 2_920 * 16));
    }

    @Test
    void shouldKeepTheOnsetWhenSpeechTakesLongToBeCertain() {
        Ear ear = new Ear();
        DuplexSession session = engine.open(options()
                .recognizer(ear)
                .set("vad.minSpeech", "3s")
                .set("vad.preRoll", "1s")
                .build());
        short[] audio = caller(100_000, 64, 180);
        feed(session, audio, FRAME);

        assertThat(ear.speeches).hasSize(1);
        short[] given = ear.speeches.get(0);
        int from = 64 * 512 - 16_000;
        assertThat(given).isEqualTo(Arrays.copyOfRange(audio, from, from + given.length));
    }

    @Test
    void shouldGiveAllThereIsWhenThePreRollBeginsBeforeTheSession() {
        Ear ear = new Ear();
        DuplexSession session = engine.open(options().recognizer(ear).build());
        short[] audio = caller(16_000, 2, 12);
        feed(session, audio, FRAME);

        assertThat(ear.speeches).hasSize(1);
        assertThat(ear.speeches.get(0)[0]).isEqualTo(audio[0]);
    }

    @Test
    void shouldDropWhatIsTooShortWhenItClicks() {
        Ear ear = new Ear();
        DuplexSession session = engine.open(options().recognizer(ear).build());
        feed(session, caller(32_000, 20, 23), FRAME);

        assertThat(lines()).containsExactly("0.000 state idle>listening");
        assertThat(ear.speeches).isEmpty();
    }

    @Test
    void shouldShowProbabilitiesToTheObserver() {
        List<String> seen = new ArrayList<>();
        DuplexSession session = engine.open(options()
                .vadObserver((end, rate, probability) -> seen.add(end + "@" + rate + "=" + probability))
                .build());
        feed(session, caller(2_240, 1, 3), FRAME);

        assertThat(seen).containsExactly("512@16000=0.1", "1024@16000=0.9", "1536@16000=0.9", "2048@16000=0.1");
        assertThat(session.state()).isEqualTo(SessionState.LISTENING);
    }

    @Test
    void shouldJudgeAllSessionsInOneRunWhenTheyShareALoop() {
        List<DuplexSession> sessions = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            sessions.add(engine.open(options().build()));
        }
        short[] audio = caller(16_000, 10, 20);
        for (DuplexSession session : sessions.subList(1, 3)) {
            clock.schedule(Duration.ZERO, () -> session.offerAudio(audio, 0, 512));
        }
        clock.advance(Duration.ZERO);
        clock.advance(Duration.ofMillis(20));

        assertThat(detector.batches).hasSize(1);
        assertThat(detector.batches.get(0).sizesOfRuns).containsExactly(2);
        assertThat(detector.batches.get(0).inUse()).isEqualTo(3);
    }

    @Test
    void shouldGiveStatesBackWhenSessionsEnd() {
        List<DuplexSession> sessions = new ArrayList<>();
        for (int i = 0; i < 65; i++) {
            sessions.add(engine.open(options().build()));
        }
        assertThat(detector.batches).hasSize(2);
        assertThat(detector.batches.get(0).inUse()).isEqualTo(64);
        assertThat(detector.batches.get(1).inUse()).isEqualTo(1);

        sessions.forEach(DuplexSession::close);
        clock.advance(Duration.ZERO);
        assertThat(detector.batches)
                .allSatisfy(batch -> assertThat(batch.inUse()).isZero());

        engine.open(options().build());
        assertThat(detector.batches).hasSize(2);
        engine.close();
        assertThat(detector.batches).allSatisfy(batch -> {
            assertThat(batch.inUse()).isZero();
            assertThat(batch.closed).isTrue();
        });
        assertThat(detector.closed).isTrue();
    }

    @Test
    void shouldTakeASecondOfShortChunksWhenTheyComeInABurst() {
        DuplexSession session = engine.open(options().build());
        for (int i = 0; i < 200; i++) {
            assertThat(session.offerAudio(new short[80])).isTrue();
        }
        assertThat(session.droppedInput()).isZero();
    }

    @Test
    void shouldDropTheOldestWhenAudioComesFasterThanRealTime() {
        int[] told = new int[1];
        VoiceEngine watched = VoiceEngine.builder()
                .clock(clock)
                .detector(detector)
                .telemetry(new VoiceTelemetry() {
                    @Override
                    public void framesRefused(boolean input, int frames) {
                        assertThat(input).isTrue();
                        told[0] += frames;
                    }
                })
                .providers(List.of(resamplers))
                .build();
        List<Long> ends = new ArrayList<>();
        List<Short> firsts = new ArrayList<>();
        DuplexSession session = watched.open(options()
                .vadObserver((end, rate, probability) -> ends.add(end))
                .recognizer((rate, sink) -> new RecognitionStream() {
                    @Override
                    public void audio(short[] samples) {
                        firsts.add(samples[0]);
                    }
                })
                .build());
        clock.advance(Duration.ZERO);
        short[] audio = caller(32_000, 0, 63);

        assertThat(session.offerAudio(audio, 0, 16_000)).isTrue();
        assertThat(session.offerAudio(audio, 16_000, 16_000)).isFalse();
        assertThat(session.droppedInput()).isEqualTo(11_520);
        assertThat(told[0]).isEqualTo(11_520 / 320);
        clock.advance(Duration.ofMillis(20));
        // The first window is of samples 11,520 to 12,032.
        assertThat(ends.get(0)).isEqualTo(12_032);
        assertThat(firsts.get(0)).isEqualTo(LoudnessDetector.sample(11_520, true));

        clock.advance(Duration.ofMillis(200));
        assertThat(ends).hasSize(20_480 / 512).endsWith(32_000L);
        assertThat(session.offerAudio(new short[16_000])).isTrue();
    }

    @Test
    void shouldKeepHearingWhenAudioWasDroppedWithinSpeech() {
        Ear ear = new Ear();
        DuplexSession session = engine.open(
                options().recognizer(ear).input(new AudioFormat(8_000)).build());
        short[] second = new short[8_000];
        Arrays.fill(second, (short) 1_000);
        session.offerAudio(second);
        clock.advance(Duration.ofMillis(20));
        for (int i = 0; i < 5; i++) {
            session.offerAudio(second);
        }
        clock.advance(Duration.ofSeconds(1));
        feed(session, new short[24_000], 320);

        // All that was not dropped, and not a sample twice.
        assertThat(ear.speeches).hasSize(1);
        int speech = 2 * (6 * 8_000 - (int) session.droppedInput());
        assertThat(session.droppedInput()).isGreaterThan(4 * 8_000 - 10_240);
        for (int i = 0; i < speech; i++) {
            assertThat(ear.speeches.get(0)[i]).isEqualTo((short) 1_000);
        }
        assertThat(ear.speeches.get(0)[speech]).isZero();
        assertThat(lines("speech_ended")).hasSize(1);
    }

    @Test
    void shouldRefuseMoreAudioThanFitsAtOnce() {
        DuplexSession session = engine.open(options().build());

        assertThatThrownBy(() -> session.offerAudio(new short[20_481]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("length=20481: one call takes at most 20480 samples; offer audio as it arrives");
        assertThat(session.offerAudio(new short[20_480])).isTrue();
        assertThat(session.droppedInput()).isZero();
    }

    @Test
    void shouldEndOnlyItsSessionsWhenTheDetectorThrows() {
        DuplexSession heard = engine.open(options().build());
        DuplexSession external = engine.open(SessionOptions.builder()
                .externalSpeech()
                .synthesizer(new ToneVoice(clock))
                .build());
        detector.failure = new IllegalStateException("broken");
        heard.offerAudio(new short[1_024]);
        clock.advance(Duration.ofMillis(100));

        assertThat(lines())
                .containsExactly(
                        "0.000 state idle>listening",
                        "0.020 failed INTERNAL",
                        "0.020 state listening>terminated",
                        "0.020 closed internal_error");
        assertThat(heard.closed().toCompletableFuture()).isCompletedWithValue(CloseReason.INTERNAL_ERROR);
        assertThat(external.state()).isEqualTo(SessionState.LISTENING);
    }

    @Test
    void shouldTakeNoMoreAudioWhenItClosesWithInputWaiting() {
        Ear ear = new Ear();
        DuplexSession closing = engine.open(
                options().recognizer(ear).input(new AudioFormat(8_000)).build());
        DuplexSession other = engine.open(options().build());
        short[] speech = new short[8_000];
        Arrays.fill(speech, (short) 1_000);
        assertThat(closing.offerAudio(speech)).isTrue();
        clock.advance(Duration.ofMillis(20));
        assertThat(ear.speeches).hasSize(1);
        assertThat(closing.offerAudio(speech, 0, 1_600)).isTrue();
        closing.close();
        clock.advance(Duration.ofMillis(100));

        assertThat(closing.closed().toCompletableFuture()).isCompletedWithValue(CloseReason.CLOSED);
        assertThat(resamplers.opened)
                .hasSize(1)
                .allSatisfy(resampler -> assertThat(resampler.closed).isTrue());
        assertThat(ear.closed).isTrue();
        assertThat(ear.calledAfterClose).isFalse();
        assertThat(other.state()).isEqualTo(SessionState.LISTENING);
    }

    @Test
    void shouldFreeResamplersWhenASessionCannotBeOpened() {
        assertThatThrownBy(() -> engine.open(options()
                        .input(new AudioFormat(8_000))
                        .synthesizer(new ToneVoice(clock))
                        .output(new AudioFormat(24_000))
                        .build()))
                .isInstanceOf(VoiceException.class)
                .hasMessageStartingWith("no resampler from 48000 to 24000 Hz is installed: add the dependencies");
        assertThat(resamplers.opened)
                .hasSize(1)
                .allSatisfy(resampler -> assertThat(resampler.closed).isTrue());
    }

    @Test
    void shouldFreeResamplersWhenTheReplySideNeverRan() {
        DuplexSession session =
                engine.open(options().input(new AudioFormat(8_000)).build());
        session.close();
        clock.advance(Duration.ZERO);

        assertThat(resamplers.opened)
                .allSatisfy(resampler -> assertThat(resampler.closed).isTrue());
    }

    private List<String> linesOf(String... types) {
        return lines().stream()
                .filter(line -> List.of(types).contains(line.split(" ")[1]))
                .toList();
    }

    /** Twenty words of 200 ms are said from 0.020 on. */
    private DuplexSession speaking() {
        DuplexSession session = engine.open(options().build());
        session.say(
                "one two three four five six seven eight nine ten one two three four five six seven eight nine ten.");
        new Transport(clock, session);
        return session;
    }

    @Test
    void shouldPauseWithTheFirstWindowThatMayBeSpeechAndCutOffWhenItIs() {
        DuplexSession session = speaking();
        feed(session, caller(32_000, 10, 40), FRAME);

        assertThat(linesOf("speech_started", "paused", "resumed", "interrupted"))
                .containsExactly(
                        "0.360 paused position=0.340",
                        "0.460 speech_started onset=0.320",
                        "0.820 interrupted position=0.340");
    }

    @Test
    void shouldGoOnAtOnceWhenTheSoundWasNoSpeech() {
        DuplexSession session = speaking();
        feed(session, caller(32_000, 10, 12, 24, 25), FRAME);

        assertThat(linesOf("speech_started", "paused", "resumed", "interrupted"))
                .containsExactly(
                        "0.360 paused position=0.340",
                        "0.420 resumed position=0.340",
                        "0.800 paused position=0.720",
                        "0.840 resumed position=0.720");
    }

    @Test
    void shouldNotCountTheSilenceBehindShortSpeechAsSpeech() {
        DuplexSession session = speaking();
        feed(session, caller(32_000, 10, 18), FRAME);

        assertThat(linesOf("speech_started", "speech_ended", "paused", "resumed", "interrupted"))
                .containsExactly(
                        "0.360 paused position=0.340",
                        "0.460 speech_started onset=0.320",
                        "0.940 speech_ended end=0.576",
                        "0.940 resumed position=0.340");
    }

    @Test
    void shouldInterruptLaterWhenThereIsASilenceInTheSpeech() {
        DuplexSession session = speaking();
        feed(session, caller(32_000, 10, 24, 28, 40), FRAME);

        // At 0.820 the caller is silent; the first window of what follows ends at 0.928.
        assertThat(linesOf("speech_started", "speech_ended", "paused", "resumed", "interrupted"))
                .containsExactly(
                        "0.360 paused position=0.340",
                        "0.460 speech_started onset=0.320",
                        "0.940 interrupted position=0.340",
                        "1.640 speech_ended end=1.280");
    }

    @Test
    void shouldPauseOnlyAfterTheTimeThatTheHostSet() {
        DuplexSession session =
                engine.open(options().set("interruption.pauseAfter", "200ms").build());
        session.say("one two three four five six seven eight nine ten.");
        new Transport(clock, session);
        feed(session, caller(32_000, 10, 12, 24, 40), FRAME);

        assertThat(linesOf("paused", "resumed", "interrupted"))
                .containsExactly("0.968 paused position=0.960", "1.268 interrupted position=0.960");
    }

    @Test
    void shouldRefuseScriptedSpeechWhenADetectorHears() {
        DuplexSession session = engine.open(options().build());

        assertThatThrownBy(session::speechStarted)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("session s1: a detector hears the caller");
    }
}
