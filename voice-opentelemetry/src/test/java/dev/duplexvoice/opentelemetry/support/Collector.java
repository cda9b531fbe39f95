package dev.duplexvoice.opentelemetry.support;

import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.collector.trace.v1.TraceServiceGrpc;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Takes spans over OTLP, as an OpenTelemetry collector does. */
public final class Collector extends TraceServiceGrpc.TraceServiceImplBase implements AutoCloseable {
    private final List<Received> spans = new CopyOnWriteArrayList<>();
    private final Server server;

    /** A span, and the service that sent it. */
    public record Received(String service, Span span) {
        public String name() {
            return span.getName();
        }

        public String attribute(String key) {
            return span.getAttributesList().stream()
                    .filter(each -> each.getKey().equals(key))
                    .map(each -> each.getValue().getStringValue())
                    .findFirst()
                    .orElse("");
        }
    }

    public Collector() throws IOException {
        server = NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
                .addService(this)
                .build()
                .start();
    }

    public String endpoint() {
        return "http://127.0.0.1:" + server.getPort();
    }

    @Override
    public void export(ExportTraceServiceRequest request, StreamObserver<ExportTraceServiceResponse> out) {
        for (ResourceSpans resource : request.getResourceSpansList()) {
            String service = resource.getResource().getAttributesList().stream()
                    .filter(each -> each.getKey().equals("service.name"))
                    .map(KeyValue::getValue)
                    .map(value -> value.getStringValue())
                    .findFirst()
                    .orElse("");
            resource.getScopeSpansList()
                    .forEach(scope -> scope.getSpansList().forEach(span -> spans.add(new Received(service, span))));
        }
        out.onNext(ExportTraceServiceResponse.getDefaultInstance());
        out.onCompleted();
    }

    public List<Received> all() {
        return spans;
    }

    public Received only(String name) {
        List<Received> found = named(name);
        if (found.size() != 1) {
            throw new AssertionError(found.size() + " spans " + name);
        }
        return found.get(0);
    }

    public List<Received> named(String name) {
        return spans.stream().filter(one -> one.name().equals(name)).toList();
    }

    /** Names with their services, indented, from a span downwards; siblings by name. */
    public List<String> tree(Received root) {
        List<String> lines = new ArrayList<>();
        add(root, "", lines);
        return lines;
    }

    private void add(Received one, String indent, List<String> lines) {
        lines.add(indent + one.service() + " " + one.name());
        spans.stream()
                .filter(child ->
                        child.span().getParentSpanId().equals(one.span().getSpanId()))
                .sorted(Comparator.comparing(Received::name))
                .forEach(child -> add(child, indent + "  ", lines));
    }

    @Override
    public void close() {
        server.shutdownNow();
    }
}
