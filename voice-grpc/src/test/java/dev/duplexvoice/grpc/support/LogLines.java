package dev.duplexvoice.grpc.support;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** What is logged while it is open, as one text a line: level, message, key-values and the messages of causes. */
public final class LogLines implements AutoCloseable {
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final List<String> ids;
    private final Logger logger;
    private final Level before;
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            lines.add(line(event));
        }
    };

    private LogLines(String name, Level level, List<String> ids) {
        this.ids = ids;
        logger = (Logger) LoggerFactory.getLogger(name);
        before = logger.getLevel();
        logger.setLevel(level);
        appender.setContext(logger.getLoggerContext());
        appender.start();
        logger.addAppender(appender);
    }

    /**
     * Of this project's classes, from this level on.
     *
     * @param ids what these have in the logging context (MDC) is at the end of each line
     */
    public static LogLines of(Level level, String... ids) {
        return new LogLines("dev.duplexvoice", level, List.of(ids));
    }

    /** Of all classes, the libraries' too, from this level on. */
    public static LogLines ofEverything(Level level) {
        return new LogLines(org.slf4j.Logger.ROOT_LOGGER_NAME, level, List.of());
    }

    private String line(ILoggingEvent event) {
        StringBuilder text = new StringBuilder(event.getLevel() + " " + event.getFormattedMessage());
        if (event.getKeyValuePairs() != null) {
            event.getKeyValuePairs().forEach(pair -> text.append(' ').append(pair));
        }
        for (var cause = event.getThrowableProxy(); cause != null; cause = cause.getCause()) {
            text.append(" | ").append(cause.getMessage());
        }
        ids.forEach(id -> text.append(' ')
                .append(id)
                .append(' ')
                .append(event.getMDCPropertyMap().get(id)));
        return text.toString();
    }

    /** All lines so far. */
    public List<String> lines() {
        return lines;
    }

    /** Lines with this in them. */
    public List<String> with(String part) {
        return lines.stream().filter(line -> line.contains(part)).toList();
    }

    @Override
    public void close() {
        logger.detachAppender(appender);
        logger.setLevel(before);
        appender.stop();
    }
}
