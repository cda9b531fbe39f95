package dev.duplexvoice.logging;

import java.time.Period;
import java.util.Locale;

/**
 * Where a line belongs, which decides its folder and how long it is kept. A line's category follows from the name of its logger, so
 * that modules which know SLF4J only can write to each; all other loggers are {@link #APP}'s.
 */
public enum LogCategory {
    /** Everything that is of no other category, and warnings of {@link #SECURITY} and {@link #PERFORMANCE}. 30 days. */
    APP(Period.ofDays(30), true),
    /** Requests, in Combined Log Format; logger {@code dev.duplexvoice.access}. 90 days. */
    ACCESS(Period.ofDays(90), true),
    /** A copy of all that is ERROR or CRITICAL, whatever the logger. 1 year. */
    ERRORS(Period.ofYears(1), true),
    /** Logins, refusals, limits; logger {@code dev.duplexvoice.security}. 7 years. */
    SECURITY(Period.ofYears(7), false),
    /** Durations, and what took too long; logger {@code dev.duplexvoice.performance}. 90 days. */
    PERFORMANCE(Period.ofDays(90), true),
    /** Who did what to which session; logger {@code dev.duplexvoice.audit}. 7 years. */
    AUDIT(Period.ofYears(7), false);

    private static final String PREFIX = "dev.duplexvoice.";

    private final Period retention;
    private final boolean bounded;
    private final String folder = name().toLowerCase(Locale.ROOT);
    private final String logger = PREFIX + folder;

    LogCategory(Period retention, boolean bounded) {
        this.retention = retention;
        this.bounded = bounded;
    }

    /** How long its files are kept unless said otherwise. */
    public Period retention() {
        return retention;
    }

    /** Its folder's name within the folder of all logs. */
    public String folder() {
        return folder;
    }

    /** The logger whose lines, and those of loggers below it, belong here; of no meaning for {@link #APP} and {@link #ERRORS}. */
    public String logger() {
        return logger;
    }

    /** Whether {@link LogRotation#files()} may delete a file before its time. What has to be kept for years goes by age alone. */
    public boolean isBounded() {
        return bounded;
    }

    /** The category that a logger's lines belong to: never {@link #ERRORS}, which is a copy. */
    static LogCategory of(String loggerName) {
        if (loggerName.startsWith(PREFIX)) {
            for (LogCategory category : OWN) {
                String logger = category.logger;
                if (loggerName.startsWith(logger)
                        && (loggerName.length() == logger.length() || loggerName.charAt(logger.length()) == '.')) {
                    return category;
                }
            }
        }
        return APP;
    }

    private static final LogCategory[] OWN = {ACCESS, SECURITY, PERFORMANCE, AUDIT};
}
