package dev.duplexvoice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.dialog.Reply;
import dev.duplexvoice.support.Scene;
import dev.duplexvoice.support.Transport;
import dev.duplexvoice.turn.InterruptionPolicy;
import dev.duplexvoice.turn.TurnVerdict;
import java.time.Duration;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Random conversations: whatever happens, what the session tells of it makes sense. */
class SessionFuzzTest {
    /** {@code -Dvoice.fuzz.scripts=100000} for a long run. */
    private static final int SCRIPTS = Integer.getInteger("voice.fuzz.scripts", 2_500);

    private static final int LENGTH = 9_000;

    @Test
    void shouldTellASoundStoryWhenAnythingHappens() {
        Set<String> kinds = new HashSet<>();
        for (int seed = 0; seed < SCRIPTS; seed++) {
            Scene scene = play(seed);
            try {
                check(scene);
            } catch (AssertionError e) {
                throw new AssertionError("seed " + seed + ":\n" + String.join("\n", scene.lines()), e);
            }
            scene.lines().forEach(line -> kinds.add(line.split(" ")[1]));
        }
        assertThat(kinds)
                .contains("paused", "resumed", "interrupted", "failed", "turn_ended", "transcript", "first_audio");
    }

    @Test
    void shouldHappenTheSameWayWhenPlayedAgain() {
        for (int seed = 0; seed < 200; seed++) {
            Scene one = play(seed);
            Scene two = play(seed);

            assertThat(two.events).as("seed %d", seed).isEqualTo(one.events);
            assertThat(two.transport.spoken()).isEqualTo(one.transport.spoken());
            assertThat(two.transport.frames().stream().map(Transport.Frame::takenAt))
                    .containsExactlyElementsOf(one.transport.frames().stream()
                            .map(Transport.Frame::takenAt)
                            .toList());
        }
    }

    private static Scene play(int seed) {
        Random random = new Random(seed);
        Scene scene = new Scene();
        boolean recognized = random.nextBoolean();
        if (recognized) {
            scene.recognized();
            scene.set("interruption.minWords", "" + random.nextInt(3));
            scene.set("interruption.backchannels", random.nextBoolean() ? "" : "word1, word2, word3 word4");
        }
        scene.set("preemptive", new String[] {"off", "reply", "speech"}[random.nextInt(3)])
                .set("endpointing.mode", random.nextBoolean() ? "fixed" : "dynamic");
        if (random.nextInt(3) == 0) {
            scene.options.turnDetector(rate -> moment -> any(TurnVerdict.values(), random));
        }
        if (random.nextInt(3) == 0) {
            scene.options.interruptionPolicy(attempt -> any(InterruptionPolicy.Verdict.values(), random));
        }
        scene.set("interruption.pauseAfter", random.nextInt(4) * 150 + "ms")
                .set("interruption.confirmAfter", random.nextInt(5) * 200 + "ms")
                .set("interruption.falseAlarmTimeout", random.nextInt(4) * 300 + "ms")
                .set("interruption.enabled", "" + (random.nextInt(5) > 0))
                .set("interruption.warmup", random.nextInt(3) * 500 + "ms")
                .set("endpointing.minDelay", random.nextInt(5) * 200 + "ms")
                .set("endpointing.maxDelay", "1500ms")
                .set("limits.turns", "" + (1 + random.nextInt(6)))
                .set("limits.idle", 1 + random.nextInt(8) + "s");
        scene.voice.samplesPerWord = 1_000 + random.nextInt(9_000);
        scene.voice.wordTimes = random.nextBoolean();
        scene.voice.wordsArriveWithTheirAudio = random.nextBoolean();
        scene.voice.wholeReplies = random.nextInt(4) == 0;
        scene.voice.firstAudioAfter = Duration.ofMillis(random.nextInt(3) * 70);
        scene.voice.stepSamples = 500 + random.nextInt(20_000);
        scene.voice.stepEvery = Duration.ofMillis(1 + random.nextInt(60));
        scene.voice.failOn = "BAD";
        if (random.nextInt(5) > 0) {
            scene.options.responder((turn, reply) -> respond(scene, random, reply));
        }
        scene.open();
        for (int i = 0; i < 12; i++) {
            happen(scene, random, recognized);
        }
        scene.runTo(LENGTH);
        scene.session.close();
        scene.runTo(LENGTH + 100);
        scene.transport.take();
        return scene;
    }

    /** Any of them, or a failure. */
    private static <T> T any(T[] values, Random random) {
        int index = random.nextInt(values.length + 1);
        if (index == values.length) {
            throw new IllegalStateException("no verdict");
        }
        return values[index];
    }

