package dev.duplexvoice.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.SessionEvent;
import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.opentelemetry.support.Conversation;
import dev.duplexvoice.opentelemetry.support.Spans;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

/**
 * Times are milliseconds: the Responder takes 200, the voice 100 to its audio, which is 200 for each word; a turn ends 500 after the speech.
 */
class VoiceTracingTest {
    private final Conversation conversation = new Conversation();

    @AfterEach
    void close() {
        conversation.close();
    }

    @Test
    void shouldMakeTheTreeOfAConversation() {
        conversation.recognized().answering("Fine, thank you.").open();
        conversation.speech(100, 1_100).transcript(1_250, "How are you?").runTo(4_000);

        assertThat(conversation.close(4_000)).containsExactly("todo");
        assertThat(conversation.spans.open()).isZero();
    }

    @Test
    void shouldSayWhoseSpansAreAndWhatMadeThem() {
        conversation.recognized().answering("Fine, thank you.").open();
        conversation.speech(100, 1_100).transcript(1_250, "How are you?").runTo(4_000);
        conversation.close(4_000);

        assertThat(conversation.spans.all())
                .extracting(SpanData::getTraceId)
                .containsOnly(conversation.spans.all().get(0).getTraceId());
        assertThat(conversation.spans.all())
                .allSatisfy(span -> assertThat(span.getAttributes().get(VoiceAttributes.SESSION_ID))
                        .isEqualTo("s1"));
        assertThat(conversation.spans.all())
                .filteredOn(span -> !span.getName().equals("conversation"))
                .allSatisfy(span -> assertThat(span.getAttributes().get(VoiceAttributes.TURN_ID))
                        .isEqualTo("s1-1"));
        Map<String, String> models = new HashMap<>();
        conversation
                .spans
                .all()
                .forEach(span -> models.put(
                        span.getName(), String.valueOf(span.getAttributes().get(VoiceAttributes.MODEL_ID))));
        assertThat(models)
                .containsEntry("conversation", "words")
                .containsEntry("tts", "words")
                .containsEntry("inference", "words");
    }

    @Test
    void shouldTellAnInterruptionAndTheTurnThatItBegins() {
        conversation.recognized().answering("one two three four five six.").open();
        conversation
                .speech(0, 1_000)
                .transcript(1_100, "Count")
                .speech(2_200, 3_000)
                .transcript(3_100, "Stop it")
                .runTo(6_000);

        assertThat(conversation.close(6_000)).containsExactly("todo");
        assertThat(conversation.spans.open()).isZero();
    }

    @Test
    void shouldTellAFalseAlarm() {
        conversation.recognized().answering("one two three four five six.").open();
        conversation
                .speech(0, 1_000)
                .transcript(1_100, "Count")
                .speech(2_200, 2_300)
                .transcript(2_650, "")
                .runTo(6_000);

        assertThat(conversation.close(6_000)).containsExactly("todo");
    }

    @Test
    void shouldTellAFailureOfTheResponder() {
        conversation.options.responder((turn, reply) -> {
            throw new IllegalStateException("no model");
        });
        conversation.open().speech(0, 1_000).runTo(3_000);

        assertThat(conversation.close(3_000)).containsExactly("todo");
    }

    @Test
    void shouldTellAFailureOfTheVoice() {
        conversation.answering("This is unspeakable.").open().speech(0, 1_000).runTo(3_000);

        assertThat(conversation.close(3_000)).containsExactly("todo");
        assertThat(conversation.spans.open()).isZero();
    }

    @Test
    void shouldTellARecognizerThatGivesNoText() {
        conversation.recognized().answering("Yes.").open().speech(0, 1_000).runTo(6_000);

        assertThat(conversation.close(6_000)).containsExactly("todo");
    }

    @Test
    void shouldTellAReplyThatWasBegunAheadAndThrownAway() {
        conversation.recognized().answering("Good bye.").options.set("preemptive", "speech");
        conversation.open();
        conversation
                .speech(0, 1_000)
                .transcript(1_050, "I want")
                .speech(1_400, 2_000)
                .transcript(2_100, "to fly")
                .runTo(5_000);

        assertThat(conversation.close(5_000)).containsExactly("todo");
        assertThat(conversation.spans.open()).isZero();
    }

    @Test
    void shouldEndAllSpansWhenTheSessionClosesWhileItSpeaks() {
        conversation
                .answering("one two three four five six.")
                .open()
                .speech(0, 1_000)
                .runTo(2_000);

        assertThat(conversation.close(2_000)).containsExactly("todo");
        assertThat(conversation.spans.open()).isZero();
    }

    @Test
    void shouldTellWhatTheHostSays() {
        conversation
                .open()
                .at(500, () -> conversation.session.say("Hello there."))
                .runTo(3_000);

        assertThat(conversation.close(3_000)).containsExactly("todo");
    }

