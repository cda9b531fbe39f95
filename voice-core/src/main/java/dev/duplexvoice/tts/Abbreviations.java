package dev.duplexvoice.tts;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** The words of {@code abbreviations.txt}; all methods take them in lower case, without their last full stop. */
final class Abbreviations {

    /** The lists of the file; it says what each is for. */
    enum Kind {
        NEVER,
        NUMBER,
        INNER,
        FINAL,
        TIME,
        EXCLAIMED,
        STARTERS,
        COUNTED
    }

    /** The longest word in any list that is looked up in the text ahead. */
    static final int LONGEST_STARTER = 16;

    /** Longer words are none of these. */
    static final int LONGEST = 12;

    private static final Map<Kind, Set<String>> WORDS = read();

    private Abbreviations() {}

    static boolean is(Kind kind, String word) {
        return Objects.requireNonNull(WORDS.get(kind)).contains(word);
    }

    private static Map<Kind, Set<String>> read() {
        Map<Kind, Set<String>> words = new EnumMap<>(Kind.class);
        for (Kind kind : Kind.values()) {
            words.put(kind, new HashSet<>());
        }
        InputStream file = Abbreviations.class.getResourceAsStream("abbreviations.txt");
        if (file == null) {
            throw new IllegalStateException("abbreviations.txt: it is missing from the jar of voice-core");
        }
        Set<String> into = new HashSet<>();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(file, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("[")) {
                    into = Objects.requireNonNull(words.get(
                            Kind.valueOf(line.substring(1, line.indexOf(']')).toUpperCase(Locale.ROOT))));
                } else if (!line.isBlank() && !line.startsWith("#")) {
                    into.addAll(Set.of(line.strip().split(" +")));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return words;
    }
}
