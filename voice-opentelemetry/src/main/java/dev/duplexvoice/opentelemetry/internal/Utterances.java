package dev.duplexvoice.opentelemetry.internal;

import dev.duplexvoice.opentelemetry.VoiceAttributes;
import dev.duplexvoice.telemetry.ConversationEvent.RecognitionFailed;
import dev.duplexvoice.telemetry.ConversationEvent.RecognitionStarted;
import dev.duplexvoice.telemetry.ConversationEvent.Recognized;
import dev.duplexvoice.telemetry.TelemetryEvent;
import dev.duplexvoice.telemetry.TelemetryEvent.Outcome;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Locale;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a session's recognizer was given, until it is known which turn it belongs to: speech over a reply is of the next turn if it
 * interrupts, and of none if it does not. The telemetry's thread's.
 */
final class Utterances {
    /** Of each kind; the oldest is taken for what will never be told more of. */
    private static final int KEPT = 16;

    private final SpanMaker spans;
    private final String sessionId;
    private final ArrayDeque<Begun> begun = new ArrayDeque<>();
    private final ArrayDeque<Done> done = new ArrayDeque<>();

    private record Begun(long number, String model, long at) {}

    /** @param onset when the speech began, or the recognizer was given it if that is not known */
    record Done(
            @Nullable String turnId,
            String model,
            long onset,
            long begunAt,
            long at,
            int characters,
            Outcome outcome,
            @Nullable String errorType) {}

    Utterances(SpanMaker spans, String sessionId) {
        this.spans = spans;
        this.sessionId = sessionId;
    }

    void started(RecognitionStarted told) {
        if (begun.size() == KEPT) {
            begun.removeFirst();
        }
        begun.addLast(new Begun(told.utterance(), told.model(), told.at()));
    }

    /** @return what is known of it now, which waits in here for its turn */
    Done recognized(Recognized told) {
        Begun by = take(told.utterance());
        long onset = told.onset() == TelemetryEvent.NEVER ? told.speechEndedAt() : told.onset();
        return add(new Done(
                told.turnId(),
                told.model(),
                onset,
                by == null ? onset : by.at(),
                told.at(),
                told.characters(),
                Outcome.DONE,
                null));
    }

    void failed(RecognitionFailed told) {
        Begun by = begun.pollLast();
        if (by != null) {
            add(new Done(
                    told.turnId(), told.model(), by.at(), by.at(), told.at(), 0, Outcome.FAILED, told.errorType()));
        }
    }

    private @Nullable Begun take(long number) {
        for (Iterator<Begun> each = begun.iterator(); each.hasNext(); ) {
            Begun one = each.next();
            if (one.number() == number) {
                each.remove();
                return one;
            }
        }
        return null;
    }

    private Done add(Done one) {
        if (done.size() == KEPT) {
            done.removeFirst();
        }
        done.addLast(one);
        return one;
    }

    /** Makes spans of those that this is true for. */
    void tell(Predicate<Done> which, Context parent, @Nullable String turnId) {
        for (Iterator<Done> each = done.iterator(); each.hasNext(); ) {
            Done one = each.next();
            if (which.test(one)) {
                each.remove();
                span(one, parent, turnId);
            }
        }
    }

    /** The session is over: what has no text will have none. */
    void close(Context conversation, long at) {
        for (Begun one : begun) {
            add(new Done(null, one.model(), one.at(), one.at(), at, 0, Outcome.CANCELLED, null));
        }
        begun.clear();
        tell(one -> true, conversation, null);
    }

    private void span(Done one, Context parent, @Nullable String turnId) {
        Span span = spans.start("stt", parent, Math.min(one.begunAt(), one.at()), sessionId, turnId);
        span.setAttribute(VoiceAttributes.MODEL_ID, one.model());
        span.setAttribute(VoiceAttributes.TEXT_LENGTH, (long) one.characters());
        span.setAttribute(VoiceAttributes.OUTCOME, one.outcome().name().toLowerCase(Locale.ROOT));
        String error = one.errorType();
        if (error != null) {
            SpanMaker.failed(span, error);
        }
        spans.end(span, one.at());
    }
}
