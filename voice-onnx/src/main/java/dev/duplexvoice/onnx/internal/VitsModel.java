package dev.duplexvoice.onnx.internal;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.duplexvoice.VoiceException;
import dev.duplexvoice.onnx.OnnxDevice;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A VITS graph. Its front part runs once a phrase, its decoder chunk by chunk; a graph that cannot be cut is run whole.
 */
final class VitsModel implements SpeechModel {
    private static final Logger LOG = LoggerFactory.getLogger(VitsModel.class);

    private final OrtEnvironment environment;
    private final PiperConfig config;
    private final long speaker;
    private final @Nullable GraphCut cut;
    private final OrtSession front;
    private final @Nullable FrameDecoder decoder;
    private final Set<String> frontOutputs;

    private VitsModel(
            PiperConfig config,
            long speaker,
            @Nullable GraphCut cut,
            OrtSession front,
            @Nullable FrameDecoder decoder,
            Set<String> frontOutputs) {
        this.environment = OrtRuntime.environment();
        this.config = config;
        this.speaker = speaker;
        this.cut = cut;
        this.front = front;
        this.decoder = decoder;
        this.frontOutputs = frontOutputs;
    }

    /**
     * Loads a voice.
     *
     * @param speaker its number, 0 for a voice with one
     * @throws VoiceException if the model cannot be used, or not with this configuration
     */
    static VitsModel open(
            OnnxModel model, PiperConfig config, long speaker, OnnxDevice device, int threads, DecoderWish decoder) {
        PiperChecks.check(model, config);
        OrtRuntime runtime = new OrtRuntime(model.file(), device, threads);
        GraphCut cut = GraphCut.find(model);
        VitsModel parted = cut == null ? null : parted(model, config, speaker, cut, runtime, decoder);
        if (parted != null) {
            return parted;
        }
        if (decoder.isStrict()) {
            throw new VoiceException(
                    VoiceException.Code.UNSUPPORTED,
                    decoder.asked() + model.file() + " has no decoder that it can be cut at; choose decoder=onnx");
        }
        LOG.warn(
                "{} is run whole, so its first sound comes with its last: no decoder was found to cut it at",
                model.file());
        String output = model.outputs().get(0).name();
        return new VitsModel(config, speaker, null, runtime.whole(), null, Set.of(output));
    }

    /** Null if it turns out that the graph cannot be cut there. */
    private static @Nullable VitsModel parted(
            OnnxModel model, PiperConfig config, long speaker, GraphCut cut, OrtRuntime runtime, DecoderWish decoder) {
        Set<String> outputs = new LinkedHashSet<>();
        outputs.add(cut.frames());
        outputs.addAll(cut.conditions());
        if (cut.durations() != null) {
            outputs.add(cut.durations());
        }
        OrtSession front = runtime.part(
                OnnxWriter.write(model, cut.front(), model.inputs(), List.of(), List.copyOf(outputs)), false);
        VitsModel parted = null;
        try {
            if (areFloats(front)) {
                parted = new VitsModel(
                        config, speaker, cut, front, DecoderChoice.open(model, cut, config, runtime, decoder), outputs);
            }
        } catch (OrtException e) {
            LOG.debug("{} does not tell what its parts give", model.file(), e);
        } finally {
            if (parted == null) {
                Closing.close(front);
            }
        }
        if (cut.field() == null && parted != null && parted.decoder instanceof VitsDecoder) {
            LOG.warn(
                    "{} is decoded in one run, so its first sound comes with its last: its decoder does what cannot be parted",
                    model.file());
        }
        return parted;
    }

    private static boolean areFloats(OrtSession front) throws OrtException {
        return front.getOutputInfo().values().stream()
                .allMatch(info -> info.getInfo() instanceof TensorInfo tensor && tensor.type == OnnxJavaType.FLOAT);
    }

    /** Where it is cut; null if it is run whole. */
    @Nullable
    GraphCut cut() {
        return cut;
    }

    @Override
    public int sampleRate() {
        return config.sampleRate();
    }

    @Override
    public Utterance begin(Phrase phrase, float rate, RunStop stop) {
        long[] ids = phrase.ids();
        List<OnnxTensor> inputs = new ArrayList<>();
        try {
            Map<String, OnnxTensor> named = new HashMap<>();
            input(named, inputs, "input", longs(ids, 1, ids.length));
            input(named, inputs, "input_lengths", longs(new long[] {ids.length}, 1));
            float[] scales = {config.noiseScale(), config.lengthScale() / rate, config.noiseW()};
            input(named, inputs, "scales", OnnxTensor.createTensor(environment, FloatBuffer.wrap(scales), new long[] {3
            }));
            if (front.getInputNames().contains("sid")) {
                input(named, inputs, "sid", longs(new long[] {speaker}, 1));
            }
            try (OrtSession.Result result = front.run(named, frontOutputs, stop.options())) {
                return utterance(result, ids.length, stop);
            }
        } catch (OrtException e) {
            throw new VoiceException(
                    VoiceException.Code.SYNTHESIS, "voice " + config.name() + " failed: " + OrtRuntime.reason(e), e);
        } finally {
            inputs.forEach(OnnxTensor::close);
        }
    }

    private static void input(Map<String, OnnxTensor> named, List<OnnxTensor> all, String name, OnnxTensor tensor) {
        all.add(tensor);
        named.put(name, tensor);
    }

    private OnnxTensor longs(long[] values, long... shape) throws OrtException {
        return OnnxTensor.createTensor(environment, LongBuffer.wrap(values), shape);
    }

    private Utterance utterance(OrtSession.Result result, int ids, RunStop stop) throws OrtException {
        if (cut == null || decoder == null) {
            return new WholeUtterance(VitsDecoder.floats(result));
        }
        OnnxTensor frames = tensor(result, cut.frames());
        long[] shape = frames.getInfo().getShape();
        if (shape.length != 3 || shape[0] != 1 || shape[1] != cut.channels() || shape[2] < 1) {
            throw new OrtException("its frames have the shape " + Arrays.toString(shape));
        }
        float[] durations = null;
        if (cut.durations() != null) {
            FloatBuffer told = tensor(result, cut.durations()).getFloatBuffer();
            durations = told.remaining() == ids ? told.array() : null;
        }
        Map<String, OnnxTensor> conditions = Conditions.of(cut.conditions(), name -> {
            OnnxTensor value = tensor(result, name);
            return OnnxTensor.createTensor(
                    environment, value.getFloatBuffer(), value.getInfo().getShape());
        });
        return decoder.begin(frames.getFloatBuffer(), (int) shape[2], conditions, durations, stop);
    }

    private static OnnxTensor tensor(OrtSession.Result result, String name) throws OrtException {
        OnnxValue value = result.get(name).orElseThrow(() -> new OrtException("there is no " + name));
        if (value instanceof OnnxTensor tensor && tensor.getInfo().type == OnnxJavaType.FLOAT) {
            return tensor;
        }
        throw new OrtException(name + " is no float tensor");
    }

    @Override
    public void telemetry(VoiceTelemetry telemetry) {
        if (decoder != null) {
            decoder.telemetry(telemetry);
        }
    }

    @Override
    public void close() {
        Closing.close(front);
        if (decoder != null) {
            decoder.close();
        }
    }
}
