package dev.duplexvoice.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.grpc.RemoteSynthesizer;
import dev.duplexvoice.opentelemetry.support.Collector;
import dev.duplexvoice.opentelemetry.support.Exporting;
import dev.duplexvoice.opentelemetry.support.Talk;
import dev.duplexvoice.opentelemetry.support.TracedWorker;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A session here, its voice in another process, a collector that both send their spans to. */
class OtlpTest {
    @Test
    void shouldBringOneTreeOfTwoProcessesToTheCollector() throws Exception {
        try (Collector collector = new Collector();
                TracedWorker worker = TracedWorker.start(collector.endpoint())) {
            try (OpenTelemetrySdk sdk = Exporting.sdk("app", collector.endpoint());
                    // Without spare sessions the text is sent on another thread than the one that has its trace.
                    RemoteSynthesizer voice = RemoteSynthesizer.builder(worker.authority())
                            .spareSessions(0)
                            .intercept(GrpcTracing.client(sdk))
                            .build();
                    VoiceEngine engine = VoiceEngine.builder()
                            .telemetry(VoiceTracing.create(sdk))
                            .providers(List.of())
                            .build()) {
                Talk.on(engine, voice);
            }
            worker.finish();

            Collector.Received root = collector.only("conversation");
            assertThat(root.span().getParentSpanId()).isEmpty();
            assertThat(collector.tree(root))
                    .containsExactly(
                            "app conversation",
                            "  app turn",
                            "    app endpointing",
                            "    app playout",
                            "    app reply",
                            "    app tts",
                            "      worker synthesis",
                            "        worker framing",
                            "        worker inference");
            assertThat(collector.all())
                    .extracting(one -> one.span().getTraceId())
                    .containsOnly(root.span().getTraceId());
            assertThat(collector.all())
                    .allSatisfy(one -> assertThat(one.span().getEndTimeUnixNano())
                            .isGreaterThanOrEqualTo(one.span().getStartTimeUnixNano()));
            assertThat(collector.only("tts").attribute("source")).isEqualTo("remote");
            assertThat(collector.only("synthesis").attribute("model_id")).isEqualTo("words");
        }
    }
}
