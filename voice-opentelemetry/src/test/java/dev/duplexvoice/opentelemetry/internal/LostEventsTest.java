package dev.duplexvoice.opentelemetry.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.opentelemetry.VoiceTracing;
import dev.duplexvoice.opentelemetry.support.Spans;
import dev.duplexvoice.telemetry.ConversationEvent;
import dev.duplexvoice.telemetry.SessionInfo;
import dev.duplexvoice.telemetry.TelemetryEvent;
import dev.duplexvoice.telemetry.TraceContext;
import dev.duplexvoice.telemetry.TraceContext.Begin;
import dev.duplexvoice.telemetry.TraceContext.Work;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Events that are left out because the telemetry is slow. */
class LostEventsTest {
    private final Spans spans = new Spans();
    private final VoiceTracing tracing = VoiceTracing.create(spans.sdk);
    private final TraceContext trace = tracing.conversation("s1", 0);
    private final SessionInfo session = new SessionInfo("s1", "in_process", "words", "other", false, Map.of(), trace);

    @AfterEach
    void close() {
        spans.close();
    }

    private TraceContext begin(int turn) {
        return trace.begin(new Begin(Work.REPLY, "s1-" + turn, turn, turn, turn));
    }

    private void finished(int turn) {
        tracing.on(new ConversationEvent.ReplyFinished(
                turn, session, "s1-" + turn, turn, turn, TelemetryEvent.NEVER, false, 0, 0, 0, 0, 0));
    }

    private void closed() {
        tracing.on(new ConversationEvent.Closed(10_000, session, "s1-9", 0, "closed", false, 0));
    }

    @Test
    void shouldBeginNoMoreTurnsThanItEndsForEver() {
        for (int turn = 1; turn <= 1_000; turn++) {
            begin(turn);
        }

        // The conversation, and 64 turns with a reply each.
        assertThat(spans.open()).isEqualTo(1 + 64 + 64);
        assertThat(begin(1_001)).isSameAs(TraceContext.NONE);
        closed();
        // Who writes a reply may still be told to be done.
        assertThat(spans.open()).isEqualTo(64);
        assertThat(spans.named("turn")).hasSize(64);
    }

    @Test
    void shouldEndATurnWhoseEndWasLostWhenLaterOnesEnd() {
        begin(1);
        for (int turn = 2; turn <= 5; turn++) {
            begin(turn);
            finished(turn);
        }

        assertThat(spans.named("turn"))
                .filteredOn(span -> span.getAttributes().asMap().containsValue("s1-1"))
                .hasSize(1);
    }

    @Test
    void shouldBeginNothingAfterTheEnd() {
        closed();

        assertThat(begin(1)).isSameAs(TraceContext.NONE);
        assertThat(spans.open()).isZero();
    }

    @Test
    void shouldStillBeCurrentAfterTheEnd() {
        closed();
        List<String> current = new ArrayList<>();
        TraceContext.Scope scope = trace.enter("s1-1");
        current.add(Span.current().getSpanContext().getSpanId());
        scope.close();

        assertThat(current)
                .containsExactly(spans.named("conversation").stream()
                        .map(SpanData::getSpanId)
                        .findFirst()
                        .orElseThrow());
    }

    @Test
    void shouldLeaveTheSpansOfAnotherTracingAlone() {
        VoiceTracing other = VoiceTracing.create(spans.sdk);
        begin(1);
        other.on(new ConversationEvent.Closed(10_000, session, "s1-1", 0, "closed", false, 0));

        assertThat(spans.all()).isEmpty();
    }
}
