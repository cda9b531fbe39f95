package dev.duplexvoice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.support.RandomConversation;
import dev.duplexvoice.support.Scene;
import dev.duplexvoice.support.Transport;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Random conversations: whatever happens, what the session tells of it makes sense. */
class SessionFuzzTest {
    /** {@code -Dvoice.fuzz.scripts=100000} for a long run. */
    private static final int SCRIPTS = Integer.getInteger("voice.fuzz.scripts", 2_500);

    @Test
    void shouldTellASoundStoryWhenAnythingHappens() {
        Set<String> kinds = new HashSet<>();
        for (int seed = 0; seed < SCRIPTS; seed++) {
            Scene scene = RandomConversation.play(seed);
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
            Scene one = RandomConversation.play(seed);
            Scene two = RandomConversation.play(seed);

            assertThat(two.events).as("seed %d", seed).isEqualTo(one.events);
            assertThat(two.transport.spoken()).isEqualTo(one.transport.spoken());
            assertThat(two.transport.frames().stream().map(Transport.Frame::takenAt))
                    .containsExactlyElementsOf(one.transport.frames().stream()
                            .map(Transport.Frame::takenAt)
                            .toList());
        }
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
                assertThat(scene.transport.frames())
                        .noneMatch(frame -> frame.takenAt() > from && frame.takenAt() < at && frame.spoken() > 0);
            } else if (event instanceof SessionEvent.ReplyFinished) {
                silentFrom = at;
            }
        }
    }
}
