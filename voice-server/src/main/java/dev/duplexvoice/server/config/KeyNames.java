package dev.duplexvoice.server.config;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Finds the key that somebody may have meant. */
final class KeyNames {
    private static final int FAR = 4;

    private KeyNames() {}

    /** {@code ; did you mean X?}, or where all keys are told. */
    static String hint(String unknown) {
        List<String> names = Stream.concat(
                        ServerKeys.list().stream().map(ConfigKey::name),
                        NamedKeys.ALL.stream().map(NamedKeys.Family::form))
                .toList();
        String last = last(unknown);
        return names.stream()
                .filter(name -> distance(lower(name), lower(unknown)) <= FAR
                        || lower(last(name)).equals(lower(last)))
                .min(Comparator.comparingInt(name -> distance(lower(name), lower(unknown))))
                .map(name -> "; did you mean " + name + "?")
                .orElse("; voice config docs lists them all");
    }

    private static String last(String name) {
        return name.substring(name.lastIndexOf('.') + 1);
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT).replace("_", "");
    }

    /** Levenshtein's, with two rows. */
    private static int distance(String a, String b) {
        int[] before = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            before[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] now = new int[b.length() + 1];
            now[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int same = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                now[j] = Math.min(Math.min(now[j - 1], before[j]) + 1, before[j - 1] + same);
            }
            before = now;
        }
        return before[b.length()];
    }
}
