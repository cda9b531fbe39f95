package dev.duplexvoice.server.config;

import dev.duplexvoice.SessionOptions;
import dev.duplexvoice.logging.LogLevel;
import dev.duplexvoice.server.Scope;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A server's settings: defaults, changed by a file, changed by the environment, changed by the command line. Immutable; every value was
 * checked.
 */
public final class ServerConfig {
    private final Map<String, Setting> settings;

    /**
     * A value and where it is from.
     *
     * @param text as it was written, without quotes
     * @param source the file, the variable or {@code command line}
     * @param line in the file, from 1; 0 elsewhere
     */
    public record Setting(String text, String source, int line) {}

    /**
     * Where a secret is.
     *
     * @param name what the secret is called
     * @param file that holds it; null if a variable does
     * @param variable that holds it; null if a file does
     * @param scopes what it is good for; empty for keys
     */
    public record Secret(
            String name, @Nullable Path file, @Nullable String variable, Set<Scope> scopes) {}

    ServerConfig(Map<String, Setting> settings) {
        this.settings = new LinkedHashMap<>(settings);
    }

    /** The defaults. */
    public static ServerConfig defaults() {
        return new ServerConfig(Map.of());
    }

    /**
     * Reads the settings.
     *
     * @param file YAML; null for none
     * @param environment variables by name; {@link System#getenv()}
     * @throws ConfigException if something cannot be used; it tells of everything that is wrong
     */
    public static ServerConfig load(@Nullable Path file, Map<String, String> environment) {
        return load(file, environment, Map.of());
    }

    /**
     * The same, with settings of the command line, which go before the others.
     *
     * @param commandLine by key
     */
    public static ServerConfig load(
            @Nullable Path file, Map<String, String> environment, Map<String, String> commandLine) {
        return new ConfigLoader(file, environment, commandLine).load();
    }

    /** The value of a key. */
    public <T> T get(ConfigKey<T> key) {
        Setting setting = settings.get(key.name());
        return key.parse(setting == null ? key.defaultText() : setting.text());
    }

    /** What was set, by key, and where; not the defaults. */
    public Map<String, Setting> settings() {
        return Collections.unmodifiableMap(settings);
    }

    /** Sets the options that are configured on those of a session. */
    public void applyTo(SessionOptions.Builder options) {
        SessionKeys.all().keySet().forEach(name -> {
            Setting setting = settings.get(name);
            if (setting != null) {
                options.set(name, setting.text());
            }
        });
    }

    /** Levels of single loggers. */
    public Map<String, LogLevel> loggerLevels() {
        Map<String, LogLevel> levels = new LinkedHashMap<>();
        settings.forEach((key, setting) -> {
            if (NamedKeys.LOGGER_LEVEL.pattern().matcher(key).matches()) {
                levels.put(NamedKeys.name(NamedKeys.LOGGER_LEVEL, key), NamedKeys.level(key, setting.text()));
            }
        });
        return levels;
    }

    /** Bearer tokens. */
    public List<Secret> tokens() {
        return secrets(NamedKeys.TOKEN_FILE, NamedKeys.TOKEN_ENV);
    }

    /** Keys of session tokens, the one that signs first. */
    public List<Secret> sessionKeys() {
        return secrets(NamedKeys.KEY_FILE, NamedKeys.KEY_ENV);
    }

    private List<Secret> secrets(NamedKeys.Family inFile, NamedKeys.Family inVariable) {
        List<Secret> secrets = new ArrayList<>();
        settings.forEach((key, setting) -> {
            if (inFile.pattern().matcher(key).matches()) {
                String name = NamedKeys.name(inFile, key);
                secrets.add(new Secret(name, Path.of(setting.text()), null, scopes(key)));
            } else if (inVariable.pattern().matcher(key).matches()) {
                String name = NamedKeys.name(inVariable, key);
                secrets.add(new Secret(name, null, setting.text(), scopes(key)));
            }
        });
        return secrets;
    }

    private Set<Scope> scopes(String sourceKey) {
        if (!sourceKey.startsWith("security.tokens.")) {
            return Set.of();
        }
        String key = sourceKey.substring(0, sourceKey.lastIndexOf('.')) + ".scopes";
        Setting setting = settings.get(key);
        return setting == null
                ? Set.of(Scope.TALK, Scope.SPEAK)
                : new LinkedHashSet<>(NamedKeys.scopes(key, setting.text()));
    }

    /** Keys whose values differ; all of {@link #settings} and those that only the other sets. */
    public Set<String> changed(ServerConfig other) {
        Set<String> keys = new LinkedHashSet<>(settings.keySet());
        keys.addAll(other.settings.keySet());
        keys.removeIf(key -> Objects.equals(text(key), other.text(key)));
        return keys;
    }

    private @Nullable String text(String key) {
        Setting setting = settings.get(key);
        if (setting != null) {
            return setting.text();
        }
        return Optional.ofNullable(key(key)).map(ConfigKey::defaultText).orElse(null);
    }

    /** The key of a name; null if it has a name of the host's in it, or there is none. */
    static @Nullable ConfigKey<?> key(String name) {
        ConfigKey<?> key = ServerKeys.all().get(name);
        return key != null ? key : SessionKeys.all().get(name);
    }

    /** Whether a change of it counts while the server runs. */
    static boolean isLive(String name) {
        ConfigKey<?> key = key(name);
        return key != null
                ? key.isLive()
                : NamedKeys.of(name).map(NamedKeys.Family::live).orElse(false);
    }

    /** These, with the other's values of what may change while a server runs. */
    public ServerConfig withLive(ServerConfig other) {
        Map<String, Setting> mixed = new LinkedHashMap<>(settings);
        for (String key : changed(other)) {
            if (isLive(key)) {
                Setting setting = other.settings.get(key);
                if (setting == null) {
                    mixed.remove(key);
                } else {
                    mixed.put(key, setting);
                }
            }
        }
        return new ServerConfig(mixed);
    }
}
