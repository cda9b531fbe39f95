package dev.duplexvoice.logging;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/** A Logback of its own that writes to a folder, and what it wrote. */
final class Written implements AutoCloseable {
    static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .enable(tools.jackson.core.StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    final LoggerContext context = new LoggerContext();
    final VoiceLogging logging;
    private final Path folder;

    Written(Path folder, LoggingOptions.Builder options) {
        this.folder = folder;
        this.logging = VoiceLogging.configure(
                options.folder(folder)
                        .console(LoggingOptions.Console.NONE)
                        .async(false)
                        .build(),
                context);
    }

    static Written json(Path folder) {
        return new Written(folder, LoggingOptions.server("test"));
    }

    Logger log(String name) {
        return context.getLogger(name);
    }

    Path file(LogCategory category) {
        return folder.resolve(category.folder()).resolve("test.log");
    }

    String text(LogCategory category) {
        try {
            return Files.exists(file(category)) ? Files.readString(file(category)) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<Map<String, Object>> lines(LogCategory category) {
        return text(category).lines().map(Written::parse).toList();
    }

    Map<String, Object> line() {
        List<Map<String, Object>> lines = lines(LogCategory.APP);
        if (lines.size() != 1) {
            throw new AssertionError("expected one line and found " + lines);
        }
        return lines.get(0);
    }

    static Map<String, Object> parse(String line) {
        return JSON.readValue(line, new TypeReference<Map<String, Object>>() {});
    }

    @Override
    public void close() {
        logging.close();
        context.stop();
    }
}
