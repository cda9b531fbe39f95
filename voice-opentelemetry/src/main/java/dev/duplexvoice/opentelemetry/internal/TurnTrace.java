package dev.duplexvoice.opentelemetry.internal;

import dev.duplexvoice.opentelemetry.VoiceAttributes;
import dev.duplexvoice.telemetry.ConversationEvent.BargeIn;
import dev.duplexvoice.telemetry.ConversationEvent.ReplyFinished;
import dev.duplexvoice.telemetry.ConversationEvent.Resumed;
import dev.duplexvoice.telemetry.ConversationEvent.TurnEnded;
import dev.duplexvoice.telemetry.TelemetryEvent;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A turn: what the caller said, and what was said to that. Begun by any thread, all else is the telemetry's thread's. */
final class TurnTrace {
    /** Who interrupts more often within one reply is not listened to in detail. */
    private static final int MOST_MARKS = 32;

    final String id;
    final Context context;
    final long began;

    private final SpanMaker spans;
    private final String sessionId;
    private final Span span;
    private final List<Mark> marks = new ArrayList<>();
    private long callerEndedAt = TelemetryEvent.NEVER;
    private boolean ended;

    /** Something that happened to the playout. */
    private record Mark(String name, Attributes attributes, long at) {}

    TurnTrace(SpanMaker spans, Context conversation, String sessionId, String id, long began) {
        this.spans = spans;
        this.sessionId = sessionId;
        this.id = id;
        this.began = began;
        this.span = spans.start("turn", conversation, began, sessionId, id);
        this.context = conversation.with(span);
    }

    void callerEnded(TurnEnded told) {
        callerEndedAt = told.at();
        span.setAttribute(VoiceAttributes.TEXT_LENGTH, (long) told.characters());
        Span endpointing = spans.start("endpointing", context, Math.min(told.speechEnded(), told.at()), sessionId, id);
        endpointing.setAttribute(VoiceAttributes.TRANSCRIPTION_MS, SpanMaker.millis(told.transcriptionNanos()));
        spans.end(endpointing, told.at());
    }

    /** Whether speech of this time was answered by this turn. */
    boolean has(long onset) {
        return callerEndedAt != TelemetryEvent.NEVER && onset >= began && onset <= callerEndedAt;
    }

    void bargeIn(BargeIn told) {
        mark(new Mark(
                "barge_in",
                Attributes.of(VoiceAttributes.LATENCY_MS, SpanMaker.millis(told.silentAt() - told.triggeredAt())),
                told.triggeredAt()));
    }

    void resumed(Resumed told) {
        mark(new Mark("resumed", Attributes.empty(), told.at()));
    }

    private void mark(Mark mark) {
        if (marks.size() < MOST_MARKS) {
            marks.add(mark);
        }
    }

    void failed(String code, Throwable cause, long at) {
        spans.exception(span, cause, at);
        SpanMaker.failed(span, code);
    }

    /** The reply is over, and with it the turn. */
    void finished(ReplyFinished told) {
        if (told.firstAudioAt() != TelemetryEvent.NEVER) {
            Span playout = spans.start("playout", context, told.firstAudioAt(), sessionId, id);
            playout.setAttribute(VoiceAttributes.REPLY, (long) told.reply());
            playout.setAttribute(VoiceAttributes.FRAMES, told.frames());
            playout.setAttribute(VoiceAttributes.DROPPED_FRAMES, told.droppedFrames());
            playout.setAttribute(VoiceAttributes.TEXT_LENGTH, (long) told.characters());
            heard(playout, told);
            marks.forEach(mark -> spans.event(playout, mark.name(), mark.attributes(), mark.at()));
            spans.end(playout, told.at());
        }
        heard(span, told);
        end(told.at());
    }

    private static void heard(Span of, ReplyFinished told) {
        of.setAttribute(VoiceAttributes.INTERRUPTED, told.interrupted());
        of.setAttribute(VoiceAttributes.HEARD_MS, SpanMaker.millis(told.heardNanos()));
        of.setAttribute(VoiceAttributes.HEARD_LENGTH, (long) told.heardCharacters());
    }

    boolean isEnded() {
        return ended;
    }

    void end(long at) {
        if (!ended) {
            ended = true;
            marks.clear();
            spans.end(span, at);
        }
    }

    static boolean isOpen(@Nullable TurnTrace turn) {
        return turn != null && !turn.ended;
    }
}
