package dev.duplexvoice.nativecore.internal;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.nativecore.internal.VoiceLibrary.GpuFigures;
import dev.duplexvoice.nativecore.internal.VoiceLibrary.Gpus;
import dev.duplexvoice.spi.GpuSource.Gpu;
import java.nio.IntBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code voice_gpus}, opened by the first read, and never tried again if that fails. Thread-safe. */
public final class NvmlGpus {
    /** GPUs of a machine that are told of. */
    public static final int MOST = 64;

    private static final Logger LOG = LoggerFactory.getLogger(NvmlGpus.class);

    private final @Nullable Path library;
    private final Gpus gpus = new Gpus();
    private final Set<String> told = new HashSet<>();
    /** Held while it is opened, which nobody who closes may wait for. */
    private final Object opening = new Object();

    private boolean begun;
    private volatile @Nullable NativeHandle handle;
    private volatile boolean closed;
    private volatile boolean answered;

    /** @param library the file; null for the environment's or the driver's */
    public NvmlGpus(@Nullable Path library) {
        this.library = library;
    }

    /** Those there are; none if there is no driver, it does not answer, or this is closed. */
    public List<Gpu> read() {
        NativeHandle open = opened();
        if (open == null || !open.tryEnter()) {
            return List.of();
        }
        try {
            return ask();
        } finally {
            open.exit();
        }
    }

    private @Nullable NativeHandle opened() {
        synchronized (opening) {
            if (!begun && !closed) {
                begun = true;
                String problem = NativeLoader.problem();
                if (problem == null) {
                    problem = open();
                }
                if (problem != null) {
                    LOG.atInfo().addKeyValue("reason", problem).log("No metrics of GPUs");
                }
            }
            return handle;
        }
    }

    private @Nullable String open() {
        BytePointer name = library == null ? null : DirectMemory.string(library.toString());
        if (VoiceLibrary.voice_gpus_open(name, gpus) != Status.OK) {
            return Status.lastError();
        }
        NativeHandle opened = new NativeHandle("NVML", () -> VoiceLibrary.voice_gpus_close(gpus));
        handle = opened;
        if (closed) {
            opened.close();
        }
        return null;
    }

    private List<Gpu> ask() {
        GpuFigures figures = new GpuFigures(new BytePointer(DirectMemory.allocate(MOST * GpuFigures.BYTES)));
        IntBuffer count = DirectMemory.allocate(Integer.BYTES).asIntBuffer();
        try {
            Status.check(VoiceLibrary.voice_gpus_read(gpus, figures, MOST, new IntPointer(count)));
        } catch (VoiceException e) {
            tell("all", String.valueOf(e.getMessage()));
            return List.of();
        }
        List<Gpu> read = new ArrayList<>();
        for (int i = 0; i < Math.min(MOST, count.get(0)); i++) {
            figures.position(i);
            String id = Integer.toString(figures.index());
            read.add(new Gpu(
                    id,
                    figures.memory_used_bytes(),
                    figures.memory_total_bytes(),
                    figures.utilization_percent(),
                    figures.temperature_celsius(),
                    figures.power_watts()));
            String problem = Status.text(figures.problem());
            if (!problem.isEmpty()) {
                tell((id + " " + Status.text(figures.name())).strip(), problem);
            }
        }
        answered = true;
        return read;
    }

    /** What was never there is how this machine is; what is gone since is for somebody to look at. Each once. */
    private void tell(String gpu, String problem) {
        boolean first;
        synchronized (told) {
            first = told.add(gpu + problem);
        }
        if (first) {
            (answered ? LOG.atWarn() : LOG.atInfo())
                    .addKeyValue("gpu", gpu)
                    .addKeyValue("reason", problem)
                    .log("Figures of a GPU are missing");
        }
    }

    /** Reads no more. */
    public void close() {
        closed = true;
        NativeHandle open = handle;
        if (open != null) {
            open.close();
        }
    }
}
