package dev.duplexvoice.logging;

import ch.qos.logback.core.PropertyDefinerBase;
import java.util.Locale;

/**
 * A level of the environment for a logback.xml, under the names of {@link LogLevel} and of Logback:
 *
 * <pre>{@code
 * <define name="LEVEL" class="dev.duplexvoice.logging.LevelDefiner">
 *   <key>VOICE_LOG_LEVEL</key>
 *   <otherwise>INFO</otherwise>
 * </define>
 * }</pre>
 */
public final class LevelDefiner extends PropertyDefinerBase {
    private String variable = "VOICE_LOG_LEVEL";
    private String otherwise = "INFO";

    /** A definer of {@code VOICE_LOG_LEVEL}, else INFO. */
    public LevelDefiner() {}

    /** The variable's name. */
    public void setKey(String name) {
        this.variable = name;
    }

    /** What counts if it is not set, or is no level. */
    public void setOtherwise(String otherwise) {
        this.otherwise = otherwise;
    }

    @Override
    public String getPropertyValue() {
        return value(System.getenv(variable));
    }

    String value(@org.jspecify.annotations.Nullable String given) {
        if (given == null || given.isBlank()) {
            return LogLevel.parse(otherwise).logback().toString();
        }
        String upper = given.strip().toUpperCase(Locale.ROOT);
        if (upper.equals("OFF") || upper.equals("TRACE") || upper.equals("ALL")) {
            return upper;
        }
        try {
            return LogLevel.parse(upper).logback().toString();
        } catch (IllegalArgumentException e) {
            addWarn(variable + "=" + given + ": must be DEBUG, INFO, WARNING, ERROR or CRITICAL");
            return LogLevel.parse(otherwise).logback().toString();
        }
    }
}
