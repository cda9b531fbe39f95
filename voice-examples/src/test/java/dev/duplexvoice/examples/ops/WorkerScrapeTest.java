package dev.duplexvoice.examples.ops;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.examples.worker.ObservedWorker;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real Prometheus, with the project's configuration and rules, scrapes a real worker that speaks. */
@Timeout(300)
class WorkerScrapeTest {
    @Test
    void shouldComputeServiceLevelsWhenAWorkerHasSpoken(@TempDir Path folder, @TempDir Path settings) throws Exception {
        try (ObservedWorker worker = ObservedWorker.start(settings, "operator.worker: tts@0\n");
                PrometheusServer prometheus = new PrometheusServer(folder, URI.create(worker.url() + "/metrics"))) {
            prometheus.awaitData("worker_audio_frames_emitted_total");
            String emitted = "worker_audio_frames_emitted_total{job=\"tts-workers\",worker=\"tts@0\"}";
            long frames = worker.speak("Good morning.");
            prometheus.awaitData(emitted + " == " + frames);
            // The rules are made of rates, for which what was not there before the first text must grow.
            frames += worker.speak("And good night.");
            prometheus.awaitData(emitted + " == " + frames);
            prometheus.awaitData("slo:events:rate5m{slo=\"rtf\"} > 0");
            assertThat(prometheus.hasData("worker_inference_rtf_count{model_id=\"rms\",worker=\"tts@0\"} == 2"))
                    .isTrue();
            List<Dashboards.Query> ofSynthesis = Dashboards.queries().stream()
                    .filter(query -> Rules.metrics(query.filled()).stream()
                            .allMatch(metric -> metric.matches("worker_(inference|synthesis)_.*|jvm_.*")))
                    .toList();
            assertThat(ofSynthesis).hasSizeGreaterThan(5);
            assertThat(prometheus.withoutData(ofSynthesis)).isEmpty();
        }
    }
}
