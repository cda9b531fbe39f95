package dev.duplexvoice.opentelemetry.internal;

import dev.duplexvoice.telemetry.TraceContext.Scope;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.context.Context;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/** Makes a span current, for OpenTelemetry and in the logging context, with the names of OpenTelemetry's Logback appender. */
final class LogIds {
    private static final String TRACE_ID = "trace_id";
    private static final String SPAN_ID = "span_id";
    private static final String FLAGS = "trace_flags";

    private LogIds() {}

    static Scope enter(Context context) {
        io.opentelemetry.context.Scope scope = context.makeCurrent();
        SpanContext span = Span.fromContext(context).getSpanContext();
        if (!span.isValid()) {
            return scope::close;
        }
        String trace = MDC.get(TRACE_ID);
        String id = MDC.get(SPAN_ID);
        String flags = MDC.get(FLAGS);
        MDC.put(TRACE_ID, span.getTraceId());
        MDC.put(SPAN_ID, span.getSpanId());
        MDC.put(FLAGS, span.getTraceFlags().asHex());
        return () -> {
            restore(TRACE_ID, trace);
            restore(SPAN_ID, id);
            restore(FLAGS, flags);
            scope.close();
        };
    }

    private static void restore(String key, @Nullable String before) {
        if (before == null) {
            MDC.remove(key);
        } else {
            MDC.put(key, before);
        }
    }
}
