package dev.duplexvoice.server.internal.serve;

import dev.duplexvoice.server.config.ServerConfig;
import dev.duplexvoice.server.config.ServerConfig.Secret;
import dev.duplexvoice.server.security.AccessTokens;
import dev.duplexvoice.server.security.SessionTokens;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Reads tokens and keys from where the configuration says they are. Each error names the key, and never the secret. */
public final class SecretFiles {
    private static final int LONGEST = 64 * 1_024;

    private final ServerConfig config;
    private final UnaryOperator<@Nullable String> environment;

    /** @param environment gives a variable's value, or null */
    public SecretFiles(ServerConfig config, UnaryOperator<@Nullable String> environment) {
        this.config = config;
        this.environment = environment;
    }

    /**
     * The bearer tokens.
     *
     * @throws IllegalArgumentException if one cannot be used; the message names its key
     */
    public AccessTokens tokens() {
        AccessTokens.Builder tokens = AccessTokens.builder();
        for (Secret secret : config.tokens()) {
            String key = "security.tokens." + secret.name();
            String text = text(key, secret);
            told(key, () -> tokens.token(secret.name(), text, secret.scopes()));
        }
        return tokens.build();
    }

    /**
     * What signs session tokens; null if there is no key.
     *
     * @throws IllegalArgumentException if one cannot be used; the message names its key
     */
    public @Nullable SessionTokens sessionTokens() {
        List<Secret> keys = config.sessionKeys();
        if (keys.isEmpty()) {
            return null;
        }
        SessionTokens.Builder tokens = SessionTokens.builder();
        for (Secret secret : keys) {
            String key = "security.sessionKeys." + secret.name();
            byte[] bytes = text(key, secret).getBytes(StandardCharsets.UTF_8);
            told(key, () -> tokens.key(secret.name(), bytes));
        }
        return tokens.build();
    }

    /** What the library refuses is told with the key of the configuration. */
    private static void told(String key, Runnable action) {
        try {
            action.run();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(key + ": " + e.getMessage(), e);
        }
    }

    private String text(String key, Secret secret) {
        String variable = secret.variable();
        if (variable != null) {
            String value = environment.apply(variable);
            if (value == null || value.isBlank()) {
                throw new IllegalArgumentException(
                        key + ".env=" + variable + ": the variable is not set; set it, or use file");
            }
            return value.strip();
        }
        Path file = secret.file();
        try {
            if (file == null || Files.size(file) > LONGEST) {
                throw new IllegalArgumentException(key + ".file=" + file + ": is longer than any secret");
            }
            String value = Files.readString(file).strip();
            if (value.isEmpty()) {
                throw new IllegalArgumentException(key + ".file=" + file + ": is empty; write the secret into it");
            }
            return value;
        } catch (IOException e) {
            throw new IllegalArgumentException(key + ".file=" + file + ": cannot be read; give a readable file", e);
        }
    }
}
