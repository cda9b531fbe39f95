package dev.duplexvoice.examples.serve;

import dev.duplexvoice.grpc.RemoteSynthesizer;
import dev.duplexvoice.grpc.SpeechWorker;
import dev.duplexvoice.opentelemetry.GrpcTracing;
import dev.duplexvoice.opentelemetry.VoiceTracing;
import dev.duplexvoice.server.config.ServerConfig;
import dev.duplexvoice.server.config.ServerKeys;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The traces of a program, sent to a collector over OTLP/gRPC if its settings name one. */
public final class TraceExport implements AutoCloseable {
    private static final Pattern ENDPOINT = Pattern.compile("https?://[^\\s/?#@]+/?");

    private final @Nullable OpenTelemetrySdk sdk;

    private TraceExport(@Nullable OpenTelemetrySdk sdk) {
        this.sdk = sdk;
    }

    /** Those of a server. */
    public static TraceExport of(ServerConfig config) {
        return of(
                "voice-server",
                config.get(ServerKeys.TRACING_ENDPOINT).orElse(null),
                config.get(ServerKeys.TRACING_SAMPLE));
    }

    /**
     * Those of a program.
     *
     * @param service what the collector knows it as
     * @param endpoint {@code http://host:4317}; null for no traces
     * @param sample the share of the traces that begin here; one that a client began is told, or not, as the client has it
     * @throws IllegalArgumentException if one of them cannot be used; the message names its key
     */
    public static TraceExport of(String service, @Nullable String endpoint, double sample) {
        check(endpoint, sample);
        if (endpoint == null) {
            return new TraceExport(null);
        }
        return new TraceExport(OpenTelemetrySdk.builder()
                .setTracerProvider(SdkTracerProvider.builder()
                        .setResource(Resource.getDefault()
                                .merge(Resource.builder()
                                        .put("service.name", service)
                                        .build()))
                        .setSampler(Sampler.parentBased(Sampler.traceIdRatioBased(sample)))
                        .addSpanProcessor(BatchSpanProcessor.builder(OtlpGrpcSpanExporter.builder()
                                        .setEndpoint(endpoint)
                                        .build())
                                .build())
                        .build())
                .build());
    }

    /**
     * Looks at both values.
     *
     * @throws IllegalArgumentException if one of them cannot be used; the message names its key
     */
    public static void check(@Nullable String endpoint, double sample) {
        if (!(sample >= 0 && sample <= 1)) {
            throw new IllegalArgumentException("tracing.sample=" + sample + ": must be 0 to 1");
        }
        if (endpoint != null && !ENDPOINT.matcher(endpoint).matches()) {
            throw new IllegalArgumentException(
                    "tracing.endpoint=" + endpoint + ": must be a collector's http://host:4317 or https://host:4317");
        }
    }

    /** For an engine. */
    public VoiceTelemetry telemetry() {
        return sdk == null ? VoiceTelemetry.disabled() : VoiceTracing.create(sdk);
    }

    /** Has the calls of a worker carry the trace. */
    RemoteSynthesizer.Builder carriedBy(RemoteSynthesizer.Builder calls) {
        if (sdk != null) {
            calls.intercept(GrpcTracing.client(sdk));
        }
        return calls;
    }

    /** Has a worker go on with the traces of those who call it. */
    public void addTo(SpeechWorker.Builder worker) {
        if (sdk != null) {
            worker.intercept(GrpcTracing.server(sdk));
        }
    }

    /** Sends what is still to be sent, for some seconds at most. */
    @Override
    public void close() {
        if (sdk != null) {
            sdk.close();
        }
    }
}
