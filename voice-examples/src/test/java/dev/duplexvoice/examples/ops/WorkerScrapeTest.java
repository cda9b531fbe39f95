package dev.duplexvoice.examples.ops;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.examples.worker.ObservedWorker;
import java.net.URI;
import java.nio.file.Path;
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
            long frames = worker.speak("Good morning.");
            frames += worker.speak("And good night.");
            String emitted = "worker_audio_frames_emitted_total{job=\"tts-workers\",worker=\"tts@0\"}";
            prometheus.awaitData(emitted + " == " + frames);
            // A rate needs two scrapes, and the rules are made of rates.
            prometheus.awaitData("slo:events:rate5m{slo=\"rtf\"} > 0");
            assertThat(prometheus.hasData("worker_inference_rtf_count{model_id=\"rms\",worker=\"tts@0\"} == 2"))
                    .isTrue();
            assertThat(prometheus.withoutData(Dashboards.queries())).isEmpty();
        }
    }
}
