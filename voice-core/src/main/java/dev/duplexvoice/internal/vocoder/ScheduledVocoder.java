package dev.duplexvoice.internal.vocoder;

import dev.duplexvoice.telemetry.ServiceEvent;
import dev.duplexvoice.telemetry.TelemetrySource;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import dev.duplexvoice.time.EngineClock;
import dev.duplexvoice.time.VirtualClock;
import dev.duplexvoice.tts.Vocoder;
import dev.duplexvoice.tts.VocoderBackend;
import dev.duplexvoice.tts.VocoderDevice;
import dev.duplexvoice.tts.VocoderOptions;
import dev.duplexvoice.tts.VocoderStream;
import java.nio.FloatBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A vocoder whose streams share a device. Lives until it and its last stream are closed. */
public final class ScheduledVocoder implements Vocoder {
    private static final Logger LOG = LoggerFactory.getLogger(ScheduledVocoder.class);
    /** What is assumed where a model does not tell: the higher the rate, the sooner a listener runs out. */
    private static final int HIGHEST_RATE = 48_000;

    private final VocoderBackend backend;
    private final Vocoder onCpu;
    private final VocoderOptions options;
    private final EngineClock clock;
    private final BatchScheduler scheduler;
    private final SchedulerDriver driver;
    private final TelemetrySource source;
    /** Itself and its streams. */
    private final AtomicInteger users = new AtomicInteger(1);

    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicBoolean fullLogged = new AtomicBoolean();
    private final AtomicBoolean lostTold = new AtomicBoolean();
    private volatile VoiceTelemetry telemetry = VoiceTelemetry.disabled();

    private ScheduledVocoder(VocoderBackend backend, Vocoder onCpu, VocoderOptions options, EngineClock clock) {
        this.backend = backend;
        this.onCpu = onCpu;
        this.options = options;
        this.clock = clock;
        this.scheduler = new BatchScheduler(backend, options, clock, this::told);
        this.driver = clock instanceof VirtualClock virtual
                ? new VirtualDriver(scheduler, backend, virtual)
                : new SchedulerThread(scheduler, clock, this::free);
        this.source = new Source(scheduler);
    }

    private record Source(BatchScheduler scheduler) implements TelemetrySource {
        @Override
        public int synthesisQueue() {
            return 0;
        }

        @Override
        public int residentModels() {
            return 0;
        }

        @Override
        public int vocoderQueue() {
            return scheduler.waiting();
        }
    }

    /** Starts it; see {@link Vocoder#scheduled}. */
    public static Vocoder start(VocoderBackend backend, Vocoder onCpu, VocoderOptions options, EngineClock clock) {
        ScheduledVocoder started = new ScheduledVocoder(backend, onCpu, options, clock);
        started.driver.start();
        return started;
    }

    @Override
    public String name() {
        return device() == VocoderDevice.CPU ? onCpu.name() : "cuda";
    }

    @Override
    public VocoderDevice device() {
        return backend.lost() == null ? options.device() : VocoderDevice.CPU;
    }

    @Override
    public @Nullable String problem() {
        return backend.lost();
    }

    @Override
    public int channels() {
        return onCpu.channels();
    }

    @Override
    public int samplesPerFrame() {
        return onCpu.samplesPerFrame();
    }

    @Override
    public int conditionChannels() {
        return onCpu.conditionChannels();
    }

    @Override
    public int lookAheadSamples() {
        return onCpu.lookAheadSamples();
    }

    @Override
    public int sampleRate() {
        return onCpu.sampleRate();
    }

    @Override
    public int framesAtOnce() {
        return backend.maxFrames();
    }

    @Override
    public void telemetry(VoiceTelemetry value) {
        telemetry = VoiceTelemetry.guarded(value);
        telemetry.on(new ServiceEvent.SourceOpened(clock.nanoTime(), source));
    }

    @Override
    public VocoderStream newStream(@Nullable FloatBuffer condition) {
        int given = condition == null ? 0 : condition.remaining();
        if (given != conditionChannels()) {
            throw new IllegalArgumentException(
                    "condition.length=" + given + ": this voice takes " + conditionChannels() + " values");
        }
        if (users.getAndUpdate(count -> count == 0 ? 0 : count + 1) == 0) {
            throw new IllegalStateException("vocoder is closed");
        }
        if (closed.get()) {
            leave();
            throw new IllegalStateException("vocoder is closed");
        }
        VocoderStream opened = null;
        try {
            opened = open(condition);
            return opened;
        } finally {
            if (!(opened instanceof ScheduledStream)) {
                leave();
            }
        }
    }

    private void told(ServiceEvent.VocoderBatch batch) {
        telemetry.on(batch);
        isLost();
    }

    /** Whether the device failed. */
    private boolean isLost() {
        String lost = backend.lost();
        if (lost != null && lostTold.compareAndSet(false, true)) {
            telemetry.on(new ServiceEvent.FellBack(clock.nanoTime(), "vocoder", lost));
        }
        return lost != null;
    }

    private VocoderStream open(@Nullable FloatBuffer condition) {
        if (isLost()) {
            return onCpu.newStream(condition);
        }
        VocoderBackend.Stream stream = backend.newStream(condition);
        if (stream != null) {
            ScheduledStream scheduled = null;
            try {
                scheduled = new ScheduledStream(this, stream);
                return scheduled;
            } finally {
                if (scheduled == null) {
                    stream.close();
                }
            }
        }
        if (fullLogged.compareAndSet(false, true)) {
            LOG.atWarn()
                    .addKeyValue("streams", options.streams())
                    .log(
                            "The vocoder's device is full; streams beyond it compute on the CPU. This is not logged again");
        }
        telemetry.on(new ServiceEvent.FellBack(clock.nanoTime(), "vocoder", "the device is full"));
        return onCpu.newStream(condition);
    }

    BatchScheduler scheduler() {
        return scheduler;
    }

    long now() {
        return clock.nanoTime();
    }

    VocoderOptions options() {
        return options;
    }

    /** How long so many samples last. */
    long nanos(long samples) {
        int rate = sampleRate() > 0 ? sampleRate() : HIGHEST_RATE;
        return samples * 1_000_000_000L / rate;
    }

    boolean isVirtual() {
        return clock instanceof VirtualClock;
    }

    /** A job was added. */
    void wake() {
        driver.wake();
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            leave();
        }
    }

    /** One user less. */
    void leave() {
        if (users.decrementAndGet() == 0) {
            driver.end();
            if (isVirtual()) {
                free();
            }
        }
    }

    private void free() {
        telemetry.on(new ServiceEvent.SourceClosed(clock.nanoTime(), source));
        try {
            backend.close();
        } finally {
            onCpu.close();
        }
    }
}
