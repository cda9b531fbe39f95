package dev.duplexvoice.logging;

import org.jspecify.annotations.Nullable;

/**
 * Finds the secrets of one text from left to right. Each character is looked at a bounded number of times: what reaches back ends where
 * the last one of its kind began, what reaches ahead either is a secret, and is skipped, or is short, or is remembered.
 */
final class SecretScanner {
    /** What a character may begin, end or join. */
    private static final byte[] KIND = new byte[128];

    private static final byte AT = 1;
    private static final byte PERCENT = 2;
    private static final byte DASH = 3;
    private static final byte LABEL = 4;
    private static final byte START = 5;
    private static final byte SLASH = 6;

    private static final int LONGEST_NAME = 48;

    static {
        KIND['@'] = AT;
        KIND['%'] = PERCENT;
        KIND['-'] = DASH;
        KIND[':'] = LABEL;
        KIND['='] = LABEL;
        KIND['/'] = SLASH;
        for (char c : KnownSecrets.STARTS.toCharArray()) {
            KIND[c] = START;
        }
    }

    private final String text;
    private final int length;
    private final String[] folders;
    private @Nullable StringBuilder out;
    /** Up to here it is written. */
    private int done;
    /** A path from before here to there has been judged. */
    private int judgedPath;
    /** A run that began like a web token and has no dot ends here. */
    private int judgedRun;

    SecretScanner(String text, String[] folders) {
        this.text = text;
        this.length = text.length();
        this.folders = folders;
    }

    String redact() {
        int i = 0;
        while (i < length) {
            char c = text.charAt(i);
            int kind = c < 128 ? KIND[c] : isDash(c) ? DASH : 0;
            if (kind == 0) {
                i++;
                continue;
            }
            int end = switch (kind) {
                case AT -> email(i, 1);
                case PERCENT -> text.startsWith("%40", i) ? email(i, 3) : -1;
                case DASH -> dash(i);
                case LABEL -> label(i);
                case SLASH -> folder(i);
                default -> isStart(i) ? start(i, c) : -1;
            };
            i = end < 0 ? i + 1 : end;
        }
        if (out == null) {
            return text;
        }
        return out.append(text, done, length).toString();
    }

    private int replace(int from, int to, String by) {
        if (out == null) {
            out = new StringBuilder(length);
        }
        out.append(text, done, Math.max(done, from)).append(by);
        done = to;
        return to;
    }

    private boolean isStart(int i) {
        return i == 0 || !Character.isLetterOrDigit(text.charAt(i - 1)) || isEscape(i);
    }

    /** Within a text that was escaped, as JSON is, a letter may belong to the line's end before it. */
    private boolean isEscape(int i) {
        return i >= 2 && text.charAt(i - 2) == '\\' && "nrt".indexOf(text.charAt(i - 1)) >= 0;
    }

    // ------------------------------------------------------------------------------------------ e-mail

    private int email(int at, int width) {
        int from = at;
        while (from > done && isLocal(from - 1) && !(from >= 3 && text.startsWith("%40", from - 3))) {
            from--;
        }
        while (from < at && text.charAt(from) == '.') {
            from++;
        }
        if (from == at) {
            return -1;
        }
        int end = domain(at + width);
        return end < 0 ? -1 : replace(from, end, "[EMAIL]");
    }

    private boolean isLocal(int i) {
        char c = text.charAt(i);
        if (c < 128) {
            return c >= 'a' && c <= 'z'
                    || c >= 'A' && c <= 'Z'
                    || c >= '0' && c <= '9'
                    || "._%+-".indexOf(c) >= 0
                    || c == '\'' && i > 0 && isLetter(i - 1) && isLetter(i + 1);
        }
        return Character.isLetterOrDigit(c);
    }

    private boolean isLetter(int i) {
        return i >= 0 && i < length && Character.isLetter(text.charAt(i));
    }

    /** Where a domain with a name at its top ends; -1 if there is none. */
    private int domain(int from) {
        int end = -1;
        int label = from;
        int labels = 0;
        int numbers = 0;
        for (int i = from; ; i++) {
            char c = i < length ? text.charAt(i) : ' ';
            boolean within = Character.isLetterOrDigit(c) || c == '-';
            if (within) {
                continue;
            }
            if (i == label) {
                break;
            }
            labels++;
            if (isDigits(label, i)) {
                numbers++;
            }
            // "name@1.2.3-beta.rc" is a version.
            if (labels > 1 && isTop(label, i) && !(numbers >= 2 && labels > numbers && isVersion(from))) {
                end = i;
            }
            if (c != '.') {
                break;
            }
            label = i + 1;
        }
        return end;
    }

