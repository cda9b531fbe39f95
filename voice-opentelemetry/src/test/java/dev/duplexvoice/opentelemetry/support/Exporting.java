package dev.duplexvoice.opentelemetry.support;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;

/** An SDK that sends its spans to a collector, as a host sets it up. */
public final class Exporting {
    private Exporting() {}

    public static OpenTelemetrySdk sdk(String service, String endpoint) {
        return OpenTelemetrySdk.builder()
                .setTracerProvider(SdkTracerProvider.builder()
                        .setResource(Resource.builder()
                                .put(AttributeKey.stringKey("service.name"), service)
                                .build())
                        .addSpanProcessor(BatchSpanProcessor.builder(OtlpGrpcSpanExporter.builder()
                                        .setEndpoint(endpoint)
                                        .build())
                                .build())
                        .build())
                .build();
    }
}
