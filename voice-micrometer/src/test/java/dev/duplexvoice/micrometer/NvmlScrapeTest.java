package dev.duplexvoice.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.duplexvoice.micrometer.operator.HealthSource;
import dev.duplexvoice.micrometer.operator.ObservedProcess;
import dev.duplexvoice.micrometer.operator.OperatorEndpoint;
import dev.duplexvoice.nativecore.NvmlGpuSource;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From NVML to what Prometheus reads, over an NVML without a driver. */
class NvmlScrapeTest {
    private static final List<String> ROWS = List.of(
            "worker_gpu_memory_used_bytes",
            "worker_gpu_memory_total_bytes",
            "worker_gpu_utilization_percent",
            "worker_gpu_temperature_celsius",
            "worker_gpu_power_watts");

    @TempDir
    Path folder;

    private Path fake = Path.of("");

    @BeforeEach
    void find() {
        String name = System.getenv("VOICE_NVML_LIBRARY");
        assumeTrue(
                name != null && Files.isRegularFile(Path.of(name)),
                "VOICE_NVML_LIBRARY names no file: build the target fake_nvml to run this test");
        fake = Path.of(name);
    }

    @Test
    void shouldBeThereByDefaultWhereADriverIs() throws Exception {
        try (ObservedProcess observed = ObservedProcess.builder("tts-a@0").build()) {
            Scrape scrape = scrape(observed);
            assertThat(scrape.sum("worker_gpu_memory_used_bytes", "worker", "tts-a@0", "gpu_id", "0"))
                    .isEqualTo(2L << 30);
            assertThat(scrape.sum("worker_gpu_memory_used_bytes", "worker", "tts-a@0", "gpu_id", "1"))
                    .isEqualTo(1L << 30);
            assertThat(scrape.sum("worker_gpu_memory_total_bytes", "gpu_id", "0"))
                    .isEqualTo(80L << 30);
            assertThat(scrape.sum("worker_gpu_utilization_percent", "worker", "tts-a@0", "gpu_id", "0"))
                    .isEqualTo(37);
            assertThat(scrape.sum("worker_gpu_temperature_celsius", "gpu_id", "1"))
                    .isEqualTo(30);
            assertThat(scrape.sum("worker_gpu_power_watts", "gpu_id", "0")).isEqualTo(310.5);
            assertThat(scrape.sum("worker_gpu_power_watts", "gpu_id", "1")).isEqualTo(60.25);
            for (String row : ROWS) {
                assertThat(scrape.types).containsEntry(row, "gauge");
                VoiceMetric metric = VoiceMetric.valueOf(row.toUpperCase(Locale.ROOT));
                assertThat(scrape.find(row))
                        .hasSize(2)
                        .allSatisfy(sample -> assertThat(sample.labels().keySet())
                                .containsExactlyInAnyOrderElementsOf(metric.labels()));
            }
        }
    }

    @Test
    void shouldNotBeThereWithoutADriver() throws Exception {
        try (ObservedProcess observed = ObservedProcess.builder("tts-a@0")
                .gpus(new NvmlGpuSource(folder.resolve("libnvidia-ml.so.1")))
                .build()) {
            Scrape scrape = scrape(observed);
            assertThat(scrape.text).doesNotContain("gpu");
            assertThat(scrape.find("process_cpu_usage")).as("the others are").hasSize(1);
        }
    }

    @Test
    void shouldLoseTheRowsOfAGpuThatIsLostAndKeepTheOthers() throws Exception {
        Path library = Files.copy(fake, folder.resolve("libnvidia-ml.so.1"));
        Path script = folder.resolve("libnvidia-ml.so.1.script");
        String two = "gpu 1 1 80 1 40 1000 A\ngpu 1 1 80 1 50 1000 B\nfail nvmlDeviceGetPowerUsage 0 3\n";
        Files.writeString(script, two);
        var registry = Scrape.registry();
        try (GpuMetrics gpus =
                new GpuMetrics("tts-a@0", new NvmlGpuSource(library), Duration.ofDays(1), Duration.ofSeconds(10))) {
            gpus.bindTo(registry);
            assertThat(Scrape.of(registry).samples).hasSize(9);
            assertThat(Scrape.of(registry).find("worker_gpu_power_watts", "gpu_id", "0"))
                    .isEmpty();
            Files.writeString(script, two + "fail nvmlDeviceGetHandleByIndex_v2 1 15\n");
            gpus.refresh();
            Scrape scrape = Scrape.of(registry);
            assertThat(scrape.samples)
                    .hasSize(4)
                    .allSatisfy(sample -> assertThat(sample.labels()).containsEntry("gpu_id", "0"));
            assertThat(scrape.sum("worker_gpu_temperature_celsius")).isEqualTo(40);
        }
    }

    private static Scrape scrape(ObservedProcess observed) throws Exception {
        HealthSource health = () -> CompletableFuture.completedFuture(Map.of());
        try (OperatorEndpoint endpoint =
                OperatorEndpoint.start(new InetSocketAddress("127.0.0.1", 0), observed.pages(health), null)) {
            URI metrics = URI.create("http://127.0.0.1:" + endpoint.port() + "/metrics");
            return new Scrape(HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(metrics).build(), HttpResponse.BodyHandlers.ofString())
                    .body());
        }
    }
}