    private boolean isVersion(int from) {
        int dot = text.indexOf('.', from);
        int second = dot < 0 ? -1 : text.indexOf('.', dot + 1);
        return second > 0 && isDigits(from, dot) && isDigits(dot + 1, second);
    }

    private boolean isTop(int from, int to) {
        if (to - from < 2) {
            return false;
        }
        if (text.regionMatches(true, from, "xn--", 0, 4)) {
            return true;
        }
        for (int i = from; i < to; i++) {
            if (!Character.isLetter(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private boolean isDigits(int from, int to) {
        for (int i = from; i < to; i++) {
            if (!isDigit(i)) {
                return false;
            }
        }
        return to > from;
    }

    private boolean isDigit(int i) {
        return i >= 0 && i < length && text.charAt(i) >= '0' && text.charAt(i) <= '9';
    }

    // ------------------------------------------------------------------------------------------ numbers, PEM

    private static boolean isDash(char c) {
        return c >= '\u2010' && c <= '\u2015' || c == '\u2212' || c == '\uff0d';
    }

    private int dash(int i) {
        if (text.startsWith("-----BEGIN ", i)) {
            int header = text.indexOf("-----", i + 11);
            if (header > 0 && header - i < 64 && text.substring(i, header).endsWith("PRIVATE KEY")) {
                int end = text.indexOf("-----END ", header + 5);
                int tail = end < 0 ? -1 : text.indexOf("-----", end + 9);
                return replace(i, tail < 0 ? length : tail + 5, "[PRIVATE KEY]");
            }
            return header < 0 ? i + 11 : -1;
        }
        boolean number = i - 3 >= done
                && isDigits(i - 3, i)
                && !isDigit(i - 4)
                && i + 8 <= length
                && isDigits(i + 1, i + 3)
                && (text.charAt(i + 3) == '-' || isDash(text.charAt(i + 3)))
                && isDigits(i + 4, i + 8)
                && !isDigit(i + 8);
        return number ? replace(i - 3, i + 8, "[SSN]") : -1;
    }

    // ------------------------------------------------------------------------------------------ name=value

    private int label(int at) {
        if (text.startsWith("://", at)) {
            return credentials(at + 3);
        }
        int to = at;
        while (to > done && at - to < 3 && text.charAt(to - 1) == ' ') {
            to--;
        }
        if (to > done && isQuote(text.charAt(to - 1))) {
            to--;
            while (to > done && text.charAt(to - 1) == '\\') {
                to--;
            }
        }
        int from = to;
        while (from > done && to - from < LONGEST_NAME && isName(text.charAt(from - 1))) {
            from--;
        }
        SecretName name = SecretName.of(text, from, to);
        if (name == null && to > from && text.charAt(at) == ':') {
            name = twoWords(from, to);
        }
        return name == null ? -1 : value(name, at + 1);
    }

    /** "API key: …" and "reference audio: …". */
    private @Nullable SecretName twoWords(int from, int to) {
        if (from - 2 < done || text.charAt(from - 1) != ' ') {
            return null;
        }
        int first = from - 1;
        while (first > done && to - first < LONGEST_NAME && isName(text.charAt(first - 1))) {
            first--;
        }
        return SecretName.of(text, first, to);
    }

    private int value(SecretName name, int from) {
        int begin = from;
        while (begin < length && begin - from < 4 && text.charAt(begin) == ' ') {
            begin++;
        }
        boolean spaced = begin > from;
        int escapes = 0;
        while (begin + escapes < length && text.charAt(begin + escapes) == '\\') {
            escapes++;
        }
        int quote = begin + escapes;
        boolean quoted = quote < length && isQuote(text.charAt(quote));
        if (quoted) {
            begin = quote + 1;
        }
        if (SecretName.isHidden(text, begin)) {
            return -1;
        }
        int end = quoted ? quoteEnd(name, begin, text.charAt(quote), escapes) : valueEnd(name, begin);
        if (end <= begin) {
            return -1;
        }
        String hidden = name.hide(text.substring(begin, end), spaced && !quoted);
        return hidden == null ? -1 : replace(begin, end, hidden);
    }

    private int quoteEnd(SecretName name, int from, char quote, int escapes) {
        int most = Math.min(length, (int) Math.min(Integer.MAX_VALUE, (long) from + name.longest()));
        for (int i = from; i < most; i++) {
            char c = text.charAt(i);
            if (c == quote) {
                int before = 0;
                while (i - before - 1 >= from && text.charAt(i - before - 1) == '\\') {
                    before++;
                }
                if (before <= escapes) {
                    return i - before;
                }
            }
        }
        return most;
    }

    private int valueEnd(SecretName name, int from) {
        int end = from;
        while (end < length && end - from < name.longest() && !isValueEnd(text.charAt(end), name)) {
            end++;
        }
        if (name == SecretName.AUTHORIZATION && end < length && text.charAt(end) == ' ' && end - from <= 12) {
            int second = end + 1;
            while (second < length && !isValueEnd(text.charAt(second), name)) {
                second++;
            }
            return second;
        }
        return name == SecretName.REFERENCE ? KnownSecrets.audioEnd(text, end) : end;
    }

    private static boolean isValueEnd(char c, SecretName name) {
        if (name == SecretName.COOKIE) {
            return c == '\n' || c == '\r' || c == '"';
        }
        return c <= ' ' || ",;&)}]\"'<>".indexOf(c) >= 0;
    }

    private static boolean isQuote(char c) {
        return c == '"' || c == '\'';
    }

    private static boolean isName(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-' || c == '.';
    }

    /** {@code scheme://user:password@host}. */
    private int credentials(int from) {
        int colon = -1;
        for (int i = from; i < length; i++) {
            char c = text.charAt(i);
            if (c == '@') {
                return colon < 0 || i == colon + 1 ? -1 : replace(colon + 1, i, "[REDACTED]");
            }
            if (c == ':' && colon < 0) {
                colon = i;
            } else if (c <= ' ' || c == '/' || c == '"' || c == '?' || c == '#') {
                return -1;
            }
        }
        return -1;
    }

    // ------------------------------------------------------------------------------------------ what is known by its
    // beginning

    private int start(int i, char c) {
        int end = c == 'B' || c == 'b' ? bearer(i) : -1;
        if (end < 0 && c == 'e' && text.startsWith("eyJ", i)) {
            end = webToken(i);
        }
        if (end < 0) {
            int key = KnownSecrets.keyEnd(text, i);
            if (key > 0) {
                return replace(i, key, Redactor.prefix(text.substring(i, key), 6));
            }
        }
        return end < 0 ? path(i, c) : end;
    }

    private int bearer(int i) {
        int scheme =
                text.regionMatches(true, i, "bearer", 0, 6) ? 6 : text.regionMatches(true, i, "basic", 0, 5) ? 5 : 0;
        int from = i + scheme;
        if (scheme == 0 || from >= length) {
            return -1;
        }
        int begin = from;
        while (begin < length && begin - from < 4 && " +:=\t".indexOf(text.charAt(begin)) >= 0) {
            begin++;
        }
        if (text.startsWith("%20", begin)) {
            begin += 3;
        }
        int end = begin;
        while (end < length && KnownSecrets.isTokenPart(text.charAt(end))) {
            end++;
        }
        String token = text.substring(begin, Math.min(end, begin + 64));
        if (begin == from || !SecretName.looksSecret(token) && !(scheme == 6 && SecretName.isNumbered(token))) {
            return -1;
        }
        return replace(begin, end, "[TOKEN]");
    }

    /** Three parts in base64 with dots between; of one that was cut, at least two. */
    private int webToken(int i) {
        if (i < judgedRun) {
            return -1;
        }
        int end = i;
        int dots = 0;
        while (end < length && (KnownSecrets.isKeyPart(text.charAt(end)) || text.charAt(end) == '.')) {
            dots += text.charAt(end) == '.' ? 1 : 0;
            end++;
        }
        while (end > i && text.charAt(end - 1) == '.') {
            end--;
            dots--;
        }
        if (dots == 0 || end - i < 20) {
            judgedRun = end;
            return -1;
        }
        return replace(i, end, "[TOKEN]");
    }

    // ------------------------------------------------------------------------------------------ reference voices

    private int path(int i, char c) {
        if (i < judgedPath || KnownSecrets.REFERENCE_STARTS.indexOf(c) < 0) {
            return -1;
        }
        int keep = KnownSecrets.referenceFolder(text, i);
        if (keep < 0) {
            return -1;
        }
        int end = KnownSecrets.pathEnd(text, keep);
        if (KnownSecrets.isVoicePacks(text, i) && !KnownSecrets.holdsReference(text, keep, end)) {
            judgedPath = end;
            return -1;
        }
        return replace(keep, KnownSecrets.audioEnd(text, end), "[REDACTED]");
    }

    private int folder(int i) {
        for (String folder : folders) {
            if (text.startsWith(folder, i)) {
                int after = i + folder.length();
                if (after == length || !Character.isLetterOrDigit(text.charAt(after))) {
                    int end = KnownSecrets.pathEnd(text, after);
                    return replace(i, KnownSecrets.audioEnd(text, end), "[REDACTED]");
                }
            }
        }
        return -1;
    }
}
