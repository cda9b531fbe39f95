package dev.duplexvoice.server.config;

import dev.duplexvoice.SessionOptions;
import dev.duplexvoice.server.config.ServerConfig.Setting;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Brings file, environment and command line together, and finds all that is wrong with them. */
final class ConfigLoader {
    private static final String COMMAND_LINE = "command line";

    private final @Nullable Path file;
    private final Map<String, String> environment;
    private final Map<String, String> commandLine;
    private final Map<String, Setting> settings = new LinkedHashMap<>();
    private final List<ConfigProblem> problems = new ArrayList<>();

    ConfigLoader(@Nullable Path file, Map<String, String> environment, Map<String, String> commandLine) {
        this.file = file;
        this.environment = environment;
        this.commandLine = commandLine;
    }

    ServerConfig load() {
        if (file != null) {
            ConfigFile read = ConfigFile.read(file);
            problems.addAll(read.problems());
            read.entries().forEach((key, entry) -> {
                ConfigKey<?> known = ServerConfig.key(key);
                if (entry.list() && known != null && !known.isList()) {
                    problems.add(new ConfigProblem(
                            read.name(), entry.line(), key + ": must be " + known.range() + ", and not a list"));
                } else {
                    put(key, new Setting(entry.text(), read.name(), entry.line()));
                }
            });
        }
        ServerKeys.list().forEach(this::fromEnvironment);
        commandLine.forEach((key, text) -> put(key, new Setting(text, COMMAND_LINE, 0)));
        if (problems.isEmpty()) {
            together();
        }
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
        return new ServerConfig(settings);
    }

    private void fromEnvironment(ConfigKey<?> key) {
        String own = environment.get(key.variable());
        if (own != null && !own.isBlank()) {
            put(key.name(), new Setting(own.strip(), key.variable(), 0));
            return;
        }
        for (ConfigKey.Alias alias : key.aliases()) {
            String text = environment.get(alias.variable());
            if (text != null && !text.isBlank()) {
                try {
                    String translated = alias.translation().apply(text.strip());
                    if (!translated.isEmpty()) {
                        put(key.name(), new Setting(translated, alias.variable(), 0));
                        return;
                    }
                } catch (IllegalArgumentException e) {
                    problems.add(new ConfigProblem(alias.variable(), 0, String.valueOf(e.getMessage())));
                }
            }
        }
    }

    private void put(String key, Setting setting) {
        try {
            check(key, setting.text());
            settings.put(key, setting);
        } catch (IllegalArgumentException e) {
            problems.add(new ConfigProblem(setting.source(), setting.line(), String.valueOf(e.getMessage())));
        }
    }

    private static void check(String name, String text) {
        ConfigKey<?> key = ServerConfig.key(name);
        if (key != null) {
            key.parse(text);
            return;
        }
        NamedKeys.Family family = NamedKeys.of(name)
                .orElseThrow(() -> new IllegalArgumentException(
                        name + Shown.given(name, text) + ": there is no such key" + KeyNames.hint(name)));
        NamedKeys.check(family, name, text);
    }

    /** What one key alone does not show. */
    private void together() {
        ServerConfig config = new ServerConfig(settings);
        if (config.get(ServerKeys.TLS_CERTIFICATE).isPresent()
                != config.get(ServerKeys.TLS_KEY).isPresent()) {
            boolean hasKey = config.get(ServerKeys.TLS_KEY).isPresent();
            problem(
                    hasKey ? "security.tls.key" : "security.tls.certificate",
                    (hasKey ? "security.tls.certificate" : "security.tls.key") + " is missing: TLS needs both");
        }
        if (config.get(ServerKeys.REDIS).isPresent()
                && !config.get(ServerKeys.WORKERS).isEmpty()) {
            problem("routing.redis", "routing.redis and routing.workers: give one of them");
        }
        int port = config.get(ServerKeys.PORT);
        if (port != 0
                && config.get(ServerKeys.ADMIN_PORT)
                        .filter(String.valueOf(port)::equals)
                        .isPresent()
                && config.get(ServerKeys.ADMIN_HOST).equals(config.get(ServerKeys.HOST_NAME))) {
            problem("admin.port", "admin.port=" + port + ": is that of the server; leave it out, or give another");
        }
        if (config.get(ServerKeys.DETECTOR_MODEL).isPresent()
                && config.get(ServerKeys.DETECTOR).isEmpty()) {
            problem("models.detectorModel", "models.detectorModel: needs models.detector, whose weights they are");
        }
        try {
            // Whether there will be a recognizer is not known here, so that what needs one is believed to have it.
            SessionOptions.Builder options = SessionOptions.builder().recognizer((rate, sink) -> {
                throw new IllegalStateException("never started");
            });
            config.applyTo(options);
            options.build();
        } catch (IllegalArgumentException e) {
            String message = String.valueOf(e.getMessage());
            problem(message.substring(0, Math.max(0, message.indexOf('='))), message);
        }
        Set<String> seen = names("security.tokens.", config.tokens());
        names("security.sessionKeys.", config.sessionKeys());
        for (String key : settings.keySet()) {
            if (NamedKeys.TOKEN_SCOPES.pattern().matcher(key).matches()
                    && !seen.contains(NamedKeys.name(NamedKeys.TOKEN_SCOPES, key))) {
                problem(key, key + ": has no token; add file or env beside it");
            }
        }
    }

    private Set<String> names(String prefix, List<ServerConfig.Secret> secrets) {
        Set<String> names = new TreeSet<>();
        for (ServerConfig.Secret secret : secrets) {
            if (!names.add(secret.name())) {
                problem(prefix + secret.name() + ".file", prefix + secret.name() + ": has both file and env; keep one");
            }
        }
        return names;
    }

    private void problem(String key, String message) {
        Setting setting = settings.get(key);
        problems.add(
                setting == null
                        ? new ConfigProblem("configuration", 0, message)
                        : new ConfigProblem(setting.source(), setting.line(), message));
    }
}
