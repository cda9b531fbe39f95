package dev.duplexvoice.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.turbo.TurboFilter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Levels of loggers while the process runs, of all or of one; a server's operator changes them. Thread-safe; a change counts at once, and
 * until it is made again, cleared, or the process ends.
 */
public final class LogLevels {
    /** The name of the logger above all. */
    public static final String ROOT = Logger.ROOT_LOGGER_NAME;

    private final LoggerContext context;
    private final Object lock = new Object();
    private Set<String> criticalOnly = Set.of();

    LogLevels(LoggerContext context) {
        this.context = context;
    }

    /** The level of all loggers that have none of their own. */
    public void set(LogLevel level) {
        set(ROOT, level);
    }

    /**
     * The level of a logger and of those below it that have none of their own.
     *
     * @param logger its name; {@link #ROOT} in any case or an empty one for all
     * @throws IllegalArgumentException if the name cannot be one
     */
    public void set(String logger, LogLevel level) {
        change(logger, level);
    }

    /**
     * Takes a logger's own level away, so that it has that of the one above it.
     *
     * @throws IllegalArgumentException for the root, which must have one
     */
    public void clear(String logger) {
        if (name(logger).equals(ROOT)) {
            throw new IllegalArgumentException("logger=" + logger + ": the root must have a level, set one");
        }
        change(logger, null);
    }

    private void change(String logger, @Nullable LogLevel level) {
        String name = name(logger);
        synchronized (lock) {
            Set<String> critical = new TreeSet<>(criticalOnly);
            if (level == LogLevel.CRITICAL) {
                critical.add(name);
            } else {
                critical.remove(name);
            }
            if (!critical.equals(criticalOnly)) {
                criticalOnly = Set.copyOf(critical);
                install();
            }
            context.getLogger(name).setLevel(level == null ? null : level.logback());
        }
    }

    private void install() {
        for (TurboFilter filter : context.getTurboFilterList()) {
            if (filter instanceof CriticalOnlyFilter) {
                context.getTurboFilterList().remove(filter);
            }
        }
        if (!criticalOnly.isEmpty()) {
            CriticalOnlyFilter filter = new CriticalOnlyFilter(criticalOnly);
            filter.setContext(context);
            filter.start();
            context.addTurboFilter(filter);
        }
    }

    /** The level that counts for a logger, its own or that of one above it. */
    public LogLevel get(String logger) {
        String name = name(logger);
        synchronized (lock) {
            String at = name;
            while (true) {
                Logger known = context.exists(at);
                if (known != null && known.getLevel() != null) {
                    return named(at, known.getLevel());
                }
                if (at.equals(ROOT)) {
                    return LogLevel.DEBUG;
                }
                int dot = at.lastIndexOf('.');
                at = dot < 0 ? ROOT : at.substring(0, dot);
            }
        }
    }

    /** The loggers that have a level of their own, the root first. */
    public Map<String, LogLevel> all() {
        Map<String, LogLevel> all = new LinkedHashMap<>();
        synchronized (lock) {
            for (Logger logger : context.getLoggerList()) {
                if (logger.getLevel() != null) {
                    all.put(logger.getName(), named(logger.getName(), logger.getLevel()));
                }
            }
        }
        return all;
    }

    private LogLevel named(String name, Level level) {
        return criticalOnly.contains(name) ? LogLevel.CRITICAL : LogLevel.of(level);
    }

    private static String name(String logger) {
        String name = logger.strip();
        if (name.isEmpty() || name.equalsIgnoreCase(ROOT)) {
            return ROOT;
        }
        // A logger is kept for ever, so not everything that is sent becomes one.
        if (!name.matches("[A-Za-z0-9_$-]+(\\.[A-Za-z0-9_$-]+)*") || name.length() > 256) {
            throw new IllegalArgumentException("logger=" + LineText.visible(name, false)
                    + ": must be names of at most 256 characters with dots between, or ROOT");
        }
        return name;
    }
}
