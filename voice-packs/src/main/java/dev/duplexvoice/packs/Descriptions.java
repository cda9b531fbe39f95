package dev.duplexvoice.packs;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads and checks what metadata and catalogues have in common. */
final class Descriptions {
    static final List<String> KEYS =
            List.of("id", "kind", "family", "languages", "sample_rate", "licence", "capabilities", "settings");

    /** Larger than any model that speaks on one machine; a size beyond it is a slip. */
    static final long MAX_FILE_SIZE = 64L << 30;

    /** Ids and families become names of folders. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+-]{0,99}");

    private static final Pattern LANGUAGE = Pattern.compile("[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*");
    private static final Pattern ROLE = Pattern.compile("[a-z0-9][a-z0-9_-]{0,49}");
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    private Descriptions() {}

    static @Nullable PackDescription read(YamlMap map) {
        String id = name(map, "id", "give letters, digits and . _ + -, 100 at most, such as en_US-amy-medium");
        PackKind kind = kind(map);
        String family = name(map, "family", "name the kind of model, such as vits");
        List<String> languages = languages(map, kind);
        long rate = map.number("sample_rate", 8_000, 192_000, "give samples per second, such as 22050");
        String licence = map.text("licence", "name the licence of the files, such as MIT or CC-BY-4.0");
        Set<String> capabilities =
                new HashSet<>(map.texts("capabilities", "give a list of words, such as [streaming]"));
        Map<String, String> settings = map.settings("settings");
        if (id == null || kind == null || family == null || languages == null || rate < 0 || licence == null) {
            return null;
        }
        return new PackDescription(id, kind, family, languages, (int) rate, licence, capabilities, settings);
    }

    private static @Nullable String name(YamlMap map, String key, String remedy) {
        String value = map.text(key, remedy);
        if (value != null && !NAME.matcher(value).matches()) {
            map.wrong(key, value, remedy);
            return null;
        }
        return value;
    }

    private static @Nullable PackKind kind(YamlMap map) {
        String remedy = "must be voice, which is the default, or detector";
        String value = map.optionalText("kind", remedy);
        if (value == null) {
            return PackKind.VOICE;
        }
        PackKind kind = PackKind.of(value);
        if (kind == null) {
            map.wrong("kind", value, remedy);
        }
        return kind;
    }

    private static @Nullable List<String> languages(YamlMap map, @Nullable PackKind kind) {
        String remedy = "give a list of languages with hyphens, such as [en-US]";
        List<String> languages = map.texts("languages", remedy);
        boolean valid = true;
        for (String language : languages) {
            if (!LANGUAGE.matcher(language).matches()) {
                map.wrong("languages", language, remedy);
                valid = false;
            }
        }
        if (languages.isEmpty() && kind == PackKind.VOICE) {
            map.missing("languages", remedy);
            return null;
        }
        return valid ? languages : null;
    }

    static @Nullable String role(YamlMap file) {
        String remedy = "name what the file is for in lower case, such as model or config";
        String role = file.text("role", remedy);
        if (role != null && !ROLE.matcher(role).matches()) {
            file.wrong("role", role, remedy);
            return null;
        }
        return role;
    }

    static long size(YamlMap file) {
        return file.number("size", 1, MAX_FILE_SIZE, "give the file's size in bytes, as ls -l prints it");
    }

    static boolean isSha256(YamlMap file, String value) {
        if (SHA256.matcher(value).matches()) {
            return true;
        }
        file.wrong("sha256", value, "must be 64 hexadecimal digits in lower case; take what sha256sum prints");
        return false;
    }

    /** A path that stays within its folder by its looks; what links make of it is seen when the file is there. */
    static @Nullable String path(YamlMap file) {
        String remedy = "give a path within the pack's folder, such as voice.onnx";
        String value = file.text("path", remedy);
        if (value == null) {
            return null;
        }
        if (value.indexOf('\\') >= 0 || value.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
            file.wrong("path", value, "has a backslash or a control character; " + remedy);
            return null;
        }
        Path path;
        try {
            path = Path.of(value);
        } catch (InvalidPathException e) {
            file.wrong("path", value, "cannot be a path in this locale: set LC_ALL=C.UTF-8; else " + remedy);
            return null;
        }
        if (path.isAbsolute() || !path.normalize().equals(path) || path.startsWith("..")) {
            file.wrong("path", value, "leaves the pack's folder; " + remedy);
            return null;
        }
        if (value.equals(PackReader.METADATA)) {
            file.wrong("path", value, "is what describes the pack; " + remedy);
            return null;
        }
        return value;
    }
}
