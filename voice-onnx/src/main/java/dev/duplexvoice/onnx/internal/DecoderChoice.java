package dev.duplexvoice.onnx.internal;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import dev.duplexvoice.VoiceException;
import dev.duplexvoice.onnx.OnnxDecoder;
import dev.duplexvoice.onnx.OnnxDevice;
import dev.duplexvoice.tts.Vocoder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which decoder a voice gets. */
final class DecoderChoice {
    private static final Logger LOG = LoggerFactory.getLogger(DecoderChoice.class);

    /** What two ways of adding up the same float32 products differ by; the network's values are 1 at most. */
    static final float TOLERANCE = 1e-4f;

    /** Longer than a sample of Piper's voices looks back and ahead, so that beginning, middle and end are compared. */
    private static final int FRAMES = 40;

    private DecoderChoice() {}

    /**
     * Opens one.
     *
     * @throws VoiceException if what was asked for cannot be had
     */
    static FrameDecoder open(
            OnnxModel model, GraphCut cut, PiperConfig config, OrtRuntime runtime, OnnxDecoder wanted) {
        if (wanted == OnnxDecoder.ONNX || (wanted == OnnxDecoder.AUTO && runtime.device() == OnnxDevice.CUDA)) {
            return VitsDecoder.open(model, cut, config, runtime);
        }
        Vocoder vocoder = vocoder(model, wanted);
        if (vocoder == null) {
            return VitsDecoder.open(model, cut, config, runtime);
        }
        return choose(model, cut, config, runtime, wanted, vocoder);
    }

    /** Takes the vocoder over, and closes it if it is not chosen. */
    static FrameDecoder choose(
            OnnxModel model,
            GraphCut cut,
            PiperConfig config,
            OrtRuntime runtime,
            OnnxDecoder wanted,
            Vocoder vocoder) {
        FrameDecoder streaming = new VocoderDecoder(vocoder);
        FrameDecoder graph = null;
        FrameDecoder chosen = null;
        try {
            graph = VitsDecoder.open(model, cut, config, runtime);
            String problem = difference(cut, vocoder, graph, streaming);
            if (problem == null) {
                chosen = streaming;
            } else if (wanted == OnnxDecoder.NATIVE) {
                throw new VoiceException(
                        VoiceException.Code.UNSUPPORTED,
                        "decoder=native: " + model.file() + " is none of the networks that the native core knows: "
                                + problem + "; choose decoder=onnx");
            } else {
                LOG.info(
                        "{} is decoded by ONNX Runtime: the native core would give something else: {}",
                        model.file(),
                        problem);
                chosen = graph;
            }
            return chosen;
        } finally {
            if (chosen != streaming) {
                streaming.close();
            }
            if (graph != null && chosen != graph) {
                graph.close();
            }
        }
    }

    private static @Nullable Vocoder vocoder(OnnxModel model, OnnxDecoder wanted) {
        try {
            Vocoder found = Vocoder.find(model.file());
            if (found == null && wanted == OnnxDecoder.NATIVE) {
                throw new VoiceException(
                        VoiceException.Code.UNAVAILABLE,
                        "decoder=native: no native core works here; add dev.duplexvoice:voice-native and its classifier"
                                + " for this platform or choose decoder=onnx");
            }
            return found;
        } catch (VoiceException e) {
            if (wanted == OnnxDecoder.NATIVE) {
                throw e;
            }
            LOG.info("{} is decoded by ONNX Runtime: the native core cannot use it: {}", model.file(), e.getMessage());
            return null;
        }
    }

    /** How the vocoder differs from the graph, for frames made at random; null if it does not. */
    private static @Nullable String difference(
            GraphCut cut, Vocoder vocoder, FrameDecoder graph, FrameDecoder streaming) {
        if (vocoder.channels() != cut.channels()) {
            return "frames of " + vocoder.channels() + " channels in the place of " + cut.channels();
        }
        int conditions = cut.conditions().size();
        if (conditions > 1 || (conditions == 1) != (vocoder.conditionChannels() > 0)) {
            return "it takes " + vocoder.conditionChannels() + " values for a speaker, the graph " + cut.conditions();
        }
        try {
            float[] expected = speak(cut, vocoder, graph);
            float[] given = speak(cut, vocoder, streaming);
            if (expected.length != given.length) {
                return given.length + " samples in the place of " + expected.length;
            }
            float worst = 0;
            for (int i = 0; i < expected.length; i++) {
                worst = Math.max(worst, Math.abs(expected[i] - given[i])); // NaN stays
            }
            return worst <= TOLERANCE ? null : "samples differ by " + worst;
        } catch (OrtException | VoiceException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static float[] speak(GraphCut cut, Vocoder vocoder, FrameDecoder decoder) throws OrtException {
        SplittableRandom random = new SplittableRandom(1);
        FloatBuffer frames = random(random, cut.channels() * FRAMES);
        Map<String, OnnxTensor> conditions = new HashMap<>();
        for (String condition : cut.conditions()) {
            conditions.put(
                    condition,
                    OnnxTensor.createTensor(
                            OrtRuntime.environment(),
                            random(random, vocoder.conditionChannels()),
                            new long[] {1, vocoder.conditionChannels(), 1}));
        }
        float[] all = new float[FRAMES * vocoder.samplesPerFrame()];
        int at = 0;
        try (RunStop stop = new RunStop();
                Utterance utterance = decoder.begin(frames, FRAMES, conditions, null, stop)) {
            for (FloatBuffer some = utterance.next(); some != null; some = utterance.next()) {
                int length = some.remaining();
                if (at + length > all.length) {
                    throw new OrtException("more samples than " + all.length);
                }
                some.get(all, at, length);
                at += length;
            }
        }
        return Arrays.copyOf(all, at);
    }

    private static FloatBuffer random(SplittableRandom random, int values) {
        FloatBuffer buffer = FloatBuffer.allocate(values);
        for (int i = 0; i < values; i++) {
            buffer.put(i, (float) random.nextGaussian());
        }
        return buffer;
    }
}
