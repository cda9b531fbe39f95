package dev.duplexvoice.nativecore;

import dev.duplexvoice.nativecore.internal.NvmlGpus;
import dev.duplexvoice.spi.GpuSource;
import java.nio.file.Path;
import java.util.List;

/**
 * What NVIDIA's driver tells of this machine's GPUs through its management library, NVML. Needs nothing but the driver: without it there
 * is no GPU to tell of, and one log line says why. In a container it tells of the GPUs that the container was given.
 *
 * <p>A GPU's number is NVML's, which {@code nvidia-smi} shows; CUDA may count in another order. A figure that a GPU does not tell (a
 * virtual one, a part of one, a board without that sensor, no permission, a GPU that is lost) is NaN; each reason is logged once, in NVML's
 * own words.
 */
public final class NvmlGpuSource implements GpuSource {
    private final NvmlGpus gpus;

    /** With the library that the environment variable {@code VOICE_NVML_LIBRARY} names, else {@code libnvidia-ml.so.1} of the driver. */
    public NvmlGpuSource() {
        this.gpus = new NvmlGpus(null);
    }

    /** With a library that is elsewhere. */
    public NvmlGpuSource(Path library) {
        this.gpus = new NvmlGpus(library);
    }

    /** {@inheritDoc} At most the first {@value NvmlGpus#MOST}. */
    @Override
    public List<Gpu> read() {
        return gpus.read();
    }

    @Override
    public void close() {
        gpus.close();
    }
}
