package dev.duplexvoice.grpc.converse;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.TextFormat;
import dev.duplexvoice.CloseReason;
import dev.duplexvoice.SessionEvent;
import dev.duplexvoice.SessionState;
import dev.duplexvoice.VoiceException;
import dev.duplexvoice.grpc.proto.v1.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class EventMessagesTest {
    private static final Duration AT = Duration.ofMillis(1_500);

    private static Duration seconds(int value) {
        return Duration.ofSeconds(value);
    }

    private static Arguments event(SessionEvent event, String expected) {
        return Arguments.of(event, expected);
    }

    static Stream<Arguments> events() {
        return Stream.of(
                event(
                        new SessionEvent.StateChanged(AT, "s1", "t1", SessionState.SPEAKING, SessionState.BARGED_IN),
                        "state { from: \"speaking\" to: \"barged_in\" }"),
                event(
                        new SessionEvent.SpeechStarted(AT, "s1", "t1", seconds(1)),
                        "speech_started { onset { seconds: 1 } }"),
                event(new SessionEvent.SpeechEnded(AT, "s1", "t1", seconds(1)), "speech_ended { end { seconds: 1 } }"),
                event(
                        new SessionEvent.Transcript(AT, "s1", "t1", "Hi", true),
                        "transcript { text: \"Hi\" final: true }"),
                event(
                        new SessionEvent.TurnEnded(AT, "s1", "t1", "Hi", seconds(2), seconds(3)),
                        "turn_ended { text: \"Hi\" endpointing_delay { seconds: 2 } transcription_delay { seconds: 3 } }"),
                event(new SessionEvent.ReplyStarted(AT, "s1", "t1"), "reply_started { }"),
                event(
                        new SessionEvent.FirstAudio(AT, "s1", "t1", seconds(2), seconds(3)),
                        "first_audio { ttfb { seconds: 2 } latency { seconds: 3 } }"),
                event(
                        new SessionEvent.Paused(AT, "s1", "t1", seconds(2), seconds(3), seconds(4)),
                        "paused { position { seconds: 2 } detected_at { seconds: 3 } silent_at { seconds: 4 } }"),
                event(new SessionEvent.Resumed(AT, "s1", "t1", seconds(2)), "resumed { position { seconds: 2 } }"),
                event(
                        new SessionEvent.Interrupted(AT, "s1", "t1", Duration.ofNanos(2_000_000_001)),
                        "interrupted { position { seconds: 2 nanos: 1 } }"),
                event(
                        new SessionEvent.ReplyFinished(AT, "s1", "t1", seconds(2), true, "One", "One two"),
                        "reply_finished { position { seconds: 2 } interrupted: true heard: \"One\" text: \"One two\" }"),
                event(
                        new SessionEvent.Failed(AT, "s1", "t1", VoiceException.Code.TURN_TAKING, "no"),
                        "error { code: \"turn_taking\" message: \"no\" }"),
                event(
                        new SessionEvent.Closed(AT, "s1", "t1", CloseReason.IDLE_LIMIT),
                        "closed { reason: \"idle_limit\" }"));
    }

    @ParameterizedTest
    @MethodSource("events")
    void shouldSayAllThatAnEventSays(SessionEvent event, String expected) throws TextFormat.ParseException {
        assertThat(EventMessages.of(event).getEvent())
                .isEqualTo(TextFormat.parse(
                        "t { seconds: 1 nanos: 500000000 } session_id: \"s1\" turn_id: \"t1\" " + expected,
                        Event.class));
    }

    @Test
    void shouldHaveOneForEachEvent() {
        List<Class<?>> shown = new ArrayList<>();
        events().forEach(arguments -> shown.add(arguments.get()[0].getClass()));
        assertThat(shown).containsExactlyInAnyOrder(SessionEvent.class.getPermittedSubclasses());
    }
}
