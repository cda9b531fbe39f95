package dev.duplexvoice.onnx.internal;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.duplexvoice.VoiceException;
import java.nio.FloatBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The decoder part of a VITS graph on ONNX Runtime. Each utterance borrows memory of its own. */
final class VitsDecoder implements FrameDecoder {
    /** Frames of a run, but for the rest of an utterance that is not worth a run of its own. */
    static final int LONGEST = 384;

    private static final int POOLED = 64;
    /** Outputs beside those that have a place to go to. */
    private static final Set<String> NONE = Set.of();

    /** How much the latest run weighs. */
    private static final double LATEST = 0.2;

    private final OrtEnvironment environment = OrtRuntime.environment();
    private final String voice;
    private final GraphCut cut;
    private final int sampleRate;
    private final OrtSession session;
    private final String output;
    private final ArrayDeque<ChunkMemory> pool = new ArrayDeque<>();

    /** Dimensions of the output; 0 until the first run has told. */
    private volatile int outputRank;
    /** Seconds of computing for a second of audio, as they were lately; 0 until the first run. Races cost nothing but accuracy. */
    private volatile double load;

    private VitsDecoder(String voice, GraphCut cut, int sampleRate, OrtSession session, String output) {
        this.voice = voice;
        this.cut = cut;
        this.sampleRate = sampleRate;
        this.session = session;
        this.output = output;
    }

    /**
     * Loads the decoder.
     *
     * @throws VoiceException if it cannot be loaded
     */
    static VitsDecoder open(OnnxModel model, GraphCut cut, PiperConfig config, OrtRuntime runtime) {
        DecoderPart part = DecoderPart.of(model, cut);
        OrtSession session = runtime.part(part.model(), cut.field() != null);
        return new VitsDecoder(config.name(), cut, config.sampleRate(), session, part.output());
    }

    /** Seconds of computing for a second of audio. */
    double load() {
        return load;
    }

    @Override
    public Utterance begin(
            FloatBuffer frames,
            int count,
            Map<String, OnnxTensor> conditions,
            float @Nullable [] durations,
            RunStop stop)
            throws OrtException {
        ReceptiveField field = cut.field();
        // What changes in time would have to be parted as the frames are.
        if (field != null && conditions.values().stream().noneMatch(VitsDecoder::hasTime)) {
            VitsUtterance begun = null;
            try {
                begun = new VitsUtterance(this, field, frames, count, conditions, durations, stop);
                return begun;
            } finally {
                if (begun == null) {
                    Conditions.close(conditions);
                }
            }
        }
        try {
            Map<String, OnnxTensor> inputs = new HashMap<>(conditions);
            try (OnnxTensor all = frames(frames, count)) {
                inputs.put(cut.frames(), all);
                try (OrtSession.Result result = session.run(inputs, stop.options())) {
                    return new WholeUtterance(floats(result));
                }
            }
        } finally {
            Conditions.close(conditions);
        }
    }

    private static boolean hasTime(OnnxTensor tensor) {
        long[] shape = tensor.getInfo().getShape();
        return shape.length > 2 && shape[shape.length - 1] != 1;
    }

    private OnnxTensor frames(FloatBuffer values, int count) throws OrtException {
        return OnnxTensor.createTensor(environment, values, new long[] {1, cut.channels(), count});
    }

    /**
     * Decodes a part of the frames.
     *
     * @param frames {@code [channels, count]}
     * @return the samples, in the memory's output
     */
    FloatBuffer decode(
            ChunkMemory memory,
            ReceptiveField field,
            FloatBuffer frames,
            int count,
            int begin,
            int end,
            Map<String, OnnxTensor> conditions,
            RunStop stop)
            throws OrtException {
        int length = end - begin;
        FloatBuffer part = memory.input(cut.channels() * length);
        for (int channel = 0; channel < cut.channels(); channel++) {
            part.put(channel * length, frames, channel * count + begin, length);
        }
        int samples = length * field.samplesPerFrame();
        FloatBuffer made = memory.output(samples);
        Map<String, OnnxTensor> inputs = new HashMap<>(conditions);
        long before = System.nanoTime();
        try (OnnxTensor some = frames(part, length)) {
            inputs.put(cut.frames(), some);
            int rank = outputRank;
            if (rank > 0) {
                long[] shape = new long[rank];
                Arrays.fill(shape, 1);
                shape[rank - 1] = samples;
                try (OnnxTensor target = OnnxTensor.createTensor(environment, made, shape)) {
                    session.run(inputs, NONE, Map.of(output, target), stop.options())
                            .close();
                }
            } else {
                firstRun(inputs, made, stop);
            }
        }
        measure((System.nanoTime() - before) / 1e9 * sampleRate / samples);
        return made;
    }

    /** Finds out how the output looks, which not every graph tells before it runs. */
    private void firstRun(Map<String, OnnxTensor> inputs, FloatBuffer made, RunStop stop) throws OrtException {
        try (OrtSession.Result result = session.run(inputs, Set.of(output), stop.options())) {
            FloatBuffer samples = floats(result);
            long[] shape = ((OnnxTensor) result.get(0)).getInfo().getShape();
            if (samples.remaining() != made.remaining() || shape[shape.length - 1] != made.remaining()) {
                throw new OrtException(
                        "the decoder made " + Arrays.toString(shape) + " samples in the place of " + made.remaining());
            }
            made.put(0, samples, samples.position(), samples.remaining());
            outputRank = shape.length;
        }
    }

    static FloatBuffer floats(OrtSession.Result result) throws OrtException {
        if (result.get(0) instanceof OnnxTensor tensor && tensor.getInfo().type == OnnxJavaType.FLOAT) {
            return tensor.getFloatBuffer();
        }
        throw new OrtException("the output is no tensor of float32");
    }

    VoiceException failed(OrtException e) {
        return new VoiceException(
                VoiceException.Code.SYNTHESIS, "voice " + voice + " failed: " + OrtRuntime.reason(e), e);
    }

    private void measure(double latest) {
        double known = load;
        load = known == 0 ? latest : known + LATEST * (latest - known);
    }

    ChunkMemory takeMemory(ReceptiveField field) {
        ChunkMemory memory;
        synchronized (pool) {
            memory = pool.pollLast();
        }
        return memory != null
                ? memory
                : new ChunkMemory(ChunkPlan.largest(field.context(), LONGEST), cut.channels(), field.samplesPerFrame());
    }

    void giveMemory(ChunkMemory memory) {
        synchronized (pool) {
            if (pool.size() < POOLED) {
                pool.addLast(memory);
            }
        }
    }

    @Override
    public void close() {
        Closing.close(session);
    }
}
