package dev.duplexvoice.onnx.internal;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import dev.duplexvoice.VoiceException;
import dev.duplexvoice.onnx.OnnxDecoder;
import dev.duplexvoice.onnx.OnnxDevice;
import dev.duplexvoice.tts.Vocoder;
import dev.duplexvoice.tts.VocoderDevice;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Locale;
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

    /** What half floats are to keep of a signal. */
    private static final double LEAST_DECIBELS = 50;

    /** Longer than a sample of Piper's voices looks back and ahead, so that beginning, middle and end are compared. */
    private static final int FRAMES = 40;

    private DecoderChoice() {}

    /**
     * Opens one.
     *
     * @throws VoiceException if what was asked for cannot be had
     */
    static FrameDecoder open(
            OnnxModel model, GraphCut cut, PiperConfig config, OrtRuntime runtime, DecoderWish wanted) {
        boolean onGpu = runtime.device() == OnnxDevice.CUDA;
        if (wanted.decoder() == OnnxDecoder.ONNX || (wanted.decoder() == OnnxDecoder.AUTO && onGpu)) {
            return VitsDecoder.open(model, cut, config, runtime);
        }
        Vocoder vocoder = vocoder(model, wanted);
        if (vocoder == null) {
            return VitsDecoder.open(model, cut, config, runtime);
        }
        return choose(model, cut, config, runtime, wanted, vocoder);
    }

    /**
     * Takes the vocoder over, and closes it if it is not chosen. It is compared with the graph on the CPU, wherever the voice is to
     * compute: a GPU's float32 may have fewer bits.
     */
    static FrameDecoder choose(
            OnnxModel model,
            GraphCut cut,
            PiperConfig config,
            OrtRuntime runtime,
            DecoderWish wanted,
            Vocoder vocoder) {
        FrameDecoder streaming = new VocoderDecoder(vocoder);
        FrameDecoder graph = null;
        FrameDecoder chosen = null;
        try {
            requireDevice(wanted, vocoder);
            graph = VitsDecoder.open(model, cut, config, runtime.onCpu());
            String problem = difference(cut, vocoder, graph, streaming);
            requireDevice(wanted, vocoder); // which it may have lost meanwhile
            if (problem == null) {
                chosen = streaming;
            } else if (wanted.isStrict()) {
                throw new VoiceException(
                        VoiceException.Code.UNSUPPORTED,
                        wanted.asked() + model.file() + " is none of the networks that the native core knows: "
                                + problem + "; choose decoder=onnx");
            } else {
                LOG.info(
                        "{} is decoded by ONNX Runtime: the native core would give something else: {}",
                        model.file(),
                        problem);
                chosen = runtime.device() == OnnxDevice.CPU ? graph : VitsDecoder.open(model, cut, config, runtime);
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

    private static void requireDevice(DecoderWish wanted, Vocoder vocoder) {
        if (wanted.decoder() == OnnxDecoder.CUDA && vocoder.device() != VocoderDevice.CUDA) {
            String problem = vocoder.problem();
            throw new VoiceException(
                    VoiceException.Code.UNAVAILABLE,
                    wanted.asked() + (problem == null ? "no native core for a GPU is installed" : problem)
                            + "; or choose decoder=native");
        }
    }

    private static @Nullable Vocoder vocoder(OnnxModel model, DecoderWish wanted) {
        try {
            Vocoder found = Vocoder.find(model.file(), wanted.options());
            if (found == null && wanted.isStrict()) {
                throw new VoiceException(
                        VoiceException.Code.UNAVAILABLE,
                        wanted.asked() + "nothing that works here has a vocoder for " + model.file()
                                + "; add dev.duplexvoice:voice-native and its classifier for this platform if they are"
                                + " not there, or choose decoder=onnx");
            }
            return found;
        } catch (VoiceException e) {
            if (wanted.isStrict() && e.code() == VoiceException.Code.UNSUPPORTED) {
                throw new VoiceException(e.code(), wanted.asked() + e.getMessage() + "; choose decoder=onnx", e);
            }
            if (wanted.isStrict()) {
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
            return vocoder.device() == VocoderDevice.CPU ? exact(expected, given) : clear(expected, given);
        } catch (OrtException | VoiceException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static @Nullable String exact(float[] expected, float[] given) {
        float worst = 0;
        for (int i = 0; i < expected.length; i++) {
            worst = Math.max(worst, Math.abs(expected[i] - given[i])); // NaN stays
        }
        return worst <= TOLERANCE ? null : "samples differ by " + worst;
    }

    /** Of half floats, whose differences grow with what is added up. */
    private static @Nullable String clear(float[] expected, float[] given) {
        double signal = 0;
        double noise = 0;
        for (int i = 0; i < expected.length; i++) {
            double off = (double) expected[i] - given[i];
            signal += (double) expected[i] * expected[i];
            noise += off * off;
        }
        double decibels = 10 * Math.log10(signal / noise);
        return noise == 0 || decibels >= LEAST_DECIBELS // not so for NaN
                ? null
                : String.format(
                        Locale.ROOT, "samples are %.1f dB above their noise, less than %.0f", decibels, LEAST_DECIBELS);
    }

    private static float[] speak(GraphCut cut, Vocoder vocoder, FrameDecoder decoder) throws OrtException {
        SplittableRandom random = new SplittableRandom(1);
        FloatBuffer frames = random(random, cut.channels() * FRAMES);
        float[] all = new float[FRAMES * vocoder.samplesPerFrame()];
        int at = 0;
        try (RunStop stop = new RunStop();
                Utterance utterance = decoder.begin(frames, FRAMES, conditions(cut, vocoder, random), null, stop)) {
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

    private static Map<String, OnnxTensor> conditions(GraphCut cut, Vocoder vocoder, SplittableRandom random)
            throws OrtException {
        long[] shape = {1, vocoder.conditionChannels(), 1};
        return Conditions.of(
                cut.conditions(),
                name -> OnnxTensor.createTensor(
                        OrtRuntime.environment(), random(random, vocoder.conditionChannels()), shape));
    }

    private static FloatBuffer random(SplittableRandom random, int values) {
        FloatBuffer buffer = FloatBuffer.allocate(values);
        for (int i = 0; i < values; i++) {
            buffer.put(i, (float) random.nextGaussian());
        }
        return buffer;
    }
}
