package dev.duplexvoice.logging;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import ch.qos.logback.core.encoder.Encoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The last lines of the log in memory, see {@link VoiceLogging#tail}. Thread-safe; what was kept can be read after it was closed, too.
 */
public final class LogTail implements AutoCloseable {
    /** Lines kept unless said otherwise. */
    public static final int LINES = 5_000;

    private final int most;
    private final Deque<Line> lines = new ArrayDeque<>();
    private final List<Consumer<Line>> followers = new CopyOnWriteArrayList<>();
    private @Nullable Runnable detach;
    private long sequence;

    /**
     * A line.
     *
     * @param sequence counts lines from 1
     * @param level how serious it is
     * @param sessionId the session that it tells of, if it does
     * @param json the line without its end
     */
    public record Line(
            long sequence, LogLevel level, @Nullable String sessionId, String json) {}

    /**
     * Which lines one wants to see.
     *
     * @param level the least serious; null for all
     * @param text part of the line in any case, fields included; null for all
     * @param sessionId the session; null for all
     */
    public record Filter(
            @Nullable LogLevel level,
            @Nullable String text,
            @Nullable String sessionId) implements Predicate<Line> {
        /** All lines. */
        public static final Filter ALL = new Filter(null, null, null);

        @Override
        public boolean test(Line line) {
            return (level == null || line.level.compareTo(level) >= 0)
                    && (sessionId == null || sessionId.equals(line.sessionId))
                    && (text == null || line.json.toLowerCase(Locale.ROOT).contains(text.toLowerCase(Locale.ROOT)));
        }
    }

    private LogTail(int most) {
        if (most < 1 || most > 100_000) {
            throw new IllegalArgumentException("lines=" + most + ": must be 1 to 100000");
        }
        this.most = most;
    }

    static LogTail attach(LoggerContext context, Encoder<ILoggingEvent> encoder, int most) {
        LogTail tail = new LogTail(most);
        AppenderBase<ILoggingEvent> appender = tail.new Appender(encoder);
        encoder.setContext(context);
        encoder.start();
        appender.setContext(context);
        appender.setName("tail");
        appender.start();
        Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.addAppender(appender);
        tail.detach = () -> {
            root.detachAppender(appender);
            appender.stop();
        };
        return tail;
    }

    private final class Appender extends AppenderBase<ILoggingEvent> {
        private final Encoder<ILoggingEvent> encoder;

        Appender(Encoder<ILoggingEvent> encoder) {
            this.encoder = encoder;
        }

        /** One at a time, as {@link AppenderBase} sees to it, so lines are in the order of their numbers. */
        @Override
        protected void append(ILoggingEvent event) {
            if (CategoryFilter.isOf(LogCategory.ACCESS, event)) {
                return;
            }
            Object session = LineFields.of(event).value(LineFields.SESSION_ID);
            keep(
                    LogLevel.of(event),
                    session == null ? null : session.toString(),
                    new String(encoder.encode(event), StandardCharsets.UTF_8).stripTrailing());
        }
    }

    private void keep(LogLevel level, @Nullable String sessionId, String json) {
        Line line;
        synchronized (lines) {
            line = new Line(++sequence, level, sessionId, json);
            if (lines.size() == most) {
                lines.removeFirst();
            }
            lines.addLast(line);
        }
        followers.forEach(follower -> follower.accept(line));
    }

    /** The last lines that a filter lets through, the oldest first; at most so many. */
    public List<Line> last(int count, Predicate<Line> filter) {
        List<Line> all;
        synchronized (lines) {
            all = new ArrayList<>(lines);
        }
        List<Line> found = new ArrayList<>();
        for (int i = all.size() - 1; i >= 0 && found.size() < count; i--) {
            if (filter.test(all.get(i))) {
                found.add(all.get(i));
            }
        }
        Collections.reverse(found);
        return found;
    }

    /**
     * Gives each line to somebody from now on, on the thread that logs: who must not block and not log. Close what is returned to stop.
     */
    public Following follow(Consumer<Line> follower) {
        Objects.requireNonNull(follower);
        followers.add(follower);
        return () -> followers.remove(follower);
    }

    /** Somebody is told of lines until this is closed. */
    public interface Following extends AutoCloseable {
        @Override
        void close();
    }

    /** Keeps no more lines. Idempotent. */
    @Override
    public void close() {
        Runnable once = detach;
        detach = null;
        if (once != null) {
            once.run();
        }
    }
}
