package dev.duplexvoice.benchmarks.vad;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.duplexvoice.VoiceException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * ONNX Runtime's Java binding at its best: one thread, all graph optimisations, tensors over direct buffers that are made once,
 * outputs pinned, and the state carried by swapping two tensors, not by copying. The samples are floats beforehand, and
 * the context of 64 lies before them, so that a window is one copy.
 */
final class OrtWindows implements Windows {
    private static final int CONTEXT = 64;
    private static final int INPUT = CONTEXT + SAMPLES;
    private static final int STATE = 128;
    private static final String REMEDY = "; give --model F.onnx in the form of Silero VAD v5 or v6";

    private final OrtSession session;
    /** A quiet context, then the recording. */
    private final float[] audio;

    private final int streams;
    private final int[] at;
    private final FloatBuffer input;
    private final FloatBuffer output;
    private final FloatBuffer[] states = new FloatBuffer[2];
    private final Map<String, OnnxTensor>[] inputs = maps();
    private final Map<String, OnnxTensor>[] outputs = maps();
    /** Which of the two states goes in next. */
    private int turn;

    OrtWindows(Path model, short[] samples, int streams) {
        this.streams = streams;
        at = new int[streams];
        audio = new float[CONTEXT + samples.length];
        for (int i = 0; i < samples.length; i++) {
            audio[CONTEXT + i] = samples[i] / 32_768f;
        }
        input = floats(streams * INPUT);
        output = floats(streams);
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            options.setExecutionMode(OrtSession.SessionOptions.ExecutionMode.SEQUENTIAL);
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
            session = environment.createSession(model.toString(), options);
            LongBuffer rate = ByteBuffer.allocateDirect(Long.BYTES)
                    .order(ByteOrder.nativeOrder())
                    .asLongBuffer()
                    .put(0, Material.SAMPLE_RATE);
            OnnxTensor rateTensor = OnnxTensor.createTensor(environment, rate, new long[0]);
            OnnxTensor inputTensor = OnnxTensor.createTensor(environment, input, new long[] {streams, INPUT});
            OnnxTensor outputTensor = OnnxTensor.createTensor(environment, output, new long[] {streams, 1});
            OnnxTensor[] stateTensors = new OnnxTensor[2];
            for (int i = 0; i < 2; i++) {
                states[i] = floats(2 * streams * STATE);
                stateTensors[i] = OnnxTensor.createTensor(environment, states[i], new long[] {2, streams, STATE});
            }
            for (int i = 0; i < 2; i++) {
                inputs[i].put("input", inputTensor);
                inputs[i].put("state", stateTensors[i]);
                inputs[i].put("sr", rateTensor);
                outputs[i].put("output", outputTensor);
                outputs[i].put("stateN", stateTensors[1 - i]);
            }
            require(model, session);
        } catch (OrtException e) {
            throw new VoiceException(
                    VoiceException.Code.MODEL, model + ": ONNX Runtime cannot run it: " + e.getMessage() + REMEDY, e);
        }
    }

    private static void require(Path model, OrtSession session) {
        if (!session.getInputNames().equals(Set.of("input", "state", "sr"))
                || !session.getOutputNames().equals(Set.of("output", "stateN"))) {
            throw new VoiceException(
                    VoiceException.Code.MODEL,
                    model + ": has the inputs " + session.getInputNames() + " and the outputs "
                            + session.getOutputNames() + REMEDY);
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, OnnxTensor>[] maps() {
        return new Map[] {new HashMap<>(), new HashMap<>()};
    }

    private static FloatBuffer floats(int count) {
        return ByteBuffer.allocateDirect(count * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }

    @Override
    public void begin(int stride) {
        for (FloatBuffer state : states) {
            for (int i = 0; i < state.capacity(); i++) {
                state.put(i, 0);
            }
        }
        for (int i = 0; i < streams; i++) {
            at[i] = (int) ((long) i * stride * SAMPLES % (audio.length - CONTEXT));
        }
    }

    @Override
    public double advance() {
        for (int i = 0; i < streams; i++) {
            input.put(i * INPUT, audio, at[i], INPUT);
            int next = at[i] + SAMPLES;
            at[i] = next == audio.length - CONTEXT ? 0 : next;
        }
        // Pinned outputs are not the result's to close.
        try (OrtSession.Result result = session.run(inputs[turn], outputs[turn])) {
            turn = 1 - turn;
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime failed: " + e.getMessage(), e);
        }
        double sum = 0;
        for (int i = 0; i < streams; i++) {
            sum += output.get(i);
        }
        return sum;
    }

    @Override
    public float probability(int stream) {
        return output.get(stream);
    }

    @Override
    public void close() {
        try {
            Set<OnnxTensor> tensors = new HashSet<>(inputs[0].values());
            tensors.addAll(outputs[0].values());
            tensors.forEach(OnnxTensor::close);
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime does not close: " + e.getMessage(), e);
        }
    }
}
