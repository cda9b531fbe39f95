package dev.duplexvoice.benchmarks.tts;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.duplexvoice.VoiceException;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.Map;

/** A Piper voice as ONNX Runtime runs it: the whole graph at once, nothing cut. One thread. */
final class WholeVoice implements AutoCloseable {
    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;
    private final Map<Character, Long> symbols;

    WholeVoice(Path model, Map<Character, Long> symbols) {
        this.symbols = symbols;
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            session = environment.createSession(model.toString(), options);
        } catch (OrtException e) {
            throw failed(e);
        }
    }

    /** The samples of a text that is spelled, without noise. */
    FloatBuffer speak(String text) {
        long[] ids = ids(text);
        try (OnnxTensor input = OnnxTensor.createTensor(environment, LongBuffer.wrap(ids), new long[] {1, ids.length});
                OnnxTensor length = OnnxTensor.createTensor(environment, new long[] {ids.length});
                OnnxTensor scales = OnnxTensor.createTensor(environment, new float[] {0, 1, 0});
                OrtSession.Result result =
                        session.run(Map.of("input", input, "input_lengths", length, "scales", scales))) {
            return ((OnnxTensor) result.get(0)).getFloatBuffer();
        } catch (OrtException e) {
            throw failed(e);
        }
    }

    private long[] ids(String text) {
        long[] ids = new long[2 * text.length() + 3];
        ids[0] = symbols.getOrDefault('^', 1L);
        for (int i = 0; i < text.length(); i++) {
            ids[2 * i + 1] = symbols.getOrDefault('_', 0L);
            ids[2 * i + 2] = symbols.getOrDefault(text.charAt(i), 0L);
        }
        ids[ids.length - 2] = symbols.getOrDefault('_', 0L);
        ids[ids.length - 1] = symbols.getOrDefault('$', 2L);
        return ids;
    }

    private static VoiceException failed(OrtException e) {
        return new VoiceException(VoiceException.Code.MODEL, "ONNX Runtime: " + e.getMessage(), e);
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw failed(e);
        }
    }
}
