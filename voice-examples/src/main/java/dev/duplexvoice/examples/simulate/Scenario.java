package dev.duplexvoice.examples.simulate;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.duplexvoice.VoiceException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A scripted conversation; times in seconds.
 *
 * @param options session options by name
 * @param user what the caller does
 * @param reply what the host answers, found by the caller's text
 * @param tts what the voice does, taken in order, the last one again when there are no more
 * @param say what the host says of its own accord
 * @param streaming whether text goes to the voice clause by clause as it is written, instead of whole
 */
public record Scenario(
        Map<String, String> options,
        List<User> user,
        List<Answer> reply,
        List<Tts> tts,
        List<Say> say,
        boolean streaming) {

    /** Absent lists are empty. */
    @SuppressWarnings("NullAway") // the JSON binding passes null for what the file leaves out
    public Scenario {
        options = options == null ? Map.of() : options;
        user = user == null ? List.of() : user;
        reply = reply == null ? List.of() : reply;
        tts = tts == null ? List.of() : tts;
        say = say == null ? List.of() : say;
    }

    /**
     * The caller speaks from {@code from} to {@code to}.
     *
     * @param text what the recognizer will understand; null for noise
     * @param sttDelay when, after the end
     */
    public record User(
            @JsonProperty(required = true) double from,
            @JsonProperty(required = true) double to,
            @Nullable String text,
            double sttDelay) {}

    /**
     * The host's answer.
     *
     * @param to the caller's text that it answers
     * @param ttft when its first text comes
     * @param duration when its last text has come
     */
    public record Answer(
            @JsonProperty(required = true) String to,
            @JsonProperty(required = true) String text,
            double ttft,
            double duration) {}

    /**
     * The voice.
     *
     * @param audio seconds of speech it makes
     * @param ttfb when the first of it is there
     * @param duration when all of it is there
     */
    public record Tts(@JsonProperty(required = true) double audio, double ttfb, double duration) {}

    /** The host says something. */
    public record Say(
            @JsonProperty(required = true) double at,
            @JsonProperty(required = true) String text,
            @Nullable Boolean allowInterruptions) {}

    /**
     * Reads a scenario.
     *
     * @throws VoiceException if the file cannot be read or is not a scenario; the message says where
     */
    public static Scenario read(Path file) {
        try {
            if (Files.isDirectory(file)) {
                throw new VoiceException(VoiceException.Code.IO, file + " is a directory: give a JSON file");
            }
            if (!Files.exists(file)) {
                throw new VoiceException(VoiceException.Code.NOT_FOUND, file + ": there is no such file");
            }
            String text = Files.readString(file);
            Scenario scenario = new ScenarioJson(file, text).read();
            scenario.check(file);
            return scenario;
        } catch (CharacterCodingException e) {
            throw new VoiceException(
                    VoiceException.Code.INVALID_ARGUMENT, file + " is not UTF-8 text: give a JSON file", e);
        } catch (IOException e) {
            throw new VoiceException(VoiceException.Code.IO, file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private void check(Path file) {
        for (List<?> list : List.of(user, reply, tts, say)) {
            if (list.stream().anyMatch(Objects::isNull)) {
                throw bad(file, "a list holds null: leave the entry out");
            }
        }
        if (options.values().stream().anyMatch(Objects::isNull)) {
            throw bad(file, "options: a value is null: leave the option out");
        }
        if (reply.stream().anyMatch(r -> missing(r.to()) || missing(r.text()))
                || say.stream().anyMatch(s -> missing(s.text()))) {
            throw bad(file, "a text is null: write \"\" for none");
        }
        double from = 0;
        for (int i = 0; i < user.size(); i++) {
            User entry = user.get(i);
            if (!(entry.from >= from && entry.to > entry.from && entry.to <= 86_400) || !(entry.sttDelay >= 0)) {
                throw bad(
                        file,
                        "user[" + i + "]: from=" + entry.from + ", to=" + entry.to + ", sttDelay=" + entry.sttDelay
                                + ": times must grow and not be negative");
            }
            from = entry.to;
        }
        for (int i = 0; i < tts.size(); i++) {
            Tts entry = tts.get(i);
            if (!(entry.audio > 0 && entry.audio <= 3_600 && entry.ttfb >= 0 && entry.duration >= 0)) {
                throw bad(
                        file,
                        "tts[" + i + "]: audio=" + entry.audio + ", ttfb=" + entry.ttfb + ", duration=" + entry.duration
                                + ": audio must be more than 0 and at most 3600, times not negative");
            }
        }
        for (int i = 0; i < reply.size(); i++) {
            Answer entry = reply.get(i);
            if (!(entry.ttft >= 0 && entry.duration >= 0 && entry.duration <= 3_600)) {
                throw bad(
                        file,
                        "reply[" + i + "]: ttft=" + entry.ttft + ", duration=" + entry.duration
                                + ": must not be negative");
            }
        }
        for (int i = 0; i < say.size(); i++) {
            if (!(say.get(i).at >= 0 && say.get(i).at <= 86_400)) {
                throw bad(file, "say[" + i + "]: at=" + say.get(i).at + ": must be 0 to 86400");
            }
        }
        if (tts.isEmpty() && (!reply.isEmpty() || !say.isEmpty())) {
            throw bad(file, "tts is empty: say how the voice speaks, such as {\"audio\": 2.0, \"ttfb\": 0.2}");
        }
    }

    /** The JSON binding gives null where the file says so. */
    @SuppressWarnings("NullAway")
    private static boolean missing(String text) {
        return text == null;
    }

    private static VoiceException bad(Path file, String what) {
        return new VoiceException(VoiceException.Code.INVALID_ARGUMENT, file + ": " + what);
    }
}
