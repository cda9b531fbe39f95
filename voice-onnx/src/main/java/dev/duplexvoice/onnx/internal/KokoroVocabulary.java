package dev.duplexvoice.onnx.internal;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * The symbols of a Kokoro voice: the field {@code vocab} of its {@code config.json}, or {@code model.vocab} of a
 * {@code tokenizer.json}.
 */
final class KokoroVocabulary {
    /** Its own letters for what the International Phonetic Alphabet writes with two. */
    private static final Map<String, String> LETTERS = new LinkedHashMap<>();

    static {
        LETTERS.put("eɪ", "A");
        LETTERS.put("aɪ", "I");
        LETTERS.put("aʊ", "W");
        LETTERS.put("ɔɪ", "Y");
        LETTERS.put("oʊ", "O");
        LETTERS.put("dʒ", "ʤ");
        LETTERS.put("tʃ", "ʧ");
    }

    private final Map<Integer, long[]> ids;

    private KokoroVocabulary(Map<Integer, long[]> ids) {
        this.ids = ids;
    }

    /**
     * Reads it.
     *
     * @throws dev.duplexvoice.VoiceException if the file cannot be read or has no symbols
     */
    static KokoroVocabulary read(Path file) {
        JsonFile json = JsonFile.read(file);
        Map<String, JsonNode> vocabulary = json.object("vocab");
        if (vocabulary.isEmpty()) {
            vocabulary = json.object("model.vocab");
        }
        Map<Integer, long[]> ids = new HashMap<>();
        vocabulary.forEach((symbol, id) -> {
            if (!id.isIntegralNumber() || id.longValue() < 0) {
                throw json.wrong("vocab[\"" + symbol + "\"]=" + id + " is no id");
            }
            if (symbol.codePointCount(0, symbol.length()) == 1 && id.longValue() != 0) {
                ids.put(
                        symbol.codePointAt(0),
                        new long[] {id.longValue()}); // 0 is the end of a phrase and never within
            }
        });
        if (ids.isEmpty()) {
            throw json.wrong("has no vocab, the ids of the voice's symbols");
        }
        return new KokoroVocabulary(ids);
    }

    Map<Integer, long[]> ids() {
        return ids;
    }

    /** Writes phonemes as the voice has learned them, with a letter of its own for each sound that it has one for. */
    UnaryOperator<String> alphabet() {
        Map<String, String> known = new LinkedHashMap<>();
        LETTERS.forEach((ipa, letter) -> {
            if (ids.containsKey(letter.codePointAt(0))) {
                known.put(ipa, letter);
            }
        });
        return ipa -> {
            String written = ipa;
            for (Map.Entry<String, String> letter : known.entrySet()) {
                written = written.replace(letter.getKey(), letter.getValue());
            }
            return written;
        };
    }
}
