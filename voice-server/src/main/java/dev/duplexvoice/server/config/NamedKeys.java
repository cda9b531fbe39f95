package dev.duplexvoice.server.config;

import dev.duplexvoice.logging.LogLevel;
import dev.duplexvoice.server.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Keys that a name is part of: {@code security.tokens.NAME.file}, {@code log.levels.LOGGER}. Only a file can set them. */
final class NamedKeys {
    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9_-]{0,63}";
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,127}");

    /**
     * Such a family of keys.
     *
     * @param form as the documentation shows it
     * @param pattern with the name as its first group
     */
    record Family(String form, Pattern pattern, String range, String meaning, boolean live) {}

    static final Family TOKEN_FILE = family(
            "security.tokens.NAME.file",
            "a file with a token",
            "A bearer token; NAME is what logs call who has it.",
            false);
    static final Family TOKEN_ENV =
            family("security.tokens.NAME.env", "a variable with a token", "The same, from the environment.", false);
    static final Family TOKEN_SCOPES = family(
            "security.tokens.NAME.scopes",
            "talk, speak, observe, admin",
            "What it is good for; `talk, speak` if left out.",
            false);
    static final Family KEY_FILE = family(
            "security.sessionKeys.ID.file",
            "a file of 32 bytes or more",
            "A key that signs short-lived session tokens; the first signs, all verify.",
            false);
    static final Family KEY_ENV = family(
            "security.sessionKeys.ID.env",
            "a variable with 32 characters or more",
            "The same, from the environment.",
            false);
    static final Family LOGGER_LEVEL = new Family(
            "log.levels.LOGGER",
            Pattern.compile("log\\.levels\\.([A-Za-z_][A-Za-z0-9_.$-]{0,199})"),
            "debug, info, warning, error or critical",
            "The level of one logger and those below it.",
            true);

    static final List<Family> ALL = List.of(TOKEN_FILE, TOKEN_ENV, TOKEN_SCOPES, KEY_FILE, KEY_ENV, LOGGER_LEVEL);

    private NamedKeys() {}

    private static Family family(String form, String range, String meaning, boolean live) {
        String regex = form.replace(".", "\\.").replaceAll("NAME|ID", Matcher.quoteReplacement("(" + NAME + ")"));
        return new Family(form, Pattern.compile(regex), range, meaning, live);
    }

    static Optional<Family> of(String key) {
        return ALL.stream()
                .filter(family -> family.pattern().matcher(key).matches())
                .findFirst();
    }

    static String name(Family family, String key) {
        Matcher matcher = family.pattern().matcher(key);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(key);
        }
        return matcher.group(1);
    }

    /** @throws IllegalArgumentException if the value is none for this key; the message names both */
    static void check(Family family, String key, String text) {
        if (family == TOKEN_SCOPES) {
            scopes(key, text);
        } else if (family == LOGGER_LEVEL) {
            level(key, text);
        } else if (family == TOKEN_ENV || family == KEY_ENV) {
            if (!VARIABLE.matcher(text).matches()) {
                // Not shown: it may be the secret itself.
                throw new IllegalArgumentException(key + ": must be the name of a variable that holds the secret");
            }
        } else if (text.isBlank()) {
            throw KeyKinds.wrong(key, text, "a file");
        }
    }

    static LogLevel level(String key, String text) {
        try {
            return LogLevel.parse(text);
        } catch (IllegalArgumentException e) {
            throw KeyKinds.wrong(key, text, LOGGER_LEVEL.range());
        }
    }

    static List<Scope> scopes(String key, String text) {
        List<Scope> scopes = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            Optional<Scope> scope = List.of(Scope.values()).stream()
                    .filter(one -> one.label().equals(part.strip().toLowerCase(Locale.ROOT)))
                    .findFirst();
            scopes.add(scope.orElseThrow(() -> KeyKinds.wrong(key, part, "of " + TOKEN_SCOPES.range())));
        }
        return scopes;
    }
}
