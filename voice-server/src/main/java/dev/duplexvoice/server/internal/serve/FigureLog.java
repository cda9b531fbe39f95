package dev.duplexvoice.server.internal.serve;

import dev.duplexvoice.LoopStats;
import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.logging.LogCategory;
import dev.duplexvoice.micrometer.operator.MemoryFigures;
import dev.duplexvoice.server.VoiceSocket;
import dev.duplexvoice.server.internal.console.ProcessorLoad;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes now and then into the log of performance how the process does, for those who have logs and no Prometheus. */
public final class FigureLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LogCategory.PERFORMANCE.logger());

    private final VoiceEngine engine;
    private final VoiceSocket socket;
    private final Supplier<Duration> interval;
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, task -> {
        Thread thread = new Thread(task, "voice-server-figures");
        thread.setDaemon(true);
        return thread;
    });

    /** @param interval asked before each wait, so that a change counts from the next line on */
    public FigureLog(VoiceEngine engine, VoiceSocket socket, Supplier<Duration> interval) {
        this.engine = engine;
        this.socket = socket;
        this.interval = interval;
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /** Begins; the first line comes after the first interval. */
    public void start() {
        try {
            timer.schedule(this::write, interval.get().toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.atTrace().setCause(e).log("Closed meanwhile");
        }
    }

    private void write() {
        try {
            MemoryFigures memory = MemoryFigures.read();
            LOG.atInfo()
                    .addKeyValue("sessions", engine.sessions())
                    .addKeyValue("connections", socket.stats().connections())
                    .addKeyValue(
                            "loop_load",
                            rounded(engine.loops().stream()
                                    .mapToDouble(LoopStats::load)
                                    .max()
                                    .orElse(0)))
                    .addKeyValue("cpu_process", rounded(ProcessorLoad.process()))
                    .addKeyValue("cpu_system", rounded(ProcessorLoad.system()))
                    .addKeyValue("heap_used_bytes", memory.heapUsed())
                    .addKeyValue("resident_bytes", memory.resident())
                    .log("Figures");
        } finally {
            start();
        }
    }

    private static double rounded(double share) {
        return Double.isNaN(share) ? -1 : Math.round(share * 1_000) / 1_000.0;
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
