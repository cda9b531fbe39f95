package dev.duplexvoice.opentelemetry.internal;

import dev.duplexvoice.opentelemetry.VoiceAttributes;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Starts and ends spans at times of an engine's clock. */
public final class SpanMaker {
    private static final AttributeKey<String> TYPE = AttributeKey.stringKey("exception.type");
    private static final AttributeKey<String> MESSAGE = AttributeKey.stringKey("exception.message");
    private static final AttributeKey<String> STACK = AttributeKey.stringKey("exception.stacktrace");
    private static final int LONGEST_STACK = 16_384;

    private final Tracer tracer;
    private final WallTimes times;

    /** Spans of one trace. */
    public SpanMaker(Tracer tracer, WallTimes times) {
        this.tracer = tracer;
        this.times = times;
    }

    Span start(String name, SpanKind kind, Context parent, long at, String sessionId, @Nullable String turnId) {
        var builder = tracer.spanBuilder(name)
                .setSpanKind(kind)
                .setParent(parent)
                .setStartTimestamp(times.of(at), TimeUnit.NANOSECONDS)
                .setAttribute(VoiceAttributes.SESSION_ID, sessionId);
        if (turnId != null) {
            builder.setAttribute(VoiceAttributes.TURN_ID, turnId);
        }
        return builder.startSpan();
    }

    Span start(String name, Context parent, long at, String sessionId, @Nullable String turnId) {
        return start(name, SpanKind.INTERNAL, parent, at, sessionId, turnId);
    }

    void end(Span span, long at) {
        span.end(times.of(at), TimeUnit.NANOSECONDS);
    }

    void event(Span span, String name, Attributes attributes, long at) {
        span.addEvent(name, attributes, times.of(at), TimeUnit.NANOSECONDS);
    }

    /** As {@link Span#recordException}, at a time of the engine's. */
    void exception(Span span, Throwable cause, long at) {
        if (!span.isRecording()) {
            return;
        }
        StringWriter stack = new StringWriter();
        cause.printStackTrace(new PrintWriter(stack));
        String text = stack.toString();
        event(
                span,
                "exception",
                Attributes.of(
                        TYPE,
                        cause.getClass().getName(),
                        MESSAGE,
                        String.valueOf(cause.getMessage()),
                        STACK,
                        text.length() <= LONGEST_STACK ? text : text.substring(0, LONGEST_STACK)),
                at);
    }

    static void failed(Span span, String type) {
        span.setAttribute(VoiceAttributes.ERROR_TYPE, type);
        span.setStatus(StatusCode.ERROR, type);
    }

    static double millis(long nanos) {
        return nanos / 1e6;
    }
}
