package dev.duplexvoice.examples.vadeval;

import dev.duplexvoice.VoiceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a person heard in a recording: spans of {@code start,end,0/1}, in seconds, in order. One span a line, or many in a line
 * behind a name, as {@code .scv} files have them; a header line is skipped. Time outside all spans is not scored.
 *
 * @param spans in order, without overlap
 */
public record Labels(List<Span> spans) {
    private static final int FIELDS = 3;
    /** Rounded times of neighbours may overlap by this much, in seconds. */
    private static final double ROUNDING = 1e-3;

    /** A labelled stretch, in seconds. */
    public record Span(double start, double end, boolean speech) {}

    /** Copies the list. */
    public Labels {
        spans = List.copyOf(spans);
    }

    /** The labels beside a recording: the same name with {@code .csv} or {@code .scv}; null if there are none. */
    public static @Nullable Path beside(Path recording) {
        String name = String.valueOf(recording.getFileName());
        String stem = name.substring(0, name.length() - ".wav".length());
        for (String ending : List.of(".csv", ".scv")) {
            Path file = recording.resolveSibling(stem + ending);
            if (Files.isRegularFile(file)) {
                return file;
            }
        }
        return null;
    }

    /**
     * Reads labels.
     *
     * @throws VoiceException if the file cannot be read, or a line is malformed; the message names file and line
     */
    public static Labels read(Path file) {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (IOException e) {
            throw new VoiceException(VoiceException.Code.IO, file + ": cannot be read as text: " + e.getMessage(), e);
        }
        List<Span> spans = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || i == 0 && line.toLowerCase(Locale.ROOT).startsWith("start,")) {
                continue;
            }
            try {
                line(line.split(",", -1), spans);
            } catch (IllegalArgumentException e) {
                throw new VoiceException(
                        VoiceException.Code.INVALID_ARGUMENT,
                        file + " line " + (i + 1) + ": " + e.getMessage()
                                + "; write start,end,0 or start,end,1 in seconds",
                        e);
            }
        }
        if (spans.isEmpty()) {
            throw new VoiceException(VoiceException.Code.INVALID_ARGUMENT, file + ": holds no labels");
        }
        return new Labels(spans);
    }

    private static void line(String[] fields, List<Span> spans) {
        int name = fields.length % FIELDS;
        if (name > 1 || fields.length < FIELDS) {
            throw new IllegalArgumentException(fields.length + " fields");
        }
        for (int i = name; i < fields.length; i += FIELDS) {
            double start = seconds(fields[i]);
            double end = seconds(fields[i + 1]);
            String label = fields[i + 2].strip();
            if (!label.equals("0") && !label.equals("1")) {
                throw new IllegalArgumentException("label=" + label + " is not 0 or 1");
            }
            double before = spans.isEmpty() ? 0 : spans.get(spans.size() - 1).end();
            if (end < start || start < before - ROUNDING) {
                throw new IllegalArgumentException(
                        "start=" + start + ", end=" + end + " is not in order after " + before);
            }
            spans.add(new Span(start, end, label.equals("1")));
        }
    }

    private static double seconds(String text) {
        double value;
        try {
            value = Double.parseDouble(text.strip());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text.strip() + "' is not a number", e);
        }
        if (!(value >= 0 && value < 1e6)) {
            throw new IllegalArgumentException("'" + text.strip() + "' is no time in a recording");
        }
        return value;
    }

    /** Stretches of speech, each from its onset to its end; spans that touch are one. */
    public List<Span> speech() {
        List<Span> merged = new ArrayList<>();
        for (Span span : spans) {
            if (!span.speech()) {
                continue;
            }
            int last = merged.size() - 1;
            if (last >= 0 && span.start() - merged.get(last).end() <= ROUNDING) {
                merged.set(last, new Span(merged.get(last).start(), span.end(), true));
            } else {
                merged.add(span);
            }
        }
        return merged;
    }
}
