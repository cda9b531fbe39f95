package dev.duplexvoice.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;

/** How serious a log line is, by the names that are written. SLF4J's TRACE is written as DEBUG. */
public enum LogLevel {
    /** For whoever looks for a fault. */
    DEBUG(Level.DEBUG),
    /** What normally happens. */
    INFO(Level.INFO),
    /** Unexpected, and coped with. */
    WARNING(Level.WARN),
    /** Something failed. */
    ERROR(Level.ERROR),
    /** The service itself is in danger: an ERROR with {@link LogMarkers#CRITICAL}. */
    CRITICAL(Level.ERROR);

    private final Level logback;

    LogLevel(Level logback) {
        this.logback = logback;
    }

    /** What Logback is set to; {@link #CRITICAL} needs {@link CriticalOnlyFilter} besides. */
    Level logback() {
        return logback;
    }

    static LogLevel of(ILoggingEvent event) {
        Level level = event.getLevel();
        if (level.toInt() >= Level.WARN_INT || event.getMarkerList() != null) {
            return isCritical(event.getMarkerList()) ? CRITICAL : of(level);
        }
        return of(level);
    }

    static LogLevel of(Level level) {
        if (level.toInt() >= Level.ERROR_INT) {
            return ERROR;
        }
        if (level.toInt() >= Level.WARN_INT) {
            return WARNING;
        }
        return level.toInt() >= Level.INFO_INT ? INFO : DEBUG;
    }

    static boolean isCritical(@Nullable List<Marker> markers) {
        if (markers != null) {
            for (Marker marker : markers) {
                if (isCritical(marker)) {
                    return true;
                }
            }
        }
        return false;
    }

    static boolean isCritical(@Nullable Marker marker) {
        return marker != null && marker.getName().equals(LogMarkers.CRITICAL.getName());
    }

    /**
     * Reads a level's name in any case; {@code WARN}, {@code TRACE} and {@code FATAL} count too.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static LogLevel parse(String name) {
        String upper = name.strip().toUpperCase(Locale.ROOT);
        return switch (upper) {
            case "DEBUG", "TRACE" -> DEBUG;
            case "INFO" -> INFO;
            case "WARNING", "WARN" -> WARNING;
            case "ERROR" -> ERROR;
            case "CRITICAL", "FATAL" -> CRITICAL;
            default ->
                throw new IllegalArgumentException(
                        "level=" + name + ": must be DEBUG, INFO, WARNING, ERROR or CRITICAL");
        };
    }
}
