package dev.duplexvoice.opentelemetry;

import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.grpc.RemoteSynthesizer;
import dev.duplexvoice.grpc.SpeechWorker;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import java.util.List;

/** Code that docs/tracing.md shows; it stands there as it stands here. */
final class Snippets {
    private Snippets() {}

    static List<AutoCloseable> setUp() {
        // begin set-up
        OpenTelemetrySdk sdk = OpenTelemetrySdk.builder()
                .setTracerProvider(SdkTracerProvider.builder()
                        .setResource(Resource.builder()
                                .put("service.name", "reception")
                                .build())
                        .addSpanProcessor(BatchSpanProcessor.builder(OtlpGrpcSpanExporter.builder()
                                        .setEndpoint("http://localhost:4317")
                                        .build())
                                .build())
                        .build())
                .build();
        VoiceEngine engine =
                VoiceEngine.builder().telemetry(VoiceTracing.create(sdk)).build();
        // end
        return List.of(engine, sdk);
    }

    static List<AutoCloseable> connect(OpenTelemetrySdk sdk, VoiceEngine engine) {
        // begin grpc
        RemoteSynthesizer voice = RemoteSynthesizer.builder("speech.internal:7001")
                .intercept(GrpcTracing.client(sdk))
                .build();
        SpeechWorker worker =
                SpeechWorker.builder(engine).intercept(GrpcTracing.server(sdk)).start();
        // end
        return List.of(voice, worker);
    }
}
