package dev.duplexvoice.server.internal.console;

import dev.duplexvoice.logging.LogLevel;
import dev.duplexvoice.logging.LogTail;
import dev.duplexvoice.server.http.RequestError;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** {@code /api/v1/logs}: the last lines, searched, as they come, and as a file. */
final class LogsApi implements AutoCloseable {
    private static final int DEFAULT_LIMIT = 500;
    /** Each holds a thread of the server. */
    private static final int MOST_STREAMS = 16;
    /** Lines that wait for a reader; what comes to a full queue is left out and counted. */
    private static final int MOST_WAITING = 1_000;

    private static final int LONGEST_TEXT = 200;
    private static final long HEARTBEAT_SECONDS = 10;
    private static final long LOOK_SECONDS = 1;

    private final LogTail tail;
    private final AtomicInteger streams = new AtomicInteger();
    private volatile boolean closed;

    LogsApi(LogTail tail) {
        this.tail = tail;
    }

    void lines(Context context) {
        int limit = limit(context);
        StringBuilder json = new StringBuilder("{\"lines\":[");
        String before = "";
        for (LogTail.Line line : tail.last(limit, filter(context))) {
            json.append(before).append(line.json());
            before = ",";
        }
        context.header("Cache-Control", "no-store");
        context.contentType("application/json; charset=utf-8");
        context.result(json.append("]}").toString());
    }

    void download(Context context) {
        StringBuilder text = new StringBuilder();
        for (LogTail.Line line : tail.last(LogTail.LINES, filter(context))) {
            text.append(line.json()).append('\n');
        }
        context.header("Cache-Control", "no-store");
        context.header("Content-Disposition", "attachment; filename=\"voice-log.ndjson\"");
        context.contentType("application/x-ndjson; charset=utf-8");
        context.result(text.toString());
    }

    /** Server-sent events: {@code line} for each line from now on, {@code lost} with a count if the reader was too slow. */
    void stream(Context context) {
        LogTail.Filter filter = filter(context);
        if (streams.incrementAndGet() > MOST_STREAMS) {
            streams.decrementAndGet();
            throw new RequestError(
                    503,
                    "OVERLOADED",
                    "there are " + MOST_STREAMS + " log streams already: close one, or ask for /api/v1/logs");
        }
        BlockingQueue<LogTail.Line> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
        AtomicLong lost = new AtomicLong();
        LogTail.Following following = tail.follow(line -> {
            if (filter.test(line) && !waiting.offer(line)) {
                lost.incrementAndGet();
            }
        });
        try {
            context.res().setContentType("text/event-stream; charset=utf-8");
            context.res().setHeader("Cache-Control", "no-store");
            context.res().setHeader("X-Accel-Buffering", "no");
            // Not through Javalin, which would compress, and compressing waits for more.
            write(context.res().getOutputStream(), waiting, lost);
        } catch (IOException e) {
            // The reader has gone.
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            following.close();
            streams.decrementAndGet();
        }
    }

    private void write(OutputStream out, BlockingQueue<LogTail.Line> waiting, AtomicLong lost)
            throws IOException, InterruptedException {
        send(out, ": following\n\n");
        int idle = 0;
        while (!closed) {
            LogTail.Line line = waiting.poll(LOOK_SECONDS, TimeUnit.SECONDS);
            if (line == null) {
                if (++idle * LOOK_SECONDS >= HEARTBEAT_SECONDS) {
                    send(out, ": still here\n\n");
                    idle = 0;
                }
                continue;
            }
            idle = 0;
            StringBuilder events = new StringBuilder();
            for (; line != null; line = waiting.poll()) {
                events.append("id: ").append(line.sequence()).append("\nevent: line\ndata: ");
                events.append(line.json()).append("\n\n");
            }
            long left = lost.getAndSet(0);
            if (left > 0) {
                events.append("event: lost\ndata: ").append(left).append("\n\n");
            }
            send(out, events.toString());
        }
    }

    private static void send(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private static LogTail.Filter filter(Context context) {
        String level = parameter(context, "level");
        String text = parameter(context, "text");
        if (text != null && text.length() > LONGEST_TEXT) {
            throw RequestError.invalid("text: has " + text.length() + " characters, at most " + LONGEST_TEXT);
        }
        try {
            return new LogTail.Filter(
                    level == null ? null : LogLevel.parse(level), text, parameter(context, "session"));
        } catch (IllegalArgumentException e) {
            throw RequestError.invalid(String.valueOf(e.getMessage()));
        }
    }

    private static int limit(Context context) {
        String given = parameter(context, "limit");
        if (given == null) {
            return DEFAULT_LIMIT;
        }
        if (given.matches("\\d{1,4}")) {
            int limit = Integer.parseInt(given);
            if (limit >= 1 && limit <= LogTail.LINES) {
                return limit;
            }
        }
        throw RequestError.invalid("limit=" + given + ": must be 1 to " + LogTail.LINES);
    }

    private static @Nullable String parameter(Context context, String name) {
        List<String> values = context.queryParams(name);
        return values.isEmpty() || values.get(0).isEmpty() ? null : values.get(0);
    }

    /** Ends all streams within a second. */
    @Override
    public void close() {
        closed = true;
    }
}