    @Test
    void shouldEndTheTurnWhereItEndsWhenNobodyAnswers() {
        conversation.open().speech(0, 1_000).runTo(3_000);

        assertThat(conversation.close(3_000)).containsExactly("todo");
    }

    @Test
    void shouldBelongToWhatTheHostDoesWhereItOpensTheSession() {
        Tracer tracer = conversation.spans.sdk.getTracer("host");
        Span request = tracer.spanBuilder("request").startSpan();
        Context context = Context.root()
                .with(request)
                .with(Baggage.builder().put("tenant", "seven").build());
        List<String> tenants = new ArrayList<>();
        conversation.options.responder((turn, reply) -> {
            tenants.add(Baggage.current().getEntryValue("tenant"));
            tracer.spanBuilder("http").startSpan().end();
            reply.write("Yes.");
        });
        try (Scope scope = context.makeCurrent()) {
            assertThat(scope).isNotNull();
            conversation.open();
        }
        request.end();
        conversation.speech(0, 1_000).runTo(3_000);
        conversation.close(3_000);

        SpanData root = conversation.spans.named("conversation").get(0);
        assertThat(root.getParentSpanId()).isEqualTo(request.getSpanContext().getSpanId());
        assertThat(root.getParentSpanContext().isRemote()).isFalse();
        assertThat(conversation.spans.named("http").get(0).getParentSpanId())
                .isEqualTo(conversation.spans.named("reply").get(0).getSpanId());
        assertThat(tenants).containsExactly("seven");
        assertThat(Span.current().getSpanContext().isValid()).isFalse();
    }

    @Test
    void shouldGiveLogLinesTheIdsOfTheSpanThatTheyAreIn() {
        Map<String, String> ids = new HashMap<>();
        conversation.recognized();
        conversation.options.responder((turn, reply) -> {
            ids.put("reply", MDC.get("span_id"));
            ids.put("trace", MDC.get("trace_id"));
            ids.put("flags", MDC.get("trace_flags"));
            reply.write("Yes.");
        });
        conversation.options.listener(event -> {
            if (event instanceof SessionEvent.ReplyFinished) {
                ids.put("turn", MDC.get("span_id"));
            } else if (event instanceof SessionEvent.Closed) {
                ids.put("closed", MDC.get("trace_id"));
            }
        });
        conversation.options.recognizer((rate, sink) -> {
            ids.put("conversation", MDC.get("span_id"));
            conversation.sink = sink;
            return new dev.duplexvoice.stt.RecognitionStream() {};
        });
        MDC.put("span_id", "of the host");
        conversation.open().speech(0, 1_000).transcript(1_100, "Hello").runTo(3_000);
        conversation.close(3_000);

        for (String name : List.of("reply", "turn", "conversation")) {
            assertThat(ids.get(name))
                    .as(name)
                    .isEqualTo(conversation.spans.named(name).get(0).getSpanId());
        }
        String trace = conversation.spans.named("turn").get(0).getTraceId();
        assertThat(ids)
                .containsEntry("trace", trace)
                .containsEntry("closed", trace)
                .containsEntry("flags", "01");
        assertThat(MDC.get("span_id")).isEqualTo("of the host");
        assertThat(MDC.get("trace_id")).isNull();
        MDC.clear();
    }

    @Test
    void shouldTellEnginesApartWhoseSessionsHaveTheSameIds() {
        conversation.answering("Yes.").open();
        try (VoiceEngine other = VoiceEngine.builder()
                .clock(conversation.clock)
                .telemetry(conversation.telemetry)
                .providers(List.of())
                .build()) {
            other.open(conversation.options.build()).say("No.");
            conversation.speech(0, 1_000).runTo(3_000);
            conversation.close(3_000);
        }

        assertThat(conversation.spans.named("conversation")).hasSize(2);
        assertThat(conversation.spans.named("turn"))
                .extracting(SpanData::getTraceId)
                .containsExactlyInAnyOrderElementsOf(conversation.spans.named("conversation").stream()
                        .map(SpanData::getTraceId)
                        .toList());
        assertThat(conversation.spans.open()).isZero();
    }

    @Test
    void shouldStayWithTheWallClockThatEachConversationBeganWith() {
        // A day later the engine's clock and the wall clock have drifted apart; the next conversation begins anew.
        conversation.open();
        conversation.close(1_000);
        conversation.engine.open(conversation.options.build()).close();
        conversation.runTo(4_000);

        assertThat(conversation.spans.named("conversation"))
                .extracting(span -> span.getStartEpochNanos() / 1_000_000)
                .containsExactly(Spans.START.toEpochMilli(), Spans.START.toEpochMilli());
    }
}
