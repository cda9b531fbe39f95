package dev.duplexvoice.nativecore.internal;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.nativecore.internal.VoiceLibrary.GeneratorGpuJobs;
import dev.duplexvoice.time.EngineClock;
import dev.duplexvoice.tts.Vocoder;
import dev.duplexvoice.tts.VocoderBackend;
import dev.duplexvoice.tts.VocoderDevice;
import dev.duplexvoice.tts.VocoderOptions;
import java.lang.ref.Reference;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.file.Path;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.jspecify.annotations.Nullable;

/** A {@code voice_vocoder_gpu}: streams of a generator whose state is on a GPU. */
public final class GpuVocoder implements VocoderBackend {
    /** {@code voice_vocoder_gpu_precision}. */
    private enum Precision {
        HALF,
        FLOAT
    }

    private static final int OPTIONS_BYTES = 24;
    private static final int INFO_BYTES = 408;
    /** More make later samples of a batch wait longer, fewer launch more often. */
    private static final int FRAMES = 16;

    private static final int UNDER_WAY = 2;

    private final VoiceLibrary.GeneratorGpu gpu;
    private final String model;
    private final NativeHandle handle;
    private final int channels;
    private final int mostSamples;
    private final int maxBatch;
    private final VoiceLibrary.GeneratorGpuInfo info;
    private final Batch[] batches = new Batch[UNDER_WAY];
    private int oldest;
    private int underWay;
    private volatile @Nullable String lost;

    /** Native memory of a batch, and whose it is. */
    private static final class Batch {
        final GeneratorGpuJobs memory;
        final Job[] jobs;
        int count;

        Batch(int most) {
            memory = new GeneratorGpuJobs(new BytePointer(DirectMemory.allocate(most * GeneratorGpuJobs.BYTES)));
            jobs = new Job[most];
        }
    }

    private GpuVocoder(VoiceLibrary.GeneratorGpu gpu, NativeVocoder vocoder, String model) {
        this.gpu = gpu;
        this.model = model;
        this.channels = vocoder.channels();
        this.mostSamples = FRAMES * vocoder.samplesPerFrame() + vocoder.lookAheadSamples();
        this.info = new VoiceLibrary.GeneratorGpuInfo(new BytePointer(DirectMemory.allocate(INFO_BYTES)));
        Status.check(VoiceLibrary.voice_vocoder_gpu_get_info(gpu, info.struct_size(INFO_BYTES)));
        this.maxBatch = info.max_batch();
        for (int i = 0; i < UNDER_WAY; i++) {
            batches[i] = new Batch(maxBatch);
        }
        this.handle = new NativeHandle("vocoder on a GPU", () -> VoiceLibrary.voice_vocoder_gpu_close(gpu));
    }

    /**
     * Opens the generator of a voice's file where the options say; where there is no GPU, on the CPU, which then tells why.
     *
     * @throws VoiceException if the file cannot be used, UNSUPPORTED if it is a network in which there is none
     * @throws VoiceException if the file cannot be used
     */
    public static Vocoder open(Path model, VocoderOptions options) {
        NativeVocoder onCpu = NativeVocoder.open(model);
        return options.device() == VocoderDevice.CPU ? onCpu : shared(onCpu, options, model.toString());
    }

    /** Takes the one on the CPU over. */
    private static Vocoder shared(NativeVocoder onCpu, VocoderOptions options, String model) {
        try {
            GpuVocoder gpu = open(onCpu, options, model);
            try {
                return Vocoder.scheduled(gpu, onCpu, options, EngineClock.system());
            } catch (Throwable e) {
                gpu.close();
                throw e;
            }
        } catch (VoiceException e) {
            return onCpu.withoutGpu(e.getMessage() + GpuPlugin.remedy());
        } catch (Throwable e) {
            onCpu.close();
            throw e;
        }
    }

