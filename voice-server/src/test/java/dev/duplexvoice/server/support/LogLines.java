package dev.duplexvoice.server.support;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** What is logged meanwhile by a logger and those below it. */
public final class LogLines implements AutoCloseable {
    private final Logger logger;
    private final Level before;
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

    private LogLines(String name) {
        logger = (Logger) LoggerFactory.getLogger(name);
        before = logger.getLevel();
        lines.list = new CopyOnWriteArrayList<>();
        lines.start();
        logger.setLevel(Level.DEBUG);
        logger.addAppender(lines);
    }

    public static LogLines of(String logger) {
        return new LogLines(logger);
    }

    public List<ILoggingEvent> all() {
        return lines.list;
    }

    /** Message and key-values of each, as text. */
    public List<String> texts() {
        return lines.list.stream()
                .map(line ->
                        line.getFormattedMessage() + " " + line.getKeyValuePairs() + " " + line.getMDCPropertyMap())
                .toList();
    }

    @Override
    public void close() {
        logger.detachAppender(lines);
        logger.setLevel(before);
    }
}
