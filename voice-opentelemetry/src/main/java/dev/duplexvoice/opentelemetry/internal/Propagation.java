package dev.duplexvoice.opentelemetry.internal;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.TextMapPropagator;

/** How a trace travels between processes. */
public final class Propagation {
    private Propagation() {}

    /** As the SDK says; as W3C's {@code traceparent} if it says nothing, as {@code OpenTelemetrySdk.builder()} does unless told. */
    public static TextMapPropagator of(OpenTelemetry openTelemetry) {
        TextMapPropagator its = openTelemetry.getPropagators().getTextMapPropagator();
        return its.fields().isEmpty() ? W3CTraceContextPropagator.getInstance() : its;
    }
}