    private static void happen(Scene scene, Random random, boolean recognized) {
        int at = 20 + random.nextInt(LENGTH - 1_000);
        int grid = random.nextBoolean() ? 1 : 20;
        at -= at % grid;
        switch (random.nextInt(12)) {
            case 0, 1, 2, 3 -> scene.speech(at, at + random.nextInt(1_500));
            case 4, 5, 6 -> {
                if (recognized) {
                    boolean isFinal = random.nextInt(3) > 0;
                    String text = words(random, 3);
                    int utterance = random.nextInt(8);
                    scene.at(at, () -> {
                        if (utterance == 0 || utterance > 4) {
                            scene.sink.transcript(text, isFinal);
                        } else {
                            scene.sink.transcript(text, isFinal, utterance);
                        }
                    });
                }
            }
            case 7 -> scene.atIfLive(at, scene.session::interrupt);
            case 8, 9 -> {
                SayOptions how = new SayOptions(
                        random.nextBoolean() ? SayOptions.When.QUEUE : SayOptions.When.INTERRUPT, random.nextBoolean());
                String text = words(random, 6);
                scene.atIfLive(at, () -> scene.session.say(text, how));
            }
            case 10 -> scene.atIfLive(at, scene.session::speechStarted);
            default -> {
                if (random.nextInt(6) == 0) {
                    scene.at(at, scene::close);
                }
            }
        }
    }

    private static void respond(Scene scene, Random random, Reply reply) throws Exception {
        reply.allowInterruptions(random.nextInt(5) > 0);
        switch (random.nextInt(6)) {
            case 0 -> reply.write(words(random, 12));
            case 1, 2, 3 -> {
                reply.detach();
                reply.write(words(random, 4));
                String rest = words(random, 5);
                boolean fails = random.nextInt(4) == 0;
                boolean completes = random.nextInt(4) > 0;
                scene.clock.schedule(Duration.ofMillis(random.nextInt(1_200)), () -> {
                    if (fails) {
                        reply.fail(new IllegalStateException("midway"));
                    } else {
                        reply.write(rest);
                        if (completes) {
                            reply.complete();
                        }
                    }
                });
            }
            case 4 -> {
                reply.write(words(random, 3));
                throw new IllegalStateException("after writing");
            }
            default -> reply.write("");
        }
    }

    private static String words(Random random, int most) {
        StringBuilder text = new StringBuilder();
        int count = random.nextInt(most + 1);
        for (int i = 0; i < count; i++) {
            text.append(random.nextInt(60) == 0 ? "BAD" : "word" + random.nextInt(random.nextBoolean() ? 100 : 5));
            text.append(new String[] {" ", ", ", ". ", "! "}[random.nextInt(4)]);
        }
        return text.toString();
    }

    private static void check(Scene scene) {
        SessionState state = SessionState.IDLE;
        Duration last = Duration.ZERO;
        SessionEvent.ReplyStarted reply = null;
        boolean speaking = false;
        long samples = 0;
        for (SessionEvent event : scene.events) {
            assertThat(event.at()).isGreaterThanOrEqualTo(last);
            last = event.at();
            if (event instanceof SessionEvent.StateChanged change) {
                assertThat(change.from()).isEqualTo(state);
                assertThat(state.mayBecome(change.to())).isTrue();
                state = change.to();
            } else if (event instanceof SessionEvent.SpeechStarted) {
                assertThat(speaking).isFalse();
                speaking = true;
            } else if (event instanceof SessionEvent.SpeechEnded) {
                assertThat(speaking).isTrue();
                speaking = false;
            } else if (event instanceof SessionEvent.TurnEnded) {
                assertThat(speaking).isFalse();
                assertThat(reply).isNull();
            } else if (event instanceof SessionEvent.ReplyStarted started) {
                assertThat(reply).isNull();
                reply = started;
            } else if (event instanceof SessionEvent.ReplyFinished finished) {
                assertThat(reply).isNotNull();
                assertThat(finished.turnId()).isEqualTo(reply.turnId());
                assertThat(finished.text().strip()).startsWith(finished.heard());
                samples += (finished.position().toNanos() * 48 + 999_999) / 1_000_000;
                reply = null;
            } else if (event instanceof SessionEvent.Failed failed) {
                assertThat(failed.code())
                        .isIn(
                                VoiceException.Code.RESPONDER,
                                VoiceException.Code.SYNTHESIS,
                                VoiceException.Code.TURN_TAKING);
            }
        }
        assertThat(reply).isNull();
        assertThat(state).isEqualTo(SessionState.TERMINATED);
        assertThat(scene.events).last().isInstanceOf(SessionEvent.Closed.class);
        assertThat(scene.events(SessionEvent.Closed.class)).hasSize(1);
        assertThat(scene.session.closed().toCompletableFuture()).isCompleted();
        assertThat(scene.transport.spoken()).hasSize((int) samples);
        assertThat(scene.transport.isPaddedWithSilence()).isTrue();
        checkFrames(scene);
        assertThat(scene.voice.closed).hasValue(scene.voice.opened.get());
    }

    /** The output's positions grow, and nothing is heard between the end of a reply and the first audio of the next. */
    private static void checkFrames(Scene scene) {
        long position = -1;
        for (Transport.Frame frame : scene.transport.frames()) {
            assertThat(frame.position()).isGreaterThan(position);
            position = frame.position();
        }
        long silentFrom = 0;
        for (SessionEvent event : scene.events) {
            long at = event.at().toNanos();
            if (event instanceof SessionEvent.FirstAudio || event instanceof SessionEvent.Closed) {
                long from = silentFrom;
                assertThat(scene.transport.frames()).noneMatch(frame -> frame.takenAt() > from && frame.takenAt() < at);
            } else if (event instanceof SessionEvent.ReplyFinished) {
                silentFrom = at;
            }
        }
    }
}
