package dev.duplexvoice.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.LoggingEvent;

/**
 * Lets only critical errors of some loggers through, which Logback's levels cannot say. Installed while there is such a logger, because it
 * is asked for every line.
 */
final class CriticalOnlyFilter extends TurboFilter {
    private final Set<String> names;

    /** Of these loggers, and of those below them that have no level of their own. */
    CriticalOnlyFilter(Set<String> names) {
        this.names = Set.copyOf(names);
        setName("critical-only");
    }

    Set<String> names() {
        return names;
    }

    @Override
    public FilterReply decide(
            @Nullable Marker marker,
            Logger logger,
            Level level,
            @Nullable String format,
            @Nullable Object @Nullable [] arguments,
            @Nullable Throwable thrown) {
        if (format == null && arguments == null && thrown == null) {
            // Only asked whether the level is on; the fluent API adds its markers afterwards.
            return FilterReply.NEUTRAL;
        }
        boolean critical = LogLevel.isCritical(marker);
        return critical || !applies(logger) ? FilterReply.NEUTRAL : FilterReply.DENY;
    }

    @Override
    public FilterReply decide(Logger logger, LoggingEvent event) {
        return LogLevel.isCritical(event.getMarkers()) || !applies(logger) ? FilterReply.NEUTRAL : FilterReply.DENY;
    }

    private boolean applies(Logger logger) {
        String name = logger.getName();
        while (true) {
            if (names.contains(name)) {
                return true;
            }
            Logger at = logger.getLoggerContext().exists(name);
            if (at != null && at.getLevel() != null || name.equals(Logger.ROOT_LOGGER_NAME)) {
                return false;
            }
            int dot = name.lastIndexOf('.');
            name = dot < 0 ? Logger.ROOT_LOGGER_NAME : name.substring(0, dot);
        }
    }
}
