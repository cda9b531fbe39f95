package dev.duplexvoice.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplexvoice.DuplexSession;
import dev.duplexvoice.SayOptions;
import dev.duplexvoice.SessionEvent;
import dev.duplexvoice.SessionOptions;
import dev.duplexvoice.SessionState;
import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.audio.AudioFormat;
import dev.duplexvoice.stt.RecognitionStream;
import dev.duplexvoice.support.LoudnessDetector;
import dev.duplexvoice.support.RepeatingResampler;
import dev.duplexvoice.support.Replayed;
import dev.duplexvoice.support.ToneVoice;
import dev.duplexvoice.support.Transport;
import dev.duplexvoice.time.VirtualClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recordings of sessions with a detector, with audio that comes late, in bursts or not at all, and with plugins that throw. */
class HeardRecordingTest {
    private static final int LENGTH = 8_000;

    @TempDir
    private Path folder;

    private final VirtualClock clock = new VirtualClock();
    private final LoudnessDetector detector = new LoudnessDetector();
    private final List<SessionEvent> events = new ArrayList<>();
    private final RepeatingResampler.Provider resamplers = new RepeatingResampler.Provider();
    private final VoiceEngine engine = VoiceEngine.builder()
            .clock(clock)
            .detector(detector)
            .promptReplies(true)
            .providers(List.of(resamplers))
            .build();

    private SessionOptions.Builder options(Path file, AudioFormat input) {
        return SessionOptions.builder()
                .input(input)
                .synthesizer(new ToneVoice(clock))
                .responder((turn, reply) -> reply.write("one two three four, five six seven eight."))
                .listener(events::add)
                .recording(file);
    }

    private void speak(DuplexSession session, Random random) {
        int rate = session.options().input().sampleRate();
        boolean speech = false;
        long n = 0;
        int at = 0;
        while (at < LENGTH) {
            // Mostly frame by frame; sometimes nothing for a while, then all at once, more than the input holds.
            int millis = random.nextInt(20) > 0 ? 20 : 20 * (1 + random.nextInt(90));
            short[] chunk = new short[rate * millis / 1_000];
            for (int i = 0; i < chunk.length; i++) {
                if (n % (rate / 10) == 0) {
                    speech = random.nextInt(5) == 0 ? !speech : speech;
                }
                chunk[i] = LoudnessDetector.sample(n++, speech);
            }
            at += millis;
            clock.schedule(Duration.ofMillis(at).plusNanos(random.nextInt(3) * 1_000L), () -> {
                if (session.state() != SessionState.TERMINATED) {
                    for (int from = 0; from < chunk.length; from += rate) {
                        session.offerAudio(chunk, from, Math.min(rate, chunk.length - from));
                    }
                }
            });
        }
    }

    private Replayed check(Path file, Transport transport) {
        transport.take();
        Replayed again = new Replayed(file);
        assertThat(again.replay.message()).isNull();
        assertThat(again.events).isEqualTo(events);
        assertThat(again.frames).isEqualTo(Replayed.frames(transport));
        return again;
    }

    @Test
    void shouldHearTheSameAgainWhenAudioComesAnyhow() {
        Set<String> kinds = new HashSet<>();
        for (int seed = 0; seed < 60; seed++) {
            Random random = new Random(seed);
            events.clear();
            Path file = folder.resolve(seed + ".dvrec");
            SessionOptions.Builder options = options(file, new AudioFormat(random.nextBoolean() ? 16_000 : 8_000));
            if (random.nextBoolean()) {
                options.recognizer((rate, sink) -> new RecognitionStream() {
                    private long speech;

                    @Override
                    public void speechStarted(long utterance) {
                        speech = utterance;
                    }

                    @Override
                    public void speechEnded() {
                        sink.transcript("words of " + speech, true, speech);
                    }
                });
            }
            DuplexSession session = engine.open(options.build());
            Transport transport = new Transport(clock, session);
            speak(session, random);
            clock.schedule(Duration.ofMillis(random.nextInt(LENGTH)), () -> {
                transport.stalled = true;
                clock.schedule(Duration.ofMillis(400), () -> transport.stalled = false);
            });
            if (random.nextBoolean()) {
                report(session, transport);
            }
            clock.advance(Duration.ofMillis(LENGTH + 200));
            session.close();
            clock.advance(Duration.ofMillis(20));

            check(file, transport)
                    .events
                    .forEach(event -> kinds.add(event.getClass().getSimpleName()));
        }
        assertThat(kinds).contains("Paused", "Resumed", "Interrupted", "TurnEnded", "FirstAudio", "ReplyFinished");
    }

