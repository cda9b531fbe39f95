package dev.duplexvoice.opentelemetry.support;

import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** An SDK that keeps its spans, and shows them as a tree. */
public final class Spans implements AutoCloseable {
    /** Where time is 0 in what is shown. */
    public static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

    private static final Set<String> LEFT_OUT =
            Set.of("session_id", "turn_id", "model_id", "transport", "adapter_type", "compute_ms", "source");

    private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
    private final AtomicInteger open = new AtomicInteger();
    public final OpenTelemetrySdk sdk = OpenTelemetrySdk.builder()
            .setTracerProvider(SdkTracerProvider.builder()
                    .addSpanProcessor(new Counter())
                    .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                    .build())
            .build();

    /** How many spans are open. */
    private final class Counter implements SpanProcessor {
        @Override
        public void onStart(Context parent, ReadWriteSpan span) {
            open.incrementAndGet();
        }

        @Override
        public boolean isStartRequired() {
            return true;
        }

        @Override
        public void onEnd(ReadableSpan span) {
            open.decrementAndGet();
        }

        @Override
        public boolean isEndRequired() {
            return true;
        }
    }

    /** Spans that were begun and have not ended. */
    public int open() {
        return open.get();
    }

    public List<SpanData> all() {
        return exporter.getFinishedSpanItems();
    }

    public List<SpanData> named(String name) {
        return all().stream().filter(span -> span.getName().equals(name)).toList();
    }

    /** Indented; times are milliseconds since {@link #START}. Children in the order in which they began, then by name. */
    public List<String> tree() {
        List<SpanData> all = all();
        Set<String> ids = all.stream().map(SpanData::getSpanId).collect(Collectors.toSet());
        List<String> lines = new ArrayList<>();
        all.stream()
                .filter(span -> !ids.contains(span.getParentSpanId()))
                .sorted(order())
                .forEach(root -> add(root, "", all, lines));
        return lines;
    }

    private static Comparator<SpanData> order() {
        return Comparator.comparingLong(SpanData::getStartEpochNanos)
                .thenComparing(SpanData::getName)
                .thenComparingLong(SpanData::getEndEpochNanos);
    }

    private static void add(SpanData span, String indent, List<SpanData> all, List<String> lines) {
        lines.add(indent + line(span));
        span.getEvents()
                .forEach(event -> lines.add(indent + "  * " + event.getName() + " " + millis(event.getEpochNanos())
                        + event.getAttributes().asMap().entrySet().stream()
                                .filter(entry -> !entry.getKey().getKey().equals("exception.stacktrace"))
                                .map(entry -> " " + entry.getKey().getKey() + "=" + entry.getValue())
                                .sorted()
                                .collect(Collectors.joining())));
        all.stream()
                .filter(child -> child.getParentSpanId().equals(span.getSpanId()))
                .sorted(order())
                .forEach(child -> add(child, indent + "  ", all, lines));
    }

    private static String line(SpanData span) {
        String attributes = span.getAttributes().asMap().entrySet().stream()
                .filter(entry -> !LEFT_OUT.contains(entry.getKey().getKey()))
                .map(entry -> " " + entry.getKey().getKey() + "=" + entry.getValue())
                .sorted()
                .collect(Collectors.joining());
        String status = span.getStatus().getStatusCode() == StatusCode.ERROR
                ? " ERROR(" + span.getStatus().getDescription() + ")"
                : "";
        return span.getName() + " " + millis(span.getStartEpochNanos()) + "-" + millis(span.getEndEpochNanos())
                + attributes + status;
    }

    private static String millis(long epochNanos) {
        long nanos = epochNanos - START.toEpochMilli() * 1_000_000;
        return nanos % 1_000_000 == 0 ? Long.toString(nanos / 1_000_000) : Double.toString(nanos / 1e6);
    }

    @Override
    public void close() {
        sdk.close();
    }
}
