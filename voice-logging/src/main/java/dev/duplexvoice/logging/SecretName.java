package dev.duplexvoice.logging;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Names whose values are secrets, as fields, in {@code name=value}, {@code "name": "value"} and headers. */
enum SecretName {
    PASSWORD,
    KEY,
    TOKEN,
    AUTHORIZATION,
    COOKIE,
    SSN,
    REFERENCE;

    /** Compared with names in lower case without {@code _ - .}, from their end. */
    private static final Map<Character, Map<String, SecretName>> BY_LAST = Map.of(
            'd',
            Map.of("password", PASSWORD, "passwd", PASSWORD, "pwd", PASSWORD, "accesskeyid", KEY),
            'e',
            Map.of("passphrase", PASSWORD, "cookie", COOKIE, "referencevoice", REFERENCE, "refvoice", REFERENCE),
            'l',
            Map.of("credential", PASSWORD),
            's',
            Map.of("credentials", PASSWORD, "referencevoices", REFERENCE),
            't',
            Map.of("secret", KEY, "jwt", TOKEN),
            'y',
            Map.of(
                    "apikey",
                    KEY,
                    "accesskey",
                    KEY,
                    "secretkey",
                    KEY,
                    "privatekey",
                    KEY,
                    "authkey",
                    KEY,
                    "signingkey",
                    KEY,
                    "encryptionkey",
                    KEY,
                    "subscriptionkey",
                    KEY,
                    "licensekey",
                    KEY,
                    "socialsecurity",
                    SSN),
            'n',
            Map.of("token", TOKEN, "authorization", AUTHORIZATION, "ssn", SSN),
            'r',
            Map.of("socialsecuritynumber", SSN),
            'o',
            Map.of("refaudio", REFERENCE, "referenceaudio", REFERENCE),
            'v',
            Map.of("speakerwav", REFERENCE, "refwav", REFERENCE, "promptwav", REFERENCE));

    private static final int LONGEST = 48;

    /** What a name that reaches from here to there stands for; null if for nothing secret. */
    static @Nullable SecretName of(String text, int from, int to) {
        if (to <= from) {
            return null;
        }
        char last = text.charAt(to - 1);
        if (last >= 'A' && last <= 'Z') {
            last += 'a' - 'A';
        }
        if (last == 'h') {
            // "…_path": what of is said by the name before it.
            int end = to - 4;
            if (end <= from || !text.regionMatches(true, end, "path", 0, 4)) {
                return null;
            }
            SecretName of = of(text, from, text.charAt(end - 1) == '_' ? end - 1 : end);
            return of == REFERENCE ? REFERENCE : null;
        }
        Map<String, SecretName> names = last < 128 ? BY_LAST.get(last) : null;
        if (names == null) {
            return null;
        }
        String name = plain(text, Math.max(from, to - LONGEST), to);
        for (Map.Entry<String, SecretName> entry : names.entrySet()) {
            if (name.endsWith(entry.getKey())) {
                return entry.getValue();
            }
        }
        return null;
    }

    private static String plain(String text, int from, int to) {
        StringBuilder plain = new StringBuilder(to - from);
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c != '_' && c != '-' && c != '.' && c != ' ') {
                plain.append(c);
            }
        }
        return plain.toString().toLowerCase(Locale.ROOT);
    }

    /**
     * What is written for a value; null to leave it as it is.
     *
     * @param prose whether it stands after a colon and a space, where "token: missing" is no secret
     */
    @Nullable
    String hide(String value, boolean prose) {
        if (value.isEmpty() || isConstant(value)) {
            return null;
        }
        return switch (this) {
            case PASSWORD -> "[REDACTED]";
            case COOKIE -> "[REDACTED]";
            case REFERENCE -> "[REDACTED]";
            case SSN -> digits(value) < 4 ? null : "[SSN]";
            case KEY ->
                isCount(value) || isPrefix(value) || prose && !looksSecret(value)
                        ? null
                        : Redactor.prefix(value, kept(value));
            case TOKEN -> isCount(value) || prose && !looksSecret(value) ? null : "[TOKEN]";
            case AUTHORIZATION -> {
                int space = value.indexOf(' ');
                boolean scheme = space > 0 && space <= 12 && isWord(value, space);
                if (scheme ? value.startsWith("[TOKEN", space + 1) : prose && !looksSecret(value)) {
                    yield null;
                }
                yield scheme ? value.substring(0, space) + " [TOKEN]" : "[TOKEN]";
            }
        };
    }

    /** Whether a value that begins here was hidden before; a text may come by twice. */
    static boolean isHidden(String text, int from) {
        return from < text.length()
                && text.charAt(from) == '['
                && (text.startsWith("[REDACTED]", from)
                        || text.startsWith("[TOKEN]", from)
                        || text.startsWith("[EMAIL]", from)
                        || text.startsWith("[SSN]", from));
    }

    /** How much of a value is looked at: a number is short, and what is none must not be read to its end each time. */
    int longest() {
        return this == SSN ? 32 : Integer.MAX_VALUE;
    }

    /** Keys of services say whose they are by how they begin; of others less is kept. */
    private static int kept(String key) {
        return key.startsWith("sk-") || key.startsWith("sk_") ? 6 : 4;
    }

    private static boolean isConstant(String value) {
        return value.length() <= 5
                && (value.equals("true")
                        || value.equals("false")
                        || value.equals("null")
                        || value.equals("none")
                        || value.equals("yes")
                        || value.equals("no"));
    }

    /** What this has made of a key. */
    private static boolean isPrefix(String value) {
        return value.length() <= 9 && value.endsWith("...");
    }

    /** Tokens are counted, too. */
    private static boolean isCount(String value) {
        return value.length() < 10 && digits(value) == value.length();
    }

    /** Whether it is more than a word of a sentence. */
    static boolean looksSecret(String value) {
        int end = value.length();
        while (end > 0 && ".,:!?".indexOf(value.charAt(end - 1)) >= 0) {
            end--;
        }
        if (end < 8) {
            return false;
        }
        if (end >= 20) {
            return true;
        }
        for (int i = 1; i < end; i++) {
            char c = value.charAt(i);
            if (c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || "._~+/=".indexOf(c) >= 0) {
                return true;
            }
        }
        return value.charAt(0) >= '0' && value.charAt(0) <= '9';
    }

    /** Whether it is short and yet no word. */
    static boolean isNumbered(String value) {
        return value.length() >= 4 && digits(value) > 0;
    }

    private static boolean isWord(String value, int length) {
        for (int i = 0; i < length; i++) {
            char c = value.charAt(i);
            if (!(c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c == '-')) {
                return false;
            }
        }
        return true;
    }

    private static int digits(String value) {
        int digits = 0;
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) >= '0' && value.charAt(i) <= '9') {
                digits++;
            }
        }
        return digits;
    }
}
