package dev.duplexvoice.onnx.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.duplexvoice.VoiceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** A JSON file whose values are asked for by their path; a value that is not as it must be is an error that names it. */
final class JsonFile {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    /** Far more than any voice's. */
    private static final long MAX_BYTES = 64 << 20;

    private final Path file;
    private final JsonNode root;

    private JsonFile(Path file, JsonNode root) {
        this.file = file;
        this.root = root;
    }

    /**
     * Reads a file that holds an object.
     *
     * @throws VoiceException if it cannot be read or is none
     */
    static JsonFile read(Path file) {
        try {
            if (!Files.isRegularFile(file)) {
                throw new NoSuchFileException(file.toString());
            }
            if (Files.size(file) > MAX_BYTES) {
                throw new VoiceException(
                        VoiceException.Code.MODEL, "config=" + file + ": is too large for a voice's JSON");
            }
            JsonNode root = MAPPER.readTree(Files.readAllBytes(file));
            if (root == null || !root.isObject()) {
                throw new VoiceException(VoiceException.Code.MODEL, "config=" + file + ": is no JSON object");
            }
            return new JsonFile(file, root);
        } catch (NoSuchFileException e) {
            throw new VoiceException(
                    VoiceException.Code.NOT_FOUND,
                    "config=" + file + ": there is no such file; a voice needs it beside its model",
                    e);
        } catch (JsonProcessingException e) {
            throw new VoiceException(
                    VoiceException.Code.MODEL, "config=" + file + ": is no JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new VoiceException(
                    VoiceException.Code.IO, "config=" + file + ": cannot be read: " + e.getMessage(), e);
        }
    }

    /** An error of this file. */
    VoiceException wrong(String what) {
        return new VoiceException(VoiceException.Code.MODEL, "config=" + file + ": " + what);
    }

    private JsonNode at(String path) {
        JsonNode node = root;
        for (String name : path.split("\\.")) {
            node = node.path(name);
        }
        return node;
    }

    private boolean isAbsent(JsonNode node) {
        return node.isMissingNode() || node.isNull();
    }

    String text(String path, String otherwise) {
        JsonNode node = at(path);
        if (isAbsent(node)) {
            return otherwise;
        }
        if (!node.isTextual()) {
            throw wrong(path + "=" + node + " must be a text");
        }
        return node.textValue();
    }

    int requiredInteger(String path, int min, int max) {
        if (isAbsent(at(path))) {
            throw wrong(path + " is missing");
        }
        return integer(path, 0, min, max);
    }

    int integer(String path, int otherwise, int min, int max) {
        JsonNode node = at(path);
        if (isAbsent(node)) {
            return otherwise;
        }
        if (!node.isIntegralNumber() || !node.canConvertToInt() || node.intValue() < min || node.intValue() > max) {
            throw wrong(path + "=" + node + " must be a whole number from " + min + " to " + max);
        }
        return node.intValue();
    }

    float number(String path, double otherwise, double min, double max) {
        JsonNode node = at(path);
        if (isAbsent(node)) {
            return (float) otherwise;
        }
        if (!node.isNumber() || !(node.doubleValue() >= min && node.doubleValue() <= max)) {
            throw wrong(path + "=" + node + " must be a number from " + min + " to " + max);
        }
        return node.floatValue();
    }

    /** An object's fields in the order of the file; none if it is absent. */
    Map<String, JsonNode> object(String path) {
        Map<String, JsonNode> fields = new LinkedHashMap<>();
        JsonNode node = at(path);
        if (isAbsent(node)) {
            return fields;
        }
        if (!node.isObject()) {
            throw wrong(path + " must be an object");
        }
        node.properties().forEach(field -> fields.put(field.getKey(), field.getValue()));
        return fields;
    }
}
