package dev.duplexvoice.examples.logs;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Which records are wanted: all that pass every test. Once it is built threads may share it. */
public final class RecordFilter {
    private final Fields fields = new Fields();
    private final List<Predicate<LogLine>> tests = new ArrayList<>();
    private long since = Timestamps.NONE;
    private long until = Long.MAX_VALUE;

    /** A filter that everything passes. */
    public RecordFilter() {}

    Fields fields() {
        return fields;
    }

    /** From this moment on; microseconds since 1970. */
    public RecordFilter since(long micros) {
        since = micros;
        return this;
    }

    /** Before this moment; microseconds since 1970. */
    public RecordFilter until(long micros) {
        until = micros;
        return this;
    }

    /** Of this level or a more serious one. */
    public RecordFilter level(Level least) {
        tests.add(line -> {
            Level level = line.level();
            return level != null && level.compareTo(least) >= 0;
        });
        return this;
    }

    /** Of this logger or one below it: {@code a.b} has {@code a.b.c} and not {@code a.bc}. */
    public RecordFilter logger(String name) {
        tests.add(line -> {
            String logger = line.text(fields.logger);
            return logger != null
                    && logger.startsWith(name)
                    && (logger.length() == name.length() || logger.charAt(name.length()) == '.');
        });
        return this;
    }

    /** Of this session. */
    public RecordFilter session(String id) {
        tests.add(line -> id.equals(line.text(fields.session)));
        return this;
    }

    /**
     * That meet a condition such as {@code operation=stt}.
     *
     * @throws IllegalArgumentException if it is none
     */
    public RecordFilter where(String condition) {
        tests.add(Condition.of(condition, fields));
        return this;
    }

    /** That took this long or longer. */
    public RecordFilter slow(SlowOperations slow) {
        tests.add(slow::isSlow);
        return this;
    }

    /** Whether everything passes, lines too that are no records. */
    boolean isOpen() {
        return tests.isEmpty() && !isTimed();
    }

    /** Whether a record's time matters. */
    boolean isTimed() {
        return since != Timestamps.NONE || until != Long.MAX_VALUE;
    }

    /**
     * Whether a record passes.
     *
     * @param untimed is told of a record that only its missing time keeps out
     */
    boolean passes(LogLine line, @Nullable Runnable untimed) {
        for (Predicate<LogLine> test : tests) {
            if (!test.test(line)) {
                return false;
            }
        }
        if (!isTimed()) {
            return true;
        }
        long micros = line.micros();
        if (micros == Timestamps.NONE && untimed != null) {
            untimed.run();
        }
        return micros != Timestamps.NONE && micros >= since && micros < until;
    }
}
