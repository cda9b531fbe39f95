package dev.duplexvoice.examples.serve;

import dev.duplexvoice.logging.LogLevel;
import dev.duplexvoice.logging.LogLevels;
import dev.duplexvoice.logging.LogRotation;
import dev.duplexvoice.logging.LoggingOptions;
import dev.duplexvoice.logging.VoiceLogging;
import dev.duplexvoice.server.config.ServerConfig;
import dev.duplexvoice.server.config.ServerKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** A server's log as its settings say. */
public final class ServerLog {
    private ServerLog() {}

    /**
     * Sets Logback up.
     *
     * @throws IllegalArgumentException if the folder cannot be written to
     */
    public static VoiceLogging configure(ServerConfig config) {
        LoggingOptions.Builder options = LoggingOptions.server("voice-server")
                .console(LoggingOptions.Console.STDERR)
                .format(config.get(ServerKeys.LOG_FORMAT))
                .level(config.get(ServerKeys.LOG_LEVEL))
                .spokenText(config.get(ServerKeys.LOG_SPOKEN_TEXT))
                .debugMode(config.get(ServerKeys.LOG_DEBUG))
                .rotation(
                        config.get(ServerKeys.LOG_ROTATION) == ServerKeys.Rotation.DAILY
                                ? LogRotation.DAILY
                                : LogRotation.bySize(
                                        config.get(ServerKeys.LOG_MAX_BYTES), config.get(ServerKeys.LOG_BACKUPS)));
        config.loggerLevels().forEach(options::level);
        folder(config).ifPresent(folder -> options.folder(writable(folder)));
        return VoiceLogging.configure(options.build());
    }

    private static Optional<Path> folder(ServerConfig config) {
        return config.get(ServerKeys.LOG_FILES) ? config.get(ServerKeys.LOG_FOLDER) : Optional.empty();
    }

    /**
     * Looks whether log files could be written, and leaves nothing behind.
     *
     * @throws IllegalArgumentException if the folder cannot be written to
     */
    public static void check(ServerConfig config) {
        folder(config).ifPresent(folder -> {
            Path there = folder.toAbsolutePath();
            while (!Files.exists(there) && there.getParent() != null) {
                there = there.getParent();
            }
            try {
                // Rights alone do not tell: of what is mounted for reading, for one.
                Files.delete(Files.createTempDirectory(there, ".voice"));
            } catch (IOException e) {
                throw unwritable(folder, e);
            }
        });
    }

    private static IllegalArgumentException unwritable(Path folder, IOException cause) {
        return new IllegalArgumentException(
                "log.folder=" + folder + ": cannot be written to; let this user write there, or choose another", cause);
    }

    /** A server whose log cannot be written is better not started; one whose disk fills up later goes on. */
    private static Path writable(Path folder) {
        try {
            Files.createDirectories(folder);
            Files.delete(Files.createTempFile(folder, ".voice", ".tmp"));
            return folder;
        } catch (IOException e) {
            throw unwritable(folder, e);
        }
    }

    /** Levels and debug mode, where they have changed; levels that somebody else has set stay as they are. */
    public static void apply(ServerConfig before, ServerConfig now, VoiceLogging logging) {
        LogLevels levels = logging.levels();
        LogLevel level = now.get(ServerKeys.LOG_LEVEL);
        if (level != before.get(ServerKeys.LOG_LEVEL)) {
            levels.set(level);
        }
        Map<String, LogLevel> was = before.loggerLevels();
        Map<String, LogLevel> wanted = now.loggerLevels();
        was.keySet().stream().filter(name -> !wanted.containsKey(name)).forEach(levels::clear);
        wanted.forEach((name, its) -> {
            if (its != was.get(name)) {
                levels.set(name, its);
            }
        });
        boolean debug = now.get(ServerKeys.LOG_DEBUG);
        if (debug != before.get(ServerKeys.LOG_DEBUG)) {
            logging.debugMode(debug);
        }
    }
}
