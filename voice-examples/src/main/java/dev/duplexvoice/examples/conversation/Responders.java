package dev.duplexvoice.examples.conversation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.duplexvoice.VoiceException;
import dev.duplexvoice.dialog.Responder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/** Responders for the command line. */
public final class Responders {
    private Responders() {}

    /** Says the caller's words back; without a transcript, for how long the caller spoke. */
    public static Responder echo() {
        return (turn, reply) -> reply.write(
                turn.text().isEmpty()
                        ? String.format(
                                Locale.ROOT,
                                "I heard you speak for %.1f seconds.",
                                turn.speech().toMillis() / 1000.0)
                        : "You said: " + turn.text());
    }

    /** Says the texts one after another, the last one again when there are no more. */
    public static Responder script(List<String> texts) {
        AtomicInteger next = new AtomicInteger();
        return (turn, reply) -> reply.write(texts.get(Math.min(next.getAndIncrement(), texts.size() - 1)));
    }

    /**
     * Reads {@code echo} or {@code script:F.json}, where the file is an array of texts.
     *
     * @throws IllegalArgumentException if it is neither
     * @throws VoiceException if the file cannot be used
     */
    public static Responder parse(String value) {
        if (value.equals("echo")) {
            return echo();
        }
        if (value.startsWith("script:")) {
            String file = value.substring("script:".length());
            if (file.isEmpty()) {
                throw new IllegalArgumentException("--responder=script: is empty: give a file, script:F.json");
            }
            return script(texts(Path.of(file)));
        }
        throw new IllegalArgumentException("responder=" + value + ": use echo or script:F.json");
    }

    private static List<String> texts(Path file) {
        JsonNode root;
        try {
            if (!Files.isRegularFile(file)) {
                throw new VoiceException(VoiceException.Code.NOT_FOUND, file + ": there is no such file");
            }
            root = new ObjectMapper().readTree(file.toFile());
        } catch (IOException e) {
            throw new VoiceException(
                    VoiceException.Code.IO, file + " is not JSON: expected an array of texts, such as [\"Hello.\"]", e);
        }
        List<String> texts = new ArrayList<>();
        if (root != null && root.isArray()) {
            root.forEach(node -> texts.add(node.asText()));
        }
        if (texts.isEmpty()) {
            throw new VoiceException(
                    VoiceException.Code.INVALID_ARGUMENT, file + ": expected an array of texts, such as [\"Hello.\"]");
        }
        return texts;
    }
}
