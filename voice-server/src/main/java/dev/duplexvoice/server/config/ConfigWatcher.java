package dev.duplexvoice.server.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks whether a server's file has changed. What may change while the server runs counts at once; what may not, and what cannot be
 * used, is logged and nothing else. It looks at the contents, as files that are mounted are replaced in many ways. Called by one thread at
 * a time.
 */
public final class ConfigWatcher {
    private static final Logger LOG = LoggerFactory.getLogger(ConfigWatcher.class);

    private final Path file;
    private final Map<String, String> environment;
    private final Map<String, String> commandLine;
    private final Consumer<ServerConfig> changed;
    private ServerConfig current;
    private byte @Nullable [] seen;

    /**
     * A watcher of the file that these settings were read of.
     *
     * @param changed is told of the settings that count from now on
     */
    public ConfigWatcher(
            Path file,
            Map<String, String> environment,
            Map<String, String> commandLine,
            ServerConfig current,
            Consumer<ServerConfig> changed) {
        this.file = Objects.requireNonNull(file);
        this.environment = Map.copyOf(environment);
        this.commandLine = Map.copyOf(commandLine);
        this.current = current;
        this.changed = changed;
        seen = contents();
    }

    private byte @Nullable [] contents() {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            // While it is replaced it may be gone for a moment.
            return null;
        }
    }

    /** Looks once. Throws nothing: what goes wrong is logged, and the next look comes all the same. */
    public void look() {
        try {
            lookOnce();
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("The changed configuration was not taken over");
        }
    }

    private void lookOnce() {
        byte[] now = contents();
        if (now == null || Arrays.equals(now, seen)) {
            return;
        }
        seen = now;
        ServerConfig loaded;
        try {
            loaded = ServerConfig.load(file, environment, commandLine);
        } catch (ConfigException e) {
            LOG.atError()
                    .addKeyValue("problems", e.problems().size())
                    .log("The changed configuration cannot be used, so the old one stays: {}", e.getMessage());
            return;
        }
        Set<String> differ = new TreeSet<>(current.changed(loaded));
        List<String> live = differ.stream().filter(ServerConfig::isLive).toList();
        List<String> later =
                differ.stream().filter(key -> !ServerConfig.isLive(key)).toList();
        if (!later.isEmpty()) {
            LOG.atWarn()
                    .addKeyValue("keys", later)
                    .log("Changed in the configuration, but counts only after a restart");
        }
        if (!live.isEmpty()) {
            current = current.withLive(loaded);
            changed.accept(current);
            LOG.atInfo().addKeyValue("keys", live).log("The configuration has changed");
        }
    }
}
