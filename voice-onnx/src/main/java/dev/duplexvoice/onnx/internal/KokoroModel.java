package dev.duplexvoice.onnx.internal;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.duplexvoice.VoiceException;
import dev.duplexvoice.onnx.OnnxDevice;
import dev.duplexvoice.onnx.internal.OnnxModel.Value;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.List;
import java.util.Map;

/**
 * A Kokoro graph: ids, a style and a speed in, the whole waveform out. Its style depends on how long the phrase is: the style matrix
 * has a row for each number of symbols.
 */
final class KokoroModel implements SpeechModel {
    static final int SAMPLE_RATE = 24_000;

    /** Exporters call the ids one or the other. */
    private static final List<String> IDS = List.of("input_ids", "tokens");

    private final OrtEnvironment environment = OrtRuntime.environment();
    private final String voice;
    private final String idsName;
    private final StyleMatrix styles;
    private final OrtSession session;

    private KokoroModel(String voice, String idsName, StyleMatrix styles, OrtSession session) {
        this.voice = voice;
        this.idsName = idsName;
        this.styles = styles;
        this.session = session;
    }

    /**
     * Loads a voice.
     *
     * @throws VoiceException if the model cannot be used
     */
    static KokoroModel open(OnnxModel model, String voice, StyleMatrix styles, OnnxDevice device, int threads) {
        String ids = IDS.stream()
                .filter(model::takes)
                .findFirst()
                .orElseThrow(() -> notKokoro(model, "has no input " + String.join(" or ", IDS)));
        require(model, ids, OnnxModel.INT64);
        require(model, "style", OnnxModel.FLOAT);
        require(model, "speed", OnnxModel.FLOAT);
        if (model.inputs().size() != 3) {
            throw notKokoro(model, "takes " + model.inputs().size() + " inputs and not 3");
        }
        return new KokoroModel(voice, ids, styles, new OrtRuntime(model.file(), device, threads).whole());
    }

    private static void require(OnnxModel model, String name, int type) {
        Value input = model.inputs().stream()
                .filter(value -> value.name().equals(name))
                .findFirst()
                .orElseThrow(() -> notKokoro(model, "has no input " + name));
        if (input.elementType() != type) {
            throw notKokoro(
                    model,
                    "takes " + name + " as something else than " + (type == OnnxModel.FLOAT ? "float32" : "int64"));
        }
    }

    private static VoiceException notKokoro(OnnxModel model, String what) {
        return new VoiceException(
                VoiceException.Code.MODEL, "model=" + model.file() + ": " + what + "; it is no Kokoro voice");
    }

    @Override
    public int sampleRate() {
        return SAMPLE_RATE;
    }

    @Override
    public Utterance begin(Phrase phrase, float rate, RunStop stop) {
        long[] ids = phrase.ids();
        try (OnnxTensor input = OnnxTensor.createTensor(environment, LongBuffer.wrap(ids), new long[] {1, ids.length});
                OnnxTensor style = OnnxTensor.createTensor(
                        environment, styles.row(phrase.symbols()), new long[] {1, StyleMatrix.WIDTH});
                OnnxTensor speed =
                        OnnxTensor.createTensor(environment, FloatBuffer.wrap(new float[] {rate}), new long[] {1});
                OrtSession.Result result =
                        session.run(Map.of(idsName, input, "style", style, "speed", speed), stop.options())) {
            return new WholeUtterance(VitsDecoder.floats(result));
        } catch (OrtException e) {
            throw new VoiceException(
                    VoiceException.Code.SYNTHESIS, "voice " + voice + " failed: " + OrtRuntime.reason(e), e);
        }
    }

    @Override
    public void close() {
        Closing.close(session);
    }
}
