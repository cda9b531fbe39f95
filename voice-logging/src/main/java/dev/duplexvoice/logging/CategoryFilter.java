package dev.duplexvoice.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.Locale;

/**
 * Lets those lines through that belong to a category; for appenders of a host's own logback.xml:
 * {@code <filter class="dev.duplexvoice.logging.CategoryFilter"><category>audit</category></filter>}.
 */
public final class CategoryFilter extends Filter<ILoggingEvent> {
    private LogCategory category = LogCategory.APP;

    /** A filter for {@link LogCategory#APP}. */
    public CategoryFilter() {}

    /** A filter for this category. */
    public CategoryFilter(LogCategory category) {
        this.category = category;
    }

    /**
     * The category, by its folder's name.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    public void setCategory(String name) {
        for (LogCategory one : LogCategory.values()) {
            if (one.folder().equals(name.toLowerCase(Locale.ROOT))) {
                category = one;
                return;
            }
        }
        throw new IllegalArgumentException(
                "category=" + name + ": must be app, access, errors, security, performance or audit");
    }

    @Override
    public FilterReply decide(ILoggingEvent event) {
        return isOf(category, event) ? FilterReply.NEUTRAL : FilterReply.DENY;
    }

    static boolean isOf(LogCategory category, ILoggingEvent event) {
        if (category == LogCategory.ERRORS) {
            return event.getLevel().isGreaterOrEqual(Level.ERROR);
        }
        LogCategory own = LogCategory.of(String.valueOf(event.getLoggerName()));
        if (category != LogCategory.APP) {
            return own == category;
        }
        return switch (own) {
            case APP, ERRORS -> true;
            case SECURITY, PERFORMANCE -> event.getLevel().isGreaterOrEqual(Level.WARN);
            case ACCESS, AUDIT -> false;
        };
    }
}
