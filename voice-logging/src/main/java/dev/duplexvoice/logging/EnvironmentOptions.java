package dev.duplexvoice.logging;

import java.nio.file.Path;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Options by variables, each error naming its variable. */
final class EnvironmentOptions {
    private final UnaryOperator<@Nullable String> environment;

    EnvironmentOptions(UnaryOperator<@Nullable String> environment) {
        this.environment = environment;
    }

    LoggingOptions.Builder applyTo(LoggingOptions.Builder options) {
        String level = value("VOICE_LOG_LEVEL");
        if (level != null) {
            try {
                options.level(LogLevel.parse(level));
            } catch (IllegalArgumentException e) {
                throw wrong("VOICE_LOG_LEVEL", level, "must be DEBUG, INFO, WARNING, ERROR or CRITICAL");
            }
        }
        String format = value("VOICE_LOG_FORMAT");
        if (format != null) {
            options.format(
                    choice("VOICE_LOG_FORMAT", format, "json", "text")
                            ? LoggingOptions.Format.JSON
                            : LoggingOptions.Format.TEXT);
        }
        String folder = value("VOICE_LOG_FOLDER");
        if (folder != null) {
            options.folder(Path.of(folder));
        }
        String rotation = value("VOICE_LOG_ROTATION");
        if (rotation != null) {
            options.rotation(
                    choice("VOICE_LOG_ROTATION", rotation, "size", "daily") ? LogRotation.BY_SIZE : LogRotation.DAILY);
        }
        String spoken = value("VOICE_LOG_SPOKEN_TEXT");
        if (spoken != null) {
            options.spokenText(choice("VOICE_LOG_SPOKEN_TEXT", spoken, "true", "false"));
        }
        String debug = value("VOICE_LOG_DEBUG");
        if (debug != null) {
            options.debugMode(choice("VOICE_LOG_DEBUG", debug, "true", "false"));
        }
        return options;
    }

    private @Nullable String value(String name) {
        String value = environment.apply(name);
        return value == null || value.isBlank() ? null : value.strip();
    }

    private static boolean choice(String name, String value, String first, String second) {
        String lower = value.toLowerCase(Locale.ROOT);
        if (!lower.equals(first) && !lower.equals(second)) {
            throw wrong(name, value, "must be " + first + " or " + second);
        }
        return lower.equals(first);
    }

    private static IllegalArgumentException wrong(String name, String value, String how) {
        return new IllegalArgumentException(name + "=" + value + ": " + how);
    }
}
