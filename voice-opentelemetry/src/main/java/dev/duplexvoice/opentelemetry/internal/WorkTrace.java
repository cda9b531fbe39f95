package dev.duplexvoice.opentelemetry.internal;

import dev.duplexvoice.opentelemetry.VoiceAttributes;
import dev.duplexvoice.telemetry.ConversationEvent.Responded;
import dev.duplexvoice.telemetry.ServiceEvent.Framed;
import dev.duplexvoice.telemetry.ServiceEvent.Source;
import dev.duplexvoice.telemetry.ServiceEvent.Synthesized;
import dev.duplexvoice.telemetry.TelemetryEvent;
import dev.duplexvoice.telemetry.TelemetryEvent.Outcome;
import dev.duplexvoice.telemetry.TraceContext;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A span that others are called in, from when they are until an event tells of its end: a reply, a clause for a voice, a text at a
 * worker. Begun and entered on the thread that calls, ended on the telemetry's.
 */
public final class WorkTrace extends TraceContext {
    private final VoiceTelemetry owner;
    private final SpanMaker spans;
    private final String sessionId;
    private final @Nullable String turnId;
    private final boolean atWorker;
    private final Span span;
    private final Context context;
    private volatile @Nullable Throwable failure;

    // What follows is the telemetry's thread's.
    private @Nullable Synthesized synthesized;
    private @Nullable Framed framed;

    private WorkTrace(
            VoiceTelemetry owner,
            SpanMaker spans,
            String sessionId,
            @Nullable String turnId,
            boolean atWorker,
            Span span,
            Context parent) {
        this.owner = owner;
        this.spans = spans;
        this.sessionId = sessionId;
        this.turnId = turnId;
        this.atWorker = atWorker;
        this.span = span;
        this.context = parent.with(span);
    }

    /** A text that came from a client. */
    public static WorkTrace atWorker(VoiceTelemetry owner, SpanMaker spans, Context parent, String sessionId, long at) {
        Span span = spans.start("synthesis", SpanKind.SERVER, parent, at, sessionId, null);
        return new WorkTrace(owner, spans, sessionId, null, true, span, parent);
    }

    static WorkTrace ofTurn(VoiceTelemetry owner, SpanMaker spans, Context turn, String sessionId, Begin work) {
        String name = work.work() == Work.REPLY ? "reply" : "tts";
        Span span = spans.start(name, turn, work.at(), sessionId, work.turnId());
        span.setAttribute(VoiceAttributes.REPLY, (long) work.reply());
        return new WorkTrace(owner, spans, sessionId, work.turnId(), false, span, turn);
    }

    /** Whether this telemetry began it. */
    public boolean isOf(VoiceTelemetry telemetry) {
        return owner == telemetry;
    }

    @Override
    protected TraceContext onBegin(Begin work) {
        return NONE;
    }

    @Override
    protected Scope onEnter(@Nullable String turn) {
        return LogIds.enter(context);
    }

    @Override
    protected void onFailed(Throwable cause) {
        if (failure == null) {
            failure = cause;
        }
    }

    /** The Responder is done. */
    void responded(Responded told) {
        span.setAttribute(VoiceAttributes.MODEL_ID, told.model());
        span.setAttribute(VoiceAttributes.TEXT_LENGTH, (long) told.characters());
        if (told.firstTextAt() != TelemetryEvent.NEVER) {
            span.setAttribute(VoiceAttributes.FIRST_TEXT_MS, SpanMaker.millis(told.firstTextAt() - told.askedAt()));
        }
        if (told.inputTokens() > 0 || told.outputTokens() > 0) {
            span.setAttribute(VoiceAttributes.INPUT_TOKENS, told.inputTokens());
            span.setAttribute(VoiceAttributes.OUTPUT_TOKENS, told.outputTokens());
        }
        ended(span, told.outcome(), "RESPONDER", told.at());
        spans.end(span, told.at());
    }

    private void ended(Span of, Outcome outcome, String errorType, long at) {
        of.setAttribute(VoiceAttributes.OUTCOME, outcome.name().toLowerCase(Locale.ROOT));
        if (outcome == Outcome.FAILED) {
            Throwable cause = failure;
            if (cause != null) {
                spans.exception(of, cause, at);
            }
            SpanMaker.failed(of, errorType);
        }
    }

    /** The voice is done; frames may still be to come. */
    public void synthesized(Synthesized told) {
        synthesized = told;
        endIfDone();
    }

    /** All is in frames; what the voice did may still be to be told. */
    public void framed(Framed told) {
        framed = told;
        endIfDone();
    }

    private void endIfDone() {
        Synthesized voice = synthesized;
        Framed frames = framed;
        if (voice == null || frames == null) {
            return;
        }
        long end = Math.max(voice.at(), frames.at());
        describe(span, voice);
        span.setAttribute(VoiceAttributes.AUDIO_MS, SpanMaker.millis(voice.audioNanos()));
        span.setAttribute(VoiceAttributes.FRAMES, frames.frames());
        if (atWorker) {
            parts(context, voice, frames);
        } else if (voice.source() != Source.REMOTE) {
            // What is computed elsewhere is told there.
            Span synthesis = spans.start("synthesis", context, voice.begunAt(), sessionId, turnId);
            describe(synthesis, voice);
            parts(context.with(synthesis), voice, frames);
            ended(synthesis, voice.outcome(), "SYNTHESIS", voice.at());
            spans.end(synthesis, end);
        }
        ended(span, voice.outcome(), "SYNTHESIS", voice.at());
        spans.end(span, end);
    }

    private static void describe(Span of, Synthesized voice) {
        of.setAttribute(VoiceAttributes.MODEL_ID, voice.modelId());
        of.setAttribute(VoiceAttributes.TEXT_LENGTH, (long) voice.characters());
        of.setAttribute(VoiceAttributes.SOURCE, voice.source().name().toLowerCase(Locale.ROOT));
        if (voice.firstAudioAt() != TelemetryEvent.NEVER) {
            of.setAttribute(VoiceAttributes.FIRST_AUDIO_MS, SpanMaker.millis(voice.firstAudioAt() - voice.begunAt()));
        }
    }

    private void parts(Context synthesis, Synthesized voice, Framed frames) {
        if (voice.source() == Source.COMPUTED) {
            Span inference = spans.start("inference", synthesis, voice.begunAt(), sessionId, turnId);
            inference.setAttribute(VoiceAttributes.MODEL_ID, voice.modelId());
            inference.setAttribute(VoiceAttributes.COMPUTE_MS, SpanMaker.millis(voice.computeNanos()));
            inference.setAttribute(VoiceAttributes.AUDIO_MS, SpanMaker.millis(voice.audioNanos()));
            if (voice.outcome() == Outcome.FAILED) {
                SpanMaker.failed(inference, "SYNTHESIS");
            }
            boolean sounds = voice.audioEndedAt() != TelemetryEvent.NEVER;
            spans.end(inference, sounds ? voice.audioEndedAt() : voice.at());
        }
        if (frames.begunAt() != TelemetryEvent.NEVER) {
            Span framing = spans.start("framing", synthesis, frames.begunAt(), sessionId, turnId);
            framing.setAttribute(VoiceAttributes.FRAMES, frames.frames());
            spans.end(framing, frames.at());
        }
    }
}