    /**
     * Opens it: on tensor cores, or in floats where it has too little shared memory for those.
     *
     * @throws VoiceException if there is no plugin, no GPU or not enough memory, or the GPU does not compute
     */
    static GpuVocoder open(NativeVocoder vocoder, VocoderOptions options, String model) {
        GpuPlugin.locate();
        VoiceLibrary.GeneratorGpu gpu = new VoiceLibrary.GeneratorGpu();
        int status = open(vocoder, options, Precision.HALF, gpu);
        if (status == Status.ERROR_UNSUPPORTED) {
            status = open(vocoder, options, Precision.FLOAT, gpu);
        }
        Status.check(status, VoiceException.Code.UNAVAILABLE);
        GpuVocoder opened;
        try {
            opened = new GpuVocoder(gpu, vocoder, model);
        } catch (Throwable e) {
            VoiceLibrary.voice_vocoder_gpu_close(gpu);
            throw e;
        }
        try {
            opened.tryOut(vocoder.conditionChannels());
            return opened;
        } catch (Throwable e) {
            opened.close();
            throw e;
        }
    }

    private static int open(
            NativeVocoder vocoder, VocoderOptions options, Precision precision, VoiceLibrary.GeneratorGpu gpu) {
        VoiceLibrary.GeneratorGpuOptions given =
                new VoiceLibrary.GeneratorGpuOptions(new BytePointer(DirectMemory.allocate(OPTIONS_BYTES)));
        given.struct_size(OPTIONS_BYTES)
                .device(0)
                .precision(precision.ordinal())
                .max_streams(options.streams())
                .max_batch(0)
                .max_frames(FRAMES);
        return vocoder.with(generator -> VoiceLibrary.voice_vocoder_gpu_open(generator, given, gpu));
    }

    /** What a driver cannot do often shows only at the first kernel. */
    private void tryOut(int conditionChannels) {
        FloatBuffer nobody = DirectMemory.allocate(Math.max(1, conditionChannels) * Float.BYTES)
                .asFloatBuffer();
        Stream stream = newStream(conditionChannels == 0 ? null : nobody.limit(conditionChannels));
        if (stream == null) {
            throw new VoiceException(VoiceException.Code.UNAVAILABLE, "the GPU has no room for a stream");
        }
        try (stream) {
            Trial trial = new Trial(stream);
            submit(new Job[] {trial}, 1);
            await();
            VoiceException failure = trial.failure;
            if (failure != null) {
                throw failure;
            }
        }
        String reason = lost();
        if (reason != null) {
            throw new VoiceException(VoiceException.Code.UNAVAILABLE, reason);
        }
    }

    /** A frame of zeros and the end. */
    private static final class Trial implements Job {
        private final Stream stream;

        @Nullable
        VoiceException failure;

        Trial(Stream stream) {
            this.stream = stream;
        }

        @Override
        public Stream stream() {
            return stream;
        }

        @Override
        public int frameCount() {
            return 1;
        }

        @Override
        public boolean isLast() {
            return true;
        }

        @Override
        public void made(int samples) {}

        @Override
        public void failed(VoiceException why) {
            failure = why;
        }
    }

    @Override
    public int maxBatch() {
        return maxBatch;
    }

    @Override
    public int maxFrames() {
        return FRAMES;
    }

    @Override
    public @Nullable Stream newStream(@Nullable FloatBuffer condition) {
        // Allocated before there is something that would be left when it cannot be.
        FloatBuffer frames =
                DirectMemory.allocate(channels * FRAMES * Float.BYTES).asFloatBuffer();
        FloatBuffer samples = DirectMemory.allocate(mostSamples * Float.BYTES).asFloatBuffer();
        IntBuffer number = DirectMemory.allocate(Integer.BYTES).asIntBuffer();
        GpuStream stream = new GpuStream(frames, samples);
        handle.enter();
        try {
            int status = VoiceLibrary.voice_vocoder_gpu_stream_open(
                    gpu, NativeVocoder.streamOptions(condition), new IntPointer(number));
            if (Status.check(status, VoiceException.Code.SYNTHESIS) == Status.FULL) {
                return null;
            }
            stream.number = number.get(0);
            return stream;
        } finally {
            handle.exit();
            Reference.reachabilityFence(condition); // the options hold its address only
        }
    }

