package dev.duplexvoice.logging;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Ids that all lines of a piece of work carry, also where it goes on on other threads. Kept in SLF4J's MDC.
 *
 * <pre>{@code
 * try (LogContext context = LogContext.with("request_id", id)) {
 *     executor.execute(LogContext.carry(() -> work()));   // work's lines carry it, too
 * }
 * }</pre>
 *
 * <p>Within a session nothing needs to be done: what is in the MDC when a session is opened, and its {@code session_id}, is there
 * whenever the engine calls the host's code for it.
 */
public final class LogContext implements AutoCloseable {
    private record Before(String name, @Nullable String value) {}

    private final List<Before> before = new ArrayList<>(2);
    private boolean closed;

    private LogContext() {}

    /** Puts an id into the lines of this thread until it is closed, by the same thread. */
    public static LogContext with(String name, @Nullable String value) {
        return new LogContext().and(name, value);
    }

    /** One more. */
    public LogContext and(String name, @Nullable String value) {
        before.add(new Before(name, MDC.get(name)));
        set(name, value);
        return this;
    }

    private static void set(String name, @Nullable String value) {
        if (value == null) {
            MDC.remove(name);
        } else {
            MDC.put(name, value);
        }
    }

    /** Puts back what was there before. Idempotent. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        for (int i = before.size() - 1; i >= 0; i--) {
            set(before.get(i).name, before.get(i).value);
        }
    }

    /** The same work, with the ids that this thread has now, on whatever thread it runs. */
    public static Runnable carry(Runnable work) {
        Map<String, String> ids = now();
        return () -> {
            Map<String, String> others = now();
            replace(ids);
            try {
                work.run();
            } finally {
                replace(others);
            }
        };
    }

    /** The same work, with the ids that this thread has now, on whatever thread it runs. */
    public static <T> Callable<T> carry(Callable<T> work) {
        Map<String, String> ids = now();
        return () -> {
            Map<String, String> others = now();
            replace(ids);
            try {
                return work.call();
            } finally {
                replace(others);
            }
        };
    }

    /** An executor whose work carries the ids of who hands it in. */
    public static Executor carrying(Executor executor) {
        return work -> executor.execute(carry(work));
    }

    private static Map<String, String> now() {
        Map<String, String> ids = MDC.getCopyOfContextMap();
        return ids == null ? Map.of() : new LinkedHashMap<>(ids);
    }

    private static void replace(Map<String, String> ids) {
        MDC.clear();
        ids.forEach(MDC::put);
    }
}
