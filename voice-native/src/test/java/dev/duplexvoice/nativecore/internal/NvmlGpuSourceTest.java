package dev.duplexvoice.nativecore.internal;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.duplexvoice.nativecore.NvmlGpuSource;
import dev.duplexvoice.spi.GpuSource;
import dev.duplexvoice.spi.GpuSource.Gpu;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** The GPUs' figures through the whole of the native core, over an NVML without a driver. */
class NvmlGpuSourceTest {
    private static final String THREE = """
            gpu 2000000000 500000000 80000000000 37 61 310500 NVIDIA H200
            gpu 0 500000000 80000000000 0 30 60250 NVIDIA H200
            gpu 140737488355327 0 140737488355328 100 90 1 Another
            """;

    @TempDir
    Path folder;

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(NvmlGpus.class);
    private final int live = NativeHandle.live();

    @BeforeEach
    void listen() {
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void release() {
        logger.detachAppender(log);
        assertThat(NativeHandle.live()).isEqualTo(live);
    }

    private List<String> said() {
        return log.list.stream()
                .map(event -> event.getLevel() + " " + event.getFormattedMessage() + " " + event.getKeyValuePairs())
                .toList();
    }

    @Test
    void shouldTellWhatTheDriverTells() {
        FakeNvml fake = new FakeNvml(folder, THREE);
        try (GpuSource gpus = new NvmlGpuSource(fake.library)) {
            assertThat(gpus.read())
                    .containsExactly(
                            new Gpu("0", 2e9, 80e9, 37, 61, 310.5),
                            new Gpu("1", 0, 80e9, 0, 30, 60.25),
                            new Gpu("2", (1L << 47) - 1, 1L << 47, 100, 90, 0.001));
            fake.script(THREE.replace(" 37 61 ", " 38 62 "));
            assertThat(gpus.read()).contains(new Gpu("0", 2e9, 80e9, 38, 62, 310.5));
        }
        assertThat(said()).isEmpty();
    }

    @Test
    void shouldBeFoundAndLookWhereTheEnvironmentSays() {
        FakeNvml.shared();
        try (GpuSource gpus = ServiceLoader.load(GpuSource.class).findFirst().orElseThrow()) {
            assertThat(gpus).isInstanceOf(NvmlGpuSource.class);
            assertThat(gpus.read())
                    .containsExactly(
                            new Gpu("0", 2L << 30, 80L << 30, 37, 61, 310.5),
                            new Gpu("1", 1L << 30, 80L << 30, 0, 30, 60.25));
        }
    }

    @Test
    void shouldTellNothingAndSayWhyOnceWithoutADriver() {
        Path none = folder.resolve("libnvidia-ml.so.1");
        try (GpuSource gpus = new NvmlGpuSource(none)) {
            assertThat(gpus.read()).isEmpty();
            assertThat(gpus.read()).isEmpty();
        }
        assertThat(said())
                .singleElement()
                .asString()
                .startsWith("INFO No metrics of GPUs")
                .contains(none.toString());
    }

    @Test
    void shouldTellNothingWhenTheDriverIsNotLoaded() {
        FakeNvml fake = new FakeNvml(folder, THREE + "fail nvmlInit_v2 * 9\n");
        try (GpuSource gpus = new NvmlGpuSource(fake.library)) {
            assertThat(gpus.read()).isEmpty();
        }
        assertThat(said()).singleElement().asString().startsWith("INFO ").contains("Driver Not Loaded");
    }

    @Test
    void shouldLeaveOutWhatAGpuDoesNotTellAndSayItOnce() {
        FakeNvml fake = new FakeNvml(
                folder, THREE + "fail nvmlDeviceGetPowerUsage 1 3\nfail nvmlDeviceGetUtilizationRates 1 4\n");
        try (GpuSource gpus = new NvmlGpuSource(fake.library)) {
            for (int i = 0; i < 3; i++) {
                assertThat(gpus.read())
                        .hasSize(3)
                        .contains(new Gpu("1", 0, 80e9, Double.NaN, 30, Double.NaN))
                        .contains(new Gpu("0", 2e9, 80e9, 37, 61, 310.5));
            }
        }
        assertThat(said())
                .singleElement()
                .asString()
                .startsWith("INFO Figures of a GPU are missing")
                .contains("1 NVIDIA H200", "utilization: Insufficient Permissions; power: Not Supported");
    }

    @Test
    void shouldWarnOnceWhenAGpuIsLostAndTellOfItWhenItIsBack() {
        FakeNvml fake = new FakeNvml(folder, THREE);
        try (GpuSource gpus = new NvmlGpuSource(fake.library)) {
            gpus.read();
            fake.script(THREE + "fail nvmlDeviceGetHandleByIndex_v2 1 15\n");
            for (int i = 0; i < 2; i++) {
                assertThat(gpus.read())
                        .hasSize(3)
                        .contains(new Gpu("1", Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN));
            }
            fake.script(THREE);
            assertThat(gpus.read()).contains(new Gpu("1", 0, 80e9, 0, 30, 60.25));
        }
        assertThat(said()).singleElement().asString().startsWith("WARN ").contains("GPU: GPU is lost");
    }

    @Test
    void shouldTellNothingWhileTheDriverIsAway() {
        FakeNvml fake = new FakeNvml(folder, THREE);
        try (GpuSource gpus = new NvmlGpuSource(fake.library)) {
            gpus.read();
            fake.script("fail nvmlDeviceGetCount_v2 * 999\n");
            assertThat(gpus.read()).isEmpty();
            assertThat(gpus.read()).isEmpty();
            fake.script(THREE);
            assertThat(gpus.read()).hasSize(3);
        }
        assertThat(said()).singleElement().asString().startsWith("WARN ").contains("Unknown Error");
    }

    @Test
    void shouldTellOfTheFirstWhenThereAreMoreThanFit() {
        FakeNvml fake = new FakeNvml(folder, "gpu 1 1 9 1 42 1 x\n".repeat(NvmlGpus.MOST + 1));
        try (GpuSource gpus = new NvmlGpuSource(fake.library)) {
            assertThat(gpus.read())
                    .hasSize(NvmlGpus.MOST)
                    .allSatisfy(gpu -> assertThat(gpu.temperatureCelsius()).isEqualTo(42));
        }
    }

    @Test
    void shouldCloseWhileTheDriverHangs() throws Exception {
        FakeNvml fake = new FakeNvml(folder, THREE);
        ExecutorService reader = Executors.newSingleThreadExecutor();
        GpuSource gpus = new NvmlGpuSource(fake.library);
        gpus.read();
        fake.script(THREE + "wait nvmlDeviceGetTemperature\n");
        Future<List<Gpu>> hangs = reader.submit(gpus::read);
        gpus.close();
        gpus.close();
        assertThat(gpus.read()).isEmpty();
        fake.script(THREE);
        // All of them if it was in the driver already, and none if it came too late.
        assertThat(hangs.get().size()).isIn(0, 3);
        reader.shutdown();
    }

    @Test
    void shouldLoadNothingWhenItWasClosedBefore() {
        FakeNvml fake = new FakeNvml(folder, THREE);
        GpuSource gpus = new NvmlGpuSource(fake.library);
        gpus.close();
        assertThat(gpus.read()).isEmpty();
        assertThat(said()).isEmpty();
    }
}