    private final class GpuStream implements Stream {
        private final FloatBuffer frames;
        private final FloatBuffer samples;
        private final FloatPointer framesPointer;
        private final FloatPointer samplesPointer;
        private int number;

        GpuStream(FloatBuffer frames, FloatBuffer samples) {
            this.frames = frames;
            this.samples = samples;
            this.framesPointer = new FloatPointer(frames);
            this.samplesPointer = new FloatPointer(samples);
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
            handle.enter();
            try {
                Status.check(VoiceLibrary.voice_vocoder_gpu_stream_reset(gpu, number));
            } finally {
                handle.exit();
            }
        }

        @Override
        public void close() {
            if (handle.tryEnter()) {
                try {
                    VoiceLibrary.voice_vocoder_gpu_stream_close(gpu, number);
                } finally {
                    handle.exit();
                }
            }
        }
    }

    @Override
    public void submit(Job[] jobs, int count) {
        Batch batch = batches[(oldest + underWay) % UNDER_WAY];
        for (int i = 0; i < count; i++) {
            Job job = jobs[i];
            GpuStream stream = (GpuStream) job.stream();
            batch.jobs[i] = job;
            batch.memory.position(i).stream(stream.number)
                    .frame_count(job.frameCount())
                    .channel_stride(FRAMES)
                    .flush(job.isLast() ? 1 : 0)
                    .frames(stream.framesPointer)
                    .samples(stream.samplesPointer)
                    .capacity(mostSamples);
        }
        batch.count = count;
        handle.enter();
        try {
            int status = VoiceLibrary.voice_vocoder_gpu_submit(gpu, batch.memory.position(0), count);
            if (Status.check(status, VoiceException.Code.SYNTHESIS) != Status.OK) {
                throw new VoiceException(VoiceException.Code.INTERNAL, "the GPU has two batches under way already");
            }
            underWay++;
        } finally {
            handle.exit();
        }
    }

    @Override
    public void await() {
        Batch batch = batches[oldest];
        handle.enter();
        try {
            int status = VoiceLibrary.voice_vocoder_gpu_wait(gpu);
            if (Status.check(status, VoiceException.Code.SYNTHESIS) != Status.OK) {
                throw new VoiceException(VoiceException.Code.INTERNAL, "the GPU has no batch under way");
            }
            oldest = (oldest + 1) % UNDER_WAY;
            underWay--;
            for (int i = 0; i < batch.count; i++) {
                tell(batch.jobs[i], batch.memory.position(i));
                batch.jobs[i] = null;
            }
            batch.count = 0;
            // Last: whatever goes wrong with telling of it, the batch is over.
            readLost();
        } finally {
            handle.exit();
        }
    }

    private static void tell(Job job, GeneratorGpuJobs of) {
        int status = of.status();
        if (status == Status.OK) {
            job.made(of.sample_count());
        } else {
            job.failed(new VoiceException(
                    VoiceException.Code.SYNTHESIS, "a vocoder's stream on the GPU failed: " + Status.of(status)));
        }
    }

    /** {@inheritDoc} All streams go on on the CPU then, but on the one thread that awaits batches. */
    @Override
    public @Nullable String lost() {
        return lost;
    }

    private void readLost() {
        if (lost == null && VoiceLibrary.voice_vocoder_gpu_get_info(gpu, info) == Status.OK && info.lost() != 0) {
            String reason = Status.text(info.problem());
            lost = reason;
            GpuFallback.VOCODER.failed(model, reason);
        }
    }

    @Override
    public void close() {
        handle.close();
    }
}
