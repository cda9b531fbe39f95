package dev.duplexvoice.logging;

import java.util.ArrayList;
import java.util.List;

/** How keys of services begin, and where reference voices lie. */
final class KnownSecrets {
    private record Key(String prefix, int least, boolean word) {}

    /** One whose prefix could be a word needs a digit or some length after it. */
    private static final List<Key> KEYS = List.of(
            new Key("sk-", 6, true),
            new Key("sk_live_", 8, false),
            new Key("sk_test_", 8, false),
            new Key("rk_live_", 8, false),
            new Key("rk_test_", 8, false),
            new Key("pk_live_", 8, false),
            new Key("pk_test_", 8, false),
            new Key("whsec_", 8, false),
            new Key("AKIA", 16, false),
            new Key("ASIA", 16, false),
            new Key("AIza", 30, false),
            new Key("ghp_", 20, false),
            new Key("gho_", 20, false),
            new Key("ghu_", 20, false),
            new Key("ghs_", 20, false),
            new Key("ghr_", 20, false),
            new Key("github_pat_", 20, false),
            new Key("glpat-", 16, false),
            new Key("gsk_", 20, false),
            new Key("xoxb-", 10, false),
            new Key("xoxp-", 10, false),
            new Key("xoxa-", 10, false),
            new Key("xoxs-", 10, false),
            new Key("xoxr-", 10, false),
            new Key("xapp-", 10, false),
            // Voices are named hf_alpha.
            new Key("hf_", 24, false),
            new Key("npm_", 30, false),
            new Key("dop_v1_", 32, false),
            new Key("SG.", 20, false),
            new Key("pplx-", 20, false),
            new Key("key-", 32, false));

    private static final Key[][] BY_FIRST = new Key[128][];

    /** Folders of reference voices, without what separates their words. */
    private static final List<String> FOLDERS =
            List.of("referencevoices", "referencevoice", "refvoices", "referenceaudio", "refaudio");

    private static final String VOICE_PACKS = "voicepacks";
    private static final List<String> REFERENCES = List.of("ref", "refs", "reference", "references");
    private static final List<String> AUDIO =
            List.of(".wav", ".flac", ".mp3", ".ogg", ".opus", ".m4a", ".npy", ".pt", ".pth", ".safetensors");

    static final String REFERENCE_STARTS = "vVrR";
    /** With what any of these begins, and "Bearer", "basic" and web tokens. */
    static final String STARTS;

    static {
        StringBuilder starts = new StringBuilder("Bbe").append(REFERENCE_STARTS);
        for (char c = 0; c < 128; c++) {
            List<Key> keys = new ArrayList<>();
            for (Key key : KEYS) {
                if (key.prefix.charAt(0) == c) {
                    keys.add(key);
                }
            }
            BY_FIRST[c] = keys.toArray(Key[]::new);
            if (!keys.isEmpty() && starts.indexOf(String.valueOf(c)) < 0) {
                starts.append(c);
            }
        }
        STARTS = starts.toString();
    }

    private KnownSecrets() {}

    static boolean isKeyPart(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-';
    }

    static boolean isTokenPart(char c) {
        return isKeyPart(c) || c == '.' || c == '~' || c == '+' || c == '/' || c == '=';
    }

    /** Where a key that begins here ends; -1 if none does. */
    static int keyEnd(String text, int from) {
        for (Key key : BY_FIRST[text.charAt(from)]) {
            if (text.startsWith(key.prefix, from)) {
                int end = end(text, from + key.prefix.length(), key);
                if (end > 0) {
                    return end;
                }
            }
        }
        return -1;
    }

    private static int end(String text, int from, Key key) {
        boolean dots = key.prefix.endsWith(".");
        boolean digit = false;
        int end = from;
        while (end < text.length() && (isKeyPart(text.charAt(end)) || dots && text.charAt(end) == '.')) {
            digit |= text.charAt(end) >= '0' && text.charAt(end) <= '9';
            end++;
        }
        int body = end - from;
        return body < key.least || key.word && !digit && body < 20 ? -1 : end;
    }

    static boolean isVoicePacks(String text, int from) {
        return text.regionMatches(true, from, VOICE_PACKS, 0, VOICE_PACKS.length());
    }

    /** Where what is to be hidden begins, if a folder of such a name begins here; else -1. */
    static int referenceFolder(String text, int from) {
        int end = from;
        StringBuilder name = new StringBuilder(VOICE_PACKS.length());
        while (end < text.length() && end - from < 20) {
            char c = text.charAt(end);
            if (c == '/' || c == '\\') {
                break;
            }
            if (c != '-' && c != '_') {
                name.append(Character.toLowerCase(c));
            }
            end++;
        }
        if (end == text.length() || end - from >= 20) {
            return -1;
        }
        String folder = name.toString();
        if (!folder.equals(VOICE_PACKS) && !FOLDERS.contains(folder)) {
            return -1;
        }
        while (end < text.length() && (text.charAt(end) == '/' || text.charAt(end) == '\\')) {
            end++;
        }
        return end;
    }

    static int pathEnd(String text, int from) {
        int end = from;
        while (end < text.length() && text.charAt(end) > ' ' && "\"'<>|,;".indexOf(text.charAt(end)) < 0) {
            end++;
        }
        return end;
    }

    /** Whether one of a path's folders holds reference voices. */
    static boolean holdsReference(String text, int from, int to) {
        int begin = from;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c == '/' || c == '\\') {
                for (String reference : REFERENCES) {
                    if (i - begin == reference.length()
                            && text.regionMatches(true, begin, reference, 0, reference.length())) {
                        return true;
                    }
                }
                begin = i + 1;
            }
        }
        return false;
    }

    /** A path's end, or that of the file's name if that has spaces and ends as audio does. */
    static int audioEnd(String text, int end) {
        if (end >= text.length() || text.charAt(end) != ' ' || isAudio(text, end)) {
            return end;
        }
        int most = Math.min(text.length(), end + 100);
        int last = end;
        for (int i = end; i < most; i++) {
            char c = text.charAt(i);
            if (c == '/' || c == '\\' || c == '"' || c == '\n' || c == '\r') {
                break;
            }
            for (String name : c == '.' ? AUDIO : List.<String>of()) {
                int after = i + name.length();
                if (text.regionMatches(true, i, name, 0, name.length())
                        && (after == text.length() || !Character.isLetterOrDigit(text.charAt(after)))) {
                    return after;
                }
            }
        }
        return last;
    }

    private static boolean isAudio(String text, int end) {
        for (String name : AUDIO) {
            if (end >= name.length() && text.regionMatches(true, end - name.length(), name, 0, name.length())) {
                return true;
            }
        }
        return false;
    }
}
