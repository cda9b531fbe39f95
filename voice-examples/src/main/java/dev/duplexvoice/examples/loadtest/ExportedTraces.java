package dev.duplexvoice.examples.loadtest;

import dev.duplexvoice.opentelemetry.VoiceTracing;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.concurrent.atomic.LongAdder;

/** Traces as a server sends them: all of them, in batches, over OTLP/gRPC, here to a receiver in this process. */
final class ExportedTraces implements AutoCloseable {
    private static final int MOST_WAITING = 1 << 16;

    private final SpanReceiver receiver;
    private final OpenTelemetrySdk sdk;
    private final LongAdder sent = new LongAdder();

    ExportedTraces() {
        receiver = SpanReceiver.start(spans -> {});
        SpanExporter exporter =
                OtlpGrpcSpanExporter.builder().setEndpoint(receiver.endpoint()).build();
        sdk = OpenTelemetrySdk.builder()
                .setTracerProvider(SdkTracerProvider.builder()
                        .setResource(Resource.builder()
                                .put("service.name", "loadtest")
                                .build())
                        .addSpanProcessor(BatchSpanProcessor.builder(new Counting(exporter))
                                // In the end all conversations end at once.
                                .setMaxQueueSize(MOST_WAITING)
                                .build())
                        .build())
                .build();
    }

    VoiceTelemetry telemetry() {
        return VoiceTracing.create(sdk);
    }

    /** Spans that the receiver has taken so far. */
    long sent() {
        return sent.sum();
    }

    @Override
    public void close() {
        sdk.close();
        receiver.close();
    }

    /** Counts what was taken. */
    private final class Counting implements SpanExporter {
        private final SpanExporter to;

        Counting(SpanExporter to) {
            this.to = to;
        }

        @Override
        public CompletableResultCode export(Collection<SpanData> spans) {
            CompletableResultCode result = to.export(spans);
            int count = spans.size();
            return result.whenComplete(() -> {
                if (result.isSuccess()) {
                    sent.add(count);
                }
            });
        }

        @Override
        public CompletableResultCode flush() {
            return to.flush();
        }

        @Override
        public CompletableResultCode shutdown() {
            return to.shutdown();
        }
    }
}
