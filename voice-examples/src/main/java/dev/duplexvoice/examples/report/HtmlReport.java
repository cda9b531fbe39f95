package dev.duplexvoice.examples.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Writes a conversation as one HTML file that needs no network and no other file: style, script and data are inside.
 *
 * <p>Up to {@link #MAX_EMBEDDED_SECONDS} seconds the audio is inside too, as 16 kHz stereo with the caller left and
 * the reply right. A longer conversation is played from {@value #AUDIO_FILE}, looked for next to the page; the
 * waveforms are shown either way. A page is at most about 11 MB with audio, about 2 MB without.
 *
 * <p>Titles, transcripts and facts are data: whatever they contain, the page shows it as text.
 */
public final class HtmlReport {
    /** Longest conversation whose audio goes into the page, in seconds. */
    public static final double MAX_EMBEDDED_SECONDS = 120;

    /** The file a longer conversation is played from, in the folder of the page: stereo, caller left, reply right. */
    public static final String AUDIO_FILE = "conversation.wav";

    private static final List<String> SCRIPTS =
            List.of("dom.js", "plots.js", "tracks.js", "player.js", "timeline.js", "transcript.js", "report.js");

    private HtmlReport() {}

    /**
     * Writes the page, replacing the file if it exists. The page is written beside its final place and then moved,
     * so a reader never sees half of it, and a failure leaves what was there before.
     *
     * @param recording what to show
     * @param file where to, in an existing folder
     * @throws IOException if the folder is missing or cannot be written to
     */
    public static void write(ConversationRecording recording, Path file) throws IOException {
        Map<String, Object> data = ReportData.of(recording);
        String audio = audioSource(recording);
        data.put("audio", audio.startsWith("data:") ? "embedded" : audio.isEmpty() ? "none" : "linked");
        String style = resource("report.css");
        String script = script();
        String json = escapeForScript(new ObjectMapper().writeValueAsString(data));

        Path target = file.toAbsolutePath();
        Path temporary = target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
        try {
            try (BufferedWriter out = Files.newBufferedWriter(
                    temporary, StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                fill(out, resource("report.html"), name -> switch (name) {
                    case "title" -> escapeHtml(recording.title());
                    case "style" -> style;
                    case "style-hash" -> hash(style);
                    case "script" -> script;
                    case "script-hash" -> hash(script);
                    case "audio" -> audio;
                    case "data" -> json;
                    default -> throw new IllegalStateException("unknown placeholder: name=" + name);
                });
            }
            move(temporary, target);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /** Where a placeholder's text comes from. */
    private interface Values {
        String get(String name);
    }

    /** One pass over the template, so that text which looks like a placeholder stays text. */
    private static void fill(Writer out, String template, Values values) throws IOException {
        int at = 0;
        for (int open = template.indexOf("{{"); open >= 0; open = template.indexOf("{{", at)) {
            int close = template.indexOf("}}", open);
            out.append(template, at, open).append(values.get(template.substring(open + 2, close)));
            at = close + 2;
        }
        out.append(template, at, template.length());
    }

    private static String audioSource(ConversationRecording recording) {
        if (recording.caller().length == 0 && recording.reply().length == 0) {
            return "";
        }
        if (recording.durationSeconds() > MAX_EMBEDDED_SECONDS) {
            return AUDIO_FILE;
        }
        byte[] wav =
                StereoWav.encode(recording.caller(), recording.callerRate(), recording.reply(), recording.replyRate());
        return "data:audio/wav;base64," + Base64.getEncoder().encodeToString(wav);
    }

    private static String script() throws IOException {
        StringBuilder script = new StringBuilder("(() => {\n'use strict';\n");
        for (String name : SCRIPTS) {
            script.append(resource(name)).append('\n');
        }
        return script.append("})();\n").toString();
    }

    /** JSON without a character that could end a script element or start a comment; still the same JSON. */
    static String escapeForScript(String json) {
        return json.replace("&", "\\u0026")
                .replace("<", "\\u003c")
                .replace(">", "\\u003e")
                .replace("\u2028", "\\u2028")
                .replace("\u2029", "\\u2029");
    }

    static String escapeHtml(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    /** The source expression by which the page's own policy admits this inline text and no other. */
    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return "sha256-" + Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** A browser hashes an element's text after turning CR LF into LF, so the same is done here. */
    private static String resource(String name) throws IOException {
        try (@Nullable InputStream in = HtmlReport.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("resource missing from the jar: name=" + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
        }
    }
}
