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
    /** Its positions are 512, and both ends take one. */
    private static final int LONGEST_KOKORO_PHRASE = 510;

    private static final int WARM_UP_LETTERS = 24;

    private VoiceLoading() {}

    /** Why ONNX Runtime cannot be used here, as a sentence with the remedy; null if it can. */
    public static @Nullable String problem() {
        return OrtRuntime.problem();
    }

    /**
     * Opens a Piper voice.
     *
     * @param called its name; null for the file's, and the speaker's if one is given
     * @param speaker a name or number; empty for the first
     * @param pronouncer null to find one for the voice's language
     * @throws VoiceException if it cannot be used
     */
    public static SpeechSynthesizer piper(
            @Nullable String called,
            Path model,
            Path config,
            String speaker,
            int threads,
            OnnxDevice device,
            DecoderWish decoder,
            @Nullable Pronouncer pronouncer) {
        String file = withoutSuffix(model);
        String name = called != null ? called : speaker.isEmpty() ? file : file + "#" + speaker;
        OnnxModel graph = OnnxReader.read(model);
        PiperConfig settings = PiperConfig.read(config, file);
        long number = settings.speaker(speaker);
        TextReader reader = settings.text() ? new CharacterReader() : phonemes(settings, pronouncer);
        Map<Integer, long[]> ids = settings.symbols();
        long[] pad = id(ids, '_');
        long[] begin = new long[id(ids, '^').length + pad.length];
        System.arraycopy(id(ids, '^'), 0, begin, 0, begin.length - pad.length);
        System.arraycopy(pad, 0, begin, begin.length - pad.length, pad.length);
        Phrasing phrasing = new Phrasing(name, ids, settings.replacements(), begin, pad, id(ids, '$'), LONGEST_PHRASE);
        VitsModel network = VitsModel.open(graph, settings, number, device, threads, decoder);
        return warmedUp(new OnnxSynthesizer(name, "piper", network, reader, phrasing), ids);
    }

    private static long[] id(Map<Integer, long[]> ids, int symbol) {
        return ids.getOrDefault(symbol, new long[0]);
    }

    /**
     * Opens a Kokoro voice.
     *
     * @param called its name; null for the file's of its styles
     * @param language as BCP 47 has it
     * @param pronouncer null to find one for the language
     * @throws VoiceException if it cannot be used
     */
    public static SpeechSynthesizer kokoro(
            @Nullable String called,
            Path model,
            Path vocabulary,
            Path styles,
            String language,
            int threads,
            OnnxDevice device,
            @Nullable Pronouncer pronouncer) {
        String name = called != null ? called : withoutSuffix(styles);
        OnnxModel graph = OnnxReader.read(model);
        KokoroVocabulary symbols = KokoroVocabulary.read(vocabulary);
        StyleMatrix matrix = StyleMatrix.read(styles);
        TextReader reader =
                new PhonemeReader(pronouncer != null ? pronouncer : Pronouncer.find(language), symbols.alphabet());
        long[] end = {0};
        Phrasing phrasing = new Phrasing(name, symbols.ids(), Map.of(), end, new long[0], end, LONGEST_KOKORO_PHRASE);
        KokoroModel network = KokoroModel.open(graph, name, matrix, device, threads);
        return warmedUp(new OnnxSynthesizer(name, "kokoro", network, reader, phrasing), symbols.ids());
    }

    private static String withoutSuffix(Path file) {
        String name = String.valueOf(file.getFileName());
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(0, dot) : name;
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

    /** Some of its letters, so that it works whatever language it speaks. */
    private static SpeechSynthesizer warmedUp(OnnxSynthesizer voice, Map<Integer, long[]> ids) {
        Symbols letters = new Symbols();
        ids.keySet().stream()
                .filter(Character::isLetter)
                .sorted()
                .limit(WARM_UP_LETTERS)
                .forEach(letters::add);
        try {
            voice.warmUp(letters);
            return voice;
        } catch (RuntimeException | Error e) {
            voice.close();
            throw e;
        }
    }
}
