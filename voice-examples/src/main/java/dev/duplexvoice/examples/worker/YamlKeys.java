package dev.duplexvoice.examples.worker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** The keys of a YAML file: {@code sessions.max} and a {@code max} within {@code sessions} are the same. */
final class YamlKeys {
    private static final int LARGEST = 1 << 20;
    private static final int DEEPEST = 8;

    private YamlKeys() {}

    /**
     * Reads a file.
     *
     * @throws IllegalArgumentException if it cannot be read or is no YAML of keys and values; the message names the file
     */
    static Map<String, Object> read(Path file) {
        String text;
        try {
            if (Files.size(file) > LARGEST) {
                throw new IllegalArgumentException(file + ": is larger than 1 MiB, which no configuration is");
            }
            text = Files.readString(file);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "config=" + file + ": cannot be read; give a readable YAML file in UTF-8", e);
        }
        Object loaded;
        try {
            loaded = new Load(LoadSettings.builder()
                            .setLabel(file.toString())
                            .setAllowDuplicateKeys(false)
                            .setMaxAliasesForCollections(10)
                            .build())
                    .loadFromString(text);
        } catch (YamlEngineException e) {
            throw new IllegalArgumentException(file + ": is no YAML: " + e.getMessage(), e);
        }
        Map<String, Object> keys = new LinkedHashMap<>();
        if (loaded != null) {
            flatten(file, "", loaded, keys, 0);
        }
        return keys;
    }

    private static void flatten(Path file, String prefix, @Nullable Object value, Map<String, Object> into, int depth) {
        if (value instanceof Map<?, ?> map && depth < DEEPEST) {
            map.forEach((key, inner) ->
                    flatten(file, prefix.isEmpty() ? String.valueOf(key) : prefix + "." + key, inner, into, depth + 1));
        } else if (prefix.isEmpty()) {
            throw new IllegalArgumentException(file + ": holds no keys; write one 'key: value' a line");
        } else if (value == null) {
            throw new IllegalArgumentException(file + ": " + prefix + " has no value; give one or leave the line out");
        } else if (into.put(prefix, value) != null) {
            throw new IllegalArgumentException(file + ": " + prefix + " is there twice; keep one");
        }
    }
}
