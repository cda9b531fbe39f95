package dev.duplexvoice.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.duplexvoice.support.Scene;
import dev.duplexvoice.telemetry.ServiceEvent.Framed;
import dev.duplexvoice.telemetry.ServiceEvent.Synthesized;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TraceContextTest {
    private final List<String> told = new ArrayList<>();

    /** Writes down what it is asked for, and the times in milliseconds. */
    private final class Noted extends TraceContext {
        private final String name;

        Noted(String name) {
            this.name = name;
        }

        @Override
        protected TraceContext onBegin(Begin work) {
            told.add(work.work() + " of " + work.turnId() + ", reply " + work.reply() + ", turn began "
                    + work.turnBegan() / 1_000_000 + ", at " + work.at() / 1_000_000);
            return new Noted(work.work() + " " + work.reply());
        }

        @Override
        protected Scope onEnter(String turnId) {
            return () -> {};
        }

        @Override
        protected void onFailed(Throwable cause) {
            told.add(name + " failed: " + cause.getMessage());
        }
    }

    private static final class Throwing extends TraceContext {
        @Override
        protected TraceContext onBegin(Begin work) {
            throw new IllegalStateException("begin");
        }

        @Override
        protected Scope onEnter(String turnId) {
            throw new IllegalStateException("enter");
        }

        @Override
        protected void onFailed(Throwable cause) {
            throw new IllegalStateException("failed");
        }
    }

    private VoiceTelemetry tracing(List<TelemetryEvent> events) {
        return new VoiceTelemetry() {
            @Override
            public void on(TelemetryEvent event) {
                events.add(event);
            }

            @Override
            public TraceContext conversation(String sessionId, long at) {
                return new Noted(sessionId);
            }
        };
    }

    @Test
    void shouldBeCurrentUntilItsScopeIsClosed() {
        TraceContext outer = new Noted("outer");
        TraceContext inner = new Noted("inner");
        assertThat(TraceContext.current()).isSameAs(TraceContext.NONE);

        TraceContext.Scope first = outer.enter();
        TraceContext.Scope second = inner.enter("s1-1");
        assertThat(TraceContext.current()).isSameAs(inner);
        second.close();
        assertThat(TraceContext.current()).isSameAs(outer);
        first.close();
        assertThat(TraceContext.current()).isSameAs(TraceContext.NONE);
    }

    @Test
    void shouldKeepWhatItThrowsFromTheEngine() {
        TraceContext throwing = new Throwing();

        assertThat(throwing.begin(new TraceContext.Begin(TraceContext.Work.REPLY, "s1-1", 0, 1, 0)))
                .isSameAs(TraceContext.NONE);
        assertThatCode(() -> throwing.failed(new IllegalStateException("x"))).doesNotThrowAnyException();
        assertThatCode(() -> throwing.enter().close()).doesNotThrowAnyException();
        assertThat(TraceContext.current()).isSameAs(TraceContext.NONE);
    }

    @Test
    void shouldCostNothingWhenNobodyTraces() {
        assertThat(TraceContext.NONE.enter()).isSameAs(TraceContext.NONE.enter("s1-1"));
        assertThat(TraceContext.NONE.begin(new TraceContext.Begin(TraceContext.Work.SPEECH, "s1-1", 0, 1, 0)))
                .isSameAs(TraceContext.NONE);
    }

    @Test
    void shouldSayWhatATurnsWorkBelongsToAndHandItBackAtTheEnd() {
        List<TelemetryEvent> events = new ArrayList<>();
        List<TraceContext> current = new ArrayList<>();
        Scene scene = new Scene().recognized();
        scene.telemetry = tracing(events);
        scene.options.responder((turn, reply) -> {
            current.add(TraceContext.current());
            reply.write("Yes.");
        });
        scene.open();
        // The turn began with the first words, whatever comes after a pause.
        scene.speech(1_000, 1_500)
                .transcript(1_600, "I")
                .speech(1_900, 2_500)
                .transcript(2_600, "see")
                .runTo(5_000);

        assertThat(told)
                .containsExactly(
                        "REPLY of s1-1, reply 1, turn began 1000, at 3000",
                        "SPEECH of s1-1, reply 1, turn began 1000, at 3000");
        assertThat(events)
                .filteredOn(ConversationEvent.TurnEnded.class::isInstance)
                .singleElement()
                .extracting(event -> ((ConversationEvent.TurnEnded) event).turnBegan() / 1_000_000)
                .isEqualTo(1_000L);
        assertThat(events)
                .filteredOn(ConversationEvent.Responded.class::isInstance)
                .singleElement()
                .extracting(event -> ((ConversationEvent.Responded) event).trace())
                .isSameAs(current.get(0));
        Synthesized synthesized = events.stream()
                .filter(Synthesized.class::isInstance)
                .map(Synthesized.class::cast)
                .findFirst()
                .orElseThrow();
        Framed framed = events.stream()
                .filter(Framed.class::isInstance)
                .map(Framed.class::cast)
                .findFirst()
                .orElseThrow();
        assertThat(framed.trace()).isSameAs(synthesized.trace()).isNotSameAs(TraceContext.NONE);
        assertThat(framed.begunAt()).isGreaterThanOrEqualTo(synthesized.firstAudioAt());
        assertThat(framed.at()).isGreaterThanOrEqualTo(synthesized.audioEndedAt());
    }

    @Test
    void shouldTellNoFramesWhenNobodyTraces() {
        List<TelemetryEvent> events = new ArrayList<>();
        Scene scene = new Scene().answering("Yes.");
        scene.telemetry = new VoiceTelemetry() {
            @Override
            public void on(TelemetryEvent event) {
                events.add(event);
            }
        };
        scene.open().speech(0, 1_000).runTo(5_000);

        assertThat(events).hasAtLeastOneElementOfType(Synthesized.class);
        assertThat(events).noneMatch(Framed.class::isInstance);
    }

    @Test
    void shouldTellWhatAVoiceFailedWith() {
        Scene scene = new Scene().answering("Yes.");
        scene.voice.failOn = "Yes";
        scene.telemetry = tracing(new ArrayList<>());
        scene.open().speech(0, 1_000).runTo(5_000);

        assertThat(told).contains("SPEECH 1 failed: cannot speak");
    }
}
