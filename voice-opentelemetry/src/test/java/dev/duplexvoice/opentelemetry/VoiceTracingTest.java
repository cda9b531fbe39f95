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
import java.time.Duration;
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

        assertThat(conversation.close(4_000))
                .containsExactly(
                        "conversation 0-4000 end_reason=closed turns=1",
                        "  turn 100-2500 heard_length=16 heard_ms=600.0 interrupted=false text_length=12",
                        "    stt 100-1250 outcome=done text_length=12",
                        "    endpointing 1100-1600 transcription_ms=150.0",
                        "    reply 1600-1800 first_text_ms=200.0 outcome=done reply=1 text_length=16",
                        "    tts 1800-2360 audio_ms=600.0 first_audio_ms=100.0 frames=30 outcome=done reply=1 text_length=16",
                        "      synthesis 1800-2360 first_audio_ms=100.0 outcome=done text_length=16",
                        "        inference 1800-1900 audio_ms=600.0",
                        "        framing 1900-2360 frames=30",
                        "    playout 1900-2500 dropped_frames=0 frames=30 heard_length=16 heard_ms=600.0 interrupted=false reply=1 text_length=16");
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
                .transcript(3_350, "Stop it")
                .runTo(6_000);

        assertThat(conversation.close(6_000))
                .containsExactly(
                        "conversation 0-6000 end_reason=closed turns=2",
                        "  turn 0-2700 heard_length=7 heard_ms=400.0 interrupted=true text_length=5",
                        "    stt 0-1100 outcome=done text_length=5",
                        "    endpointing 1000-1500 transcription_ms=100.0",
                        "    reply 1500-1700 first_text_ms=200.0 outcome=done reply=1 text_length=28",
                        "    tts 1700-2700 audio_ms=1200.0 first_audio_ms=100.0 frames=29 outcome=done reply=1 text_length=28",
                        "      synthesis 1700-2700 first_audio_ms=100.0 outcome=done text_length=28",
                        "        inference 1700-1860 audio_ms=1200.0",
                        "        framing 1800-2700 frames=29",
                        "    playout 1800-2700 dropped_frames=0 frames=20 heard_length=7 heard_ms=400.0 interrupted=true reply=1 text_length=28",
                        "      * barge_in 2200 latency_ms=0.0",
                        "  turn 2200-5000 heard_length=28 heard_ms=1200.0 interrupted=false text_length=7",
                        "    stt 2200-3350 outcome=done text_length=7",
                        "    endpointing 3000-3500 transcription_ms=350.0",
                        "    reply 3500-3700 first_text_ms=200.0 outcome=done reply=2 text_length=28",
                        "    tts 3700-4820 audio_ms=1200.0 first_audio_ms=100.0 frames=60 outcome=done reply=2 text_length=28",
                        "      synthesis 3700-4820 first_audio_ms=100.0 outcome=done text_length=28",
                        "        inference 3700-3860 audio_ms=1200.0",
                        "        framing 3800-4820 frames=60",
                        "    playout 3800-5000 dropped_frames=0 frames=60 heard_length=28 heard_ms=1200.0 interrupted=false reply=2 text_length=28");
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

        assertThat(conversation.close(6_000))
                .containsExactly(
                        "conversation 0-6000 end_reason=closed turns=1",
                        "  turn 0-3400 heard_length=28 heard_ms=1200.0 interrupted=false text_length=5",
                        "    stt 0-1100 outcome=done text_length=5",
                        "    endpointing 1000-1500 transcription_ms=100.0",
                        "    reply 1500-1700 first_text_ms=200.0 outcome=done reply=1 text_length=28",
                        "    tts 1700-3220 audio_ms=1200.0 first_audio_ms=100.0 frames=60 outcome=done reply=1 text_length=28",
                        "      synthesis 1700-3220 first_audio_ms=100.0 outcome=done text_length=28",
                        "        inference 1700-1860 audio_ms=1200.0",
                        "        framing 1800-3220 frames=60",
                        "    playout 1800-3400 dropped_frames=0 frames=60 heard_length=28 heard_ms=1200.0 interrupted=false reply=1 text_length=28",
                        "      * barge_in 2200 latency_ms=0.0",
                        "      * resumed 2600",
                        "  stt 2200-2650 outcome=done text_length=0");
    }

    @Test
    void shouldTellAFailureOfTheResponder() {
        conversation.options.responder((turn, reply) -> {
            throw new IllegalStateException("no model");
        });
        conversation.open().speech(0, 1_000).runTo(3_000);

        assertThat(conversation.close(3_000))
                .containsExactly(
                        "conversation 0-3000 end_reason=closed turns=1",
                        "  turn 0-1500 error_type=RESPONDER heard_length=0 heard_ms=0.0 interrupted=false text_length=0 ERROR(RESPONDER)",
                        "    * exception 1500 exception.message=the Responder threw java.lang.IllegalStateException: no model exception.type=dev.duplexvoice.VoiceException",
                        "    endpointing 1000-1500 transcription_ms=0.0",
                        "    reply 1500-1500 error_type=RESPONDER outcome=failed reply=1 text_length=0 ERROR(RESPONDER)",
                        "      * exception 1500 exception.message=the Responder threw java.lang.IllegalStateException: no model exception.type=dev.duplexvoice.VoiceException");
    }

    @Test
    void shouldTellAFailureOfTheVoice() {
        conversation.answering("This is unspeakable.").open().speech(0, 1_000).runTo(3_000);

        assertThat(conversation.close(3_000))
                .containsExactly(
                        "conversation 0-3000 end_reason=closed turns=1",
                        "  turn 0-1800 error_type=SYNTHESIS heard_length=0 heard_ms=0.0 interrupted=false text_length=0 ERROR(SYNTHESIS)",
                        "    * exception 1800 exception.message=voice words failed: java.lang.IllegalStateException: cannot speak exception.type=dev.duplexvoice.VoiceException",
                        "    endpointing 1000-1500 transcription_ms=0.0",
                        "    reply 1500-1700 first_text_ms=200.0 outcome=done reply=1 text_length=20",
                        "    tts 1700-1800 audio_ms=0.0 error_type=SYNTHESIS frames=0 outcome=failed reply=1 text_length=20 ERROR(SYNTHESIS)",
                        "      * exception 1800 exception.message=cannot speak exception.type=java.lang.IllegalStateException",
                        "      synthesis 1700-1800 error_type=SYNTHESIS outcome=failed text_length=20 ERROR(SYNTHESIS)",
                        "        * exception 1800 exception.message=cannot speak exception.type=java.lang.IllegalStateException",
                        "        inference 1700-1800 audio_ms=0.0 error_type=SYNTHESIS ERROR(SYNTHESIS)");
        assertThat(conversation.spans.open()).isZero();
    }

    @Test
    void shouldTellARecognizerThatGivesNoText() {
        conversation.recognized().answering("Yes.").open().speech(0, 1_000).runTo(6_000);

        assertThat(conversation.close(6_000))
                .containsExactly(
                        "conversation 0-6000 end_reason=closed turns=0",
                        "  stt 0-4000 error_type=timeout outcome=failed text_length=0 ERROR(timeout)");
    }

    @Test
    void shouldTellAReplyThatWasBegunAheadAndThrownAway() {
        conversation.writesAfter = Duration.ofMillis(300);
        conversation.recognized().answering("Good bye.").options.set("preemptive", "speech");
        conversation.open();
        conversation
                .speech(0, 1_000)
                .transcript(1_050, "I want")
                .speech(1_400, 2_000)
                .transcript(2_100, "to fly")
                .runTo(5_000);

        assertThat(conversation.close(5_000))
                .containsExactly(
                        "conversation 0-5000 end_reason=closed turns=1",
                        "  turn 0-2900 heard_length=9 heard_ms=400.0 interrupted=false text_length=13",
                        "    stt 0-1050 outcome=done text_length=6",
                        "    reply 1050-1350 first_text_ms=300.0 outcome=done reply=1 text_length=9",
                        "    tts 1350-1400 audio_ms=0.0 frames=0 outcome=cancelled reply=1 text_length=9",
                        "      synthesis 1350-1400 outcome=cancelled text_length=9",
                        "        inference 1350-1400 audio_ms=0.0",
                        "    stt 1400-2100 outcome=done text_length=6",
                        "    endpointing 2000-2500 transcription_ms=100.0",
                        "    reply 2100-2400 first_text_ms=300.0 outcome=done reply=2 text_length=9",
                        "    tts 2400-2720 audio_ms=400.0 first_audio_ms=100.0 frames=20 outcome=done reply=2 text_length=9",
                        "      synthesis 2400-2720 first_audio_ms=100.0 outcome=done text_length=9",
                        "        inference 2400-2500 audio_ms=400.0",
                        "        framing 2500-2720 frames=20",
                        "    playout 2500-2900 dropped_frames=0 frames=20 heard_length=9 heard_ms=400.0 interrupted=false reply=2 text_length=9");
        assertThat(conversation.spans.open()).isZero();
    }

    @Test
    void shouldTellAReplyThatNobodyWaitedFor() {
        conversation.writesAfter = Duration.ofMillis(1_000);
        conversation.answering("Good bye.").open();
        conversation.speech(0, 1_000).at(2_000, conversation.session::interrupt).runTo(4_000);

        assertThat(conversation.close(4_000))
                .containsExactly(
                        "conversation 0-4000 end_reason=closed turns=1",
                        "  turn 0-2000 heard_length=0 heard_ms=0.0 interrupted=true text_length=0",
                        "    endpointing 1000-1500 transcription_ms=0.0",
                        "    reply 1500-2000 outcome=cancelled reply=1 text_length=0");
        assertThat(conversation.spans.open()).isZero();
    }

    @Test
    void shouldEndAllSpansWhenTheSessionClosesWhileItSpeaks() {
        conversation
                .answering("one two three four five six.")
                .open()
                .speech(0, 1_000)
                .runTo(2_000);

        assertThat(conversation.close(2_000))
                .containsExactly(
                        "conversation 0-2000 end_reason=closed turns=1",
                        "  turn 0-2000 heard_length=3 heard_ms=220.0 interrupted=true text_length=0",
                        "    endpointing 1000-1500 transcription_ms=0.0",
                        "    reply 1500-1700 first_text_ms=200.0 outcome=done reply=1 text_length=28",
                        "    tts 1700-2000 audio_ms=1200.0 first_audio_ms=100.0 frames=17 outcome=done reply=1 text_length=28",
                        "      synthesis 1700-2000 first_audio_ms=100.0 outcome=done text_length=28",
                        "        inference 1700-1860 audio_ms=1200.0",
                        "        framing 1800-2000 frames=17",
                        "    playout 1800-2000 dropped_frames=0 frames=11 heard_length=3 heard_ms=220.0 interrupted=true reply=1 text_length=28");
        assertThat(conversation.spans.open()).isZero();
    }

    @Test
    void shouldTellWhatTheHostSays() {
        conversation
                .open()
                .at(500, () -> conversation.session.say("Hello there."))
                .runTo(3_000);

        assertThat(conversation.close(3_000))
                .containsExactly(
                        "conversation 0-3000 end_reason=closed turns=0",
                        "  turn 500-1000 heard_length=12 heard_ms=400.0 interrupted=false",
                        "    tts 500-820 audio_ms=400.0 first_audio_ms=100.0 frames=20 outcome=done reply=1 text_length=12",
                        "      synthesis 500-820 first_audio_ms=100.0 outcome=done text_length=12",
                        "        inference 500-600 audio_ms=400.0",
                        "        framing 600-820 frames=20",
                        "    playout 600-1000 dropped_frames=0 frames=20 heard_length=12 heard_ms=400.0 interrupted=false reply=1 text_length=12");
    }

    @Test
    void shouldEndTheTurnWhereItEndsWhenNobodyAnswers() {
        conversation.open().speech(0, 1_000).runTo(3_000);

        assertThat(conversation.close(3_000))
                .containsExactly(
                        "conversation 0-3000 end_reason=closed turns=1",
                        "  turn 0-1500 text_length=0",
                        "    endpointing 1000-1500 transcription_ms=0.0");
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
                .containsEntry(
                        "flags",
                        conversation
                                .spans
                                .named("turn")
                                .get(0)
                                .getSpanContext()
                                .getTraceFlags()
                                .asHex());
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
        // The engine's clock went on, the wall clock did not: as if it had been set back.
        conversation.open();
        conversation.close(1_000);
        conversation.engine.open(conversation.options.build()).close();
        conversation.runTo(4_000);

        assertThat(conversation.spans.named("conversation"))
                .extracting(span -> span.getStartEpochNanos() / 1_000_000)
                .containsExactly(Spans.START.toEpochMilli(), Spans.START.toEpochMilli());
    }
}
