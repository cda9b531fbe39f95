package dev.duplexvoice.onnx.internal;

import com.fasterxml.jackson.databind.JsonNode;
import dev.duplexvoice.VoiceException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the JSON beside a Piper voice tells.
 *
 * @param file the JSON
 * @param name of the voice, for messages
 * @param sampleRate samples per second
 * @param language what espeak-ng calls it, or the language's code
 * @param text whether the voice takes characters and not phonemes
 * @param noiseScale how much the sound varies
 * @param lengthScale how long it is
 * @param noiseW how much the durations vary
 * @param symbolCount how many ids the model knows; 0 if it does not tell
 * @param symbols ids of each symbol, a code point
 * @param replacements symbols to take for a symbol
 * @param speakers how many there are
 * @param speakerIds their numbers by name
 */
record PiperConfig(
        Path file,
        String name,
        int sampleRate,
        String language,
        boolean text,
        float noiseScale,
        float lengthScale,
        float noiseW,
        int symbolCount,
        Map<Integer, long[]> symbols,
        Map<Integer, int[]> replacements,
        int speakers,
        Map<String, Long> speakerIds) {

    /**
     * Reads it.
     *
     * @throws VoiceException if it cannot be read or does not tell what it must
     */
    static PiperConfig read(Path file, String name) {
        JsonFile json = JsonFile.read(file);
        String phonemes = json.text("phoneme_type", "espeak");
        if (!phonemes.equals("espeak") && !phonemes.equals("text")) {
            throw new VoiceException(
                    VoiceException.Code.UNSUPPORTED,
                    "config=" + file + ": phoneme_type=" + phonemes
                            + " is not known; voices of the types espeak and text are");
        }
        String language = json.text("espeak.voice", "");
        if (language.isEmpty()) {
            language = json.text("language.code", "");
        }
        int speakers = json.integer("num_speakers", 1, 1, 1_000_000);
        return new PiperConfig(
                file,
                name,
                json.requiredInteger("audio.sample_rate", 8_000, 48_000),
                language.replace('_', '-'),
                phonemes.equals("text"),
                json.number("inference.noise_scale", 0.667, 0, 10),
                json.number("inference.length_scale", 1, 0.1, 10),
                json.number("inference.noise_w", 0.8, 0, 10),
                json.integer("num_symbols", 0, 1, Integer.MAX_VALUE),
                symbols(json),
                replacements(json),
                speakers,
                speakers(json, speakers));
    }

    private static Map<Integer, long[]> symbols(JsonFile json) {
        Map<Integer, long[]> symbols = new HashMap<>();
        json.object("phoneme_id_map").forEach((symbol, value) -> {
            if (symbol.codePointCount(0, symbol.length()) == 1) {
                symbols.put(symbol.codePointAt(0), ids(json, symbol, value));
            }
        });
        for (String needed : new String[] {"^", "_", "$"}) {
            if (!symbols.containsKey(needed.codePointAt(0))) {
                throw json.wrong("phoneme_id_map has no \"" + needed + "\", which every phrase needs");
            }
        }
        return Map.copyOf(symbols);
    }

    private static long[] ids(JsonFile json, String symbol, JsonNode value) {
        long[] ids = new long[value.isArray() ? value.size() : 0];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = isLong(value.get(i)) ? value.get(i).longValue() : -1;
            if (ids[i] < 0) {
                throw json.wrong("phoneme_id_map[\"" + symbol + "\"]=" + value + " is no list of ids");
            }
        }
        if (ids.length == 0) {
            throw json.wrong("phoneme_id_map[\"" + symbol + "\"]=" + value + " is no list of ids");
        }
        return ids;
    }

    /** A longer number would come out as another. */
    private static boolean isLong(JsonNode value) {
        return value.isIntegralNumber() && value.canConvertToLong();
    }

    private static Map<Integer, int[]> replacements(JsonFile json) {
        Map<Integer, int[]> replacements = new HashMap<>();
        json.object("phoneme_map").forEach((symbol, value) -> {
            if (symbol.codePointCount(0, symbol.length()) == 1 && value.isArray()) {
                StringBuilder to = new StringBuilder();
                value.forEach(part -> to.append(part.asText()));
                replacements.put(symbol.codePointAt(0), to.codePoints().toArray());
            }
        });
        return Map.copyOf(replacements);
    }

    private static Map<String, Long> speakers(JsonFile json, int count) {
        Map<String, Long> speakers = new LinkedHashMap<>();
        json.object("speaker_id_map").forEach((name, value) -> {
            if (!isLong(value) || value.longValue() < 0 || value.longValue() >= count) {
                throw json.wrong("speaker_id_map[\"" + name + "\"]=" + value + " is no speaker: num_speakers=" + count);
            }
            speakers.put(name, value.longValue());
        });
        return speakers;
    }

    /**
     * The number of a speaker.
     *
     * @param speaker a name, or a number; empty for the first
     * @throws VoiceException if there is no such speaker
     */
    long speaker(String speaker) {
        if (speaker.isEmpty()) {
            return 0;
        }
        Long id = speakerIds.get(speaker);
        if (id != null) {
            return id;
        }
        if (speaker.matches("[0-9]{1,9}") && Long.parseLong(speaker) < speakers) {
            return Long.parseLong(speaker);
        }
        throw new VoiceException(
                VoiceException.Code.NOT_FOUND,
                "speaker=" + speaker + ": voice " + name + " has no such speaker; use " + known());
    }

    private String known() {
        String numbers = speakers == 1 ? "0" : "a number from 0 to " + (speakers - 1);
        if (speakerIds.isEmpty()) {
            return numbers;
        }
        String names = String.join(", ", speakerIds.keySet().stream().limit(50).toList());
        return "one of " + names + (speakerIds.size() > 50 ? ", …" : "") + ", or " + numbers;
    }
}