    /** A transport that tells what it has played, a little late. */
    private void report(DuplexSession session, Transport transport) {
        clock.schedule(Duration.ofMillis(70), () -> {
            List<Transport.Frame> frames = transport.frames();
            if (frames.size() > 2) {
                session.played(frames.get(frames.size() - 2).position());
            }
            if (session.state() != SessionState.TERMINATED) {
                report(session, transport);
            }
        });
    }

    private List<SessionEvent.Failed> failures() {
        return events.stream()
                .filter(SessionEvent.Failed.class::isInstance)
                .map(SessionEvent.Failed.class::cast)
                .toList();
    }

    @Test
    void shouldEndTheSameWayWhenTheDetectorThrows() {
        Path file = folder.resolve("throws.dvrec");
        DuplexSession session =
                engine.open(options(file, new AudioFormat(16_000)).build());
        Transport transport = new Transport(clock, session);
        speak(session, new Random(5));
        clock.schedule(Duration.ofSeconds(3), () -> detector.failure = new IllegalStateException("no more"));
        clock.advance(Duration.ofSeconds(5));

        assertThat(session.state()).isEqualTo(SessionState.TERMINATED);
        assertThat(failures()).extracting(SessionEvent.Failed::message).containsExactly("no more");
        check(file, transport);
    }

    @Test
    void shouldEndTheSameWayWhenTheObserverThrows() {
        Path file = folder.resolve("throws.dvrec");
        int[] windows = new int[1];
        DuplexSession session = engine.open(options(file, new AudioFormat(16_000))
                .vadObserver((end, rate, probability) -> {
                    if (++windows[0] == 40) {
                        throw new IllegalStateException();
                    }
                })
                .build());
        Transport transport = new Transport(clock, session);
        speak(session, new Random(6));
        clock.advance(Duration.ofSeconds(5));

        assertThat(session.state()).isEqualTo(SessionState.TERMINATED);
        assertThat(failures())
                .extracting(SessionEvent.Failed::message)
                .containsExactly("java.lang.IllegalStateException");
        check(file, transport);
    }

    @Test
    void shouldEndTheSameWayWhenTheDetectorThrowsInTheMiddleOfATransition() {
        int ended = 0;
        for (int transitions = 1; transitions < 15; transitions++) {
            events.clear();
            detector.activities = transitions;
            Path file = folder.resolve(transitions + ".dvrec");
            DuplexSession session =
                    engine.open(options(file, new AudioFormat(16_000)).build());
            Transport transport = new Transport(clock, session);
            speak(session, new Random(7));
            clock.schedule(Duration.ofSeconds(1), () -> {
                if (session.state() != SessionState.TERMINATED) {
                    session.say("first.");
                    session.say("second.", new SayOptions(SayOptions.When.INTERRUPT, true));
                }
            });
            clock.advance(Duration.ofMillis(LENGTH));

            // It may have had fewer.
            ended += session.state() == SessionState.TERMINATED ? 1 : 0;
            session.close();
            clock.advance(Duration.ofMillis(20));
            check(file, transport);
        }
        assertThat(ended).isGreaterThan(5);
    }

    @Test
    void shouldLeaveNoFileWhenTheSessionCannotBeStarted() {
        detector.activities = 0;
        Path file = folder.resolve("never.dvrec");
        assertThatThrownBy(
                        () -> engine.open(options(file, new AudioFormat(16_000)).build()))
                .hasMessageContaining("activity");
        assertThat(file).doesNotExist();
    }
}
