package dev.duplexvoice.internal.vocoder;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.telemetry.ServiceEvent;
import dev.duplexvoice.telemetry.TelemetryEvent;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import dev.duplexvoice.time.EngineClock;
import dev.duplexvoice.tts.Vocoder;
import dev.duplexvoice.tts.VocoderBackend;
import dev.duplexvoice.tts.VocoderStream;
import java.nio.FloatBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A device on a clock, whose samples are its frames' first channel, {@link #HOP} of each, a frame behind; it keeps what it was asked to do.
 */
final class EchoDevice implements VocoderBackend, VoiceTelemetry {
    static final int CHANNELS = 2;
    static final int HOP = 10;
    /** 10 ms a frame. */
    static final int RATE = 1_000;

    final EngineClock clock;
    int most = 1_000;
    int maxBatch = 64;
    int maxFrames = 4;
    /** Nanoseconds of a batch of so many frames. */
    IntToLongFunction times = frames -> 1_000_000 + 100_000L * frames;
    /** Thrown by the next call. */
    @Nullable
    RuntimeException submitProblem;

    @Nullable
    RuntimeException awaitProblem;

    volatile @Nullable String lost;

    /** Of each batch, the first value of each of its streams. */
    final List<List<Float>> batches = new ArrayList<>();

    final List<TelemetryEvent> told = new ArrayList<>();
    final CountDownLatch closed = new CountDownLatch(1);
    int open;
    int mostUnderWay;
    private final ArrayDeque<Batch> underWay = new ArrayDeque<>();
    private long freeAt;

    private record Batch(long doneAt, List<Runnable> results) {}

    EchoDevice(EngineClock clock) {
        this.clock = clock;
    }

    final class Echo implements Stream {
        final FloatBuffer frames = FloatBuffer.allocate(CHANNELS * maxFrames);
        final FloatBuffer samples = FloatBuffer.allocate((maxFrames + 1) * HOP);
        private @Nullable Float held;
        boolean isClosed;

        /** Samples as they are when the batch was begun: whoever changes its frames later must not be heard. */
        float[] make(Job job) {
            float[] made = new float[(maxFrames + 1) * HOP];
            int count = 0;
            for (int i = 0; i < job.frameCount(); i++) {
                count = emit(made, count);
                held = frames.get(i);
            }
            if (job.isLast()) {
                count = emit(made, count);
                held = null;
            }
            return Arrays.copyOf(made, count);
        }

        private int emit(float[] made, int count) {
            Float value = held;
            if (value == null) {
                return count;
            }
            Arrays.fill(made, count, count + HOP, value);
            return count + HOP;
        }

        @Override
        public FloatBuffer frames() {
            return frames;
        }

        @Override
        public FloatBuffer samples() {
            return samples;
        }

        @Override
        public void reset() {
            held = null;
        }

        @Override
        public void close() {
            synchronized (EchoDevice.this) {
                if (isClosed) {
                    throw new IllegalStateException("closed twice");
                }
                isClosed = true;
                open--;
            }
        }
    }

    @Override
    public int maxBatch() {
        return maxBatch;
    }

    @Override
    public int maxFrames() {
        return maxFrames;
    }

    @Override
    public synchronized @Nullable Stream newStream(@Nullable FloatBuffer condition) {
        if (open == most) {
            return null;
        }
        open++;
        return new Echo();
    }

    @Override
    public synchronized void submit(Job[] jobs, int count) {
        RuntimeException problem = submitProblem;
        submitProblem = null;
        if (problem != null) {
            throw problem;
        }
        List<Runnable> results = new ArrayList<>();
        List<Float> firsts = new ArrayList<>();
        int frames = 0;
        for (int i = 0; i < count; i++) {
            Job job = jobs[i];
            Echo stream = (Echo) job.stream();
            if (stream.isClosed) {
                throw new IllegalStateException("a closed stream was submitted");
            }
            frames += job.frameCount();
            firsts.add(stream.frames.get(0));
            float[] made = stream.make(job);
            results.add(() -> {
                stream.samples.put(0, made);
                job.made(made.length);
            });
        }
        batches.add(firsts);
        freeAt = Math.max(freeAt, clock.nanoTime()) + times.applyAsLong(frames);
        underWay.add(new Batch(freeAt, results));
        mostUnderWay = Math.max(mostUnderWay, underWay.size());
    }

    @Override
    public long doneAt() {
        return underWay.element().doneAt;
    }

    @Override
    public synchronized void await() {
        Batch batch = underWay.remove();
        RuntimeException problem = awaitProblem;
        awaitProblem = null;
        if (problem != null) {
            throw problem;
        }
        batch.results.forEach(Runnable::run);
    }

    @Override
    public @Nullable String lost() {
        return lost;
    }

    @Override
    public void close() {
        closed.countDown();
    }

    @Override
    public void on(TelemetryEvent event) {
        told.add(event);
    }

    <T extends ServiceEvent> List<T> told(Class<T> kind) {
        return told.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /** The same on the CPU, which only tells that it was asked. */
    static final class OnCpu implements Vocoder {
        int streams;
        boolean closed;

        @Override
        public String name() {
            return "cpu";
        }

        @Override
        public int channels() {
            return CHANNELS;
        }

        @Override
        public int samplesPerFrame() {
            return HOP;
        }

        @Override
        public int conditionChannels() {
            return 0;
        }

        @Override
        public int lookAheadSamples() {
            return HOP;
        }

        @Override
        public int sampleRate() {
            return RATE;
        }

        @Override
        public VocoderStream newStream(@Nullable FloatBuffer condition) {
            streams++;
            return new VocoderStream() {
                @Override
                public int push(FloatBuffer frames, int count, int stride, FloatBuffer samples) {
                    throw new VoiceException(VoiceException.Code.SYNTHESIS, "on the CPU");
                }

                @Override
                public int flush(FloatBuffer samples) {
                    return 0;
                }

                @Override
                public void reset() {}

                @Override
                public void close() {}
            };
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
