package dev.duplexvoice.onnx.internal;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.onnx.OnnxDevice;
import dev.duplexvoice.tts.Pronouncer;
import dev.duplexvoice.tts.SpeechSynthesizer;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Puts voices together from their files. */
public final class VoiceLoading {
    /** Symbols of a phrase: what a network remembers of one grows with the square of its length. */
    private static final int LONGEST_PHRASE = 600;

    private VoiceLoading() {}

    /** Why ONNX Runtime cannot be used here, as a sentence with the remedy; null if it can. */
    public static @Nullable String problem() {
        return Runtime.problem();
    }

    /**
     * Opens a Piper voice.
     *
     * @param speaker a name or number; empty for the first
     * @param pronouncer null to find one for the voice's language
     * @throws VoiceException if it cannot be used
     */
    public static SpeechSynthesizer piper(
            Path model, Path config, String speaker, int threads, OnnxDevice device, @Nullable Pronouncer pronouncer) {
        String file = String.valueOf(model.getFileName());
        String name = file.endsWith(".onnx") ? file.substring(0, file.length() - ".onnx".length()) : file;
        OnnxModel graph = OnnxReader.read(model);
        PiperConfig settings = PiperConfig.read(config, name);
        long number = settings.speaker(speaker);
        TextReader reader = settings.text() ? new CharacterReader() : phonemes(settings, pronouncer);
        Map<Integer, long[]> ids = settings.symbols();
        long[] pad = id(ids, '_');
        long[] begin = new long[id(ids, '^').length + pad.length];
        System.arraycopy(id(ids, '^'), 0, begin, 0, begin.length - pad.length);
        System.arraycopy(pad, 0, begin, begin.length - pad.length, pad.length);
        Phrasing phrasing = new Phrasing(name, ids, settings.replacements(), begin, pad, id(ids, '$'), LONGEST_PHRASE);
        VitsModel network = VitsModel.open(graph, settings, number, device, threads);
        return warmedUp(
                new OnnxSynthesizer(speaker.isEmpty() ? name : name + "#" + speaker, network, reader, phrasing));
    }

    private static long[] id(Map<Integer, long[]> ids, int symbol) {
        return ids.getOrDefault(symbol, new long[0]);
    }

    private static TextReader phonemes(PiperConfig settings, @Nullable Pronouncer given) {
        Pronouncer pronouncer = given;
        if (pronouncer == null) {
            if (settings.language().isEmpty()) {
                throw new VoiceException(
                        VoiceException.Code.MODEL,
                        "config=" + settings.file()
                                + ": names no language (espeak.voice, language.code); give the voice a"
                                + " pronouncer");
            }
            pronouncer = Pronouncer.find(settings.language());
        }
        return new PhonemeReader(pronouncer, UnaryOperator.identity());
    }

    private static SpeechSynthesizer warmedUp(OnnxSynthesizer voice) {
        try {
            voice.warmUp("Hello, this is a warm-up.");
            return voice;
        } catch (RuntimeException | Error e) {
            voice.close();
            throw e;
        }
    }
}
