package dev.duplexvoice.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import ch.qos.logback.core.encoder.Encoder;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Encodes on the thread that logs, and brings the lines to a sink there or on a thread of its own. */
class LineAppender extends UnsynchronizedAppenderBase<ILoggingEvent> {
    /** What may wait for a disk or a pipe. */
    private static final long MOST_WAITING = 8 << 20;

    private final Object writing = new Object();
    private final @Nullable Supplier<LineSink> factory;
    private @Nullable Encoder<ILoggingEvent> encoder;
    private boolean async = true;
    private @Nullable LineSink sink;
    private @Nullable LineQueue queue;

    LineAppender() {
        this.factory = null;
    }

    LineAppender(String name, Encoder<ILoggingEvent> encoder, boolean async, Supplier<LineSink> sink) {
        this.factory = sink;
        this.encoder = encoder;
        this.async = async;
        setName(name);
    }

    /** What makes lines of events. */
    public void setEncoder(Encoder<ILoggingEvent> encoder) {
        this.encoder = encoder;
    }

    /** Whether a thread of its own writes, so that a disk that hangs holds up nobody; true unless set. */
    public void setAsync(boolean async) {
        this.async = async;
    }

    /** Makes the sink; null if it cannot be made, which was said. */
    @Nullable
    LineSink makeSink() {
        return factory == null ? null : factory.get();
    }

    @Override
    public void start() {
        if (isStarted()) {
            return;
        }
        if (encoder == null) {
            addError("appender " + getName()
                    + " has no encoder: add <encoder class=\"dev.duplexvoice.logging.JsonLineEncoder\"/>");
            return;
        }
        if (!encoder.isStarted()) {
            encoder.setContext(getContext());
            encoder.start();
        }
        LineSink made = makeSink();
        if (made == null) {
            return;
        }
        sink = made;
        if (async) {
            queue = new LineQueue(made, String.valueOf(getName()), MOST_WAITING);
        }
        super.start();
    }

    @Override
    protected void append(ILoggingEvent event) {
        Encoder<ILoggingEvent> lines = encoder;
        LineSink to = sink;
        if (lines == null || to == null) {
            return;
        }
        byte[] line = lines.encode(event);
        LineQueue behind = queue;
        if (behind != null) {
            behind.offer(line);
            return;
        }
        synchronized (writing) {
            to.write(line);
            to.flush();
        }
    }

    /** Waits until all that was logged is written; false if that takes longer. */
    boolean flush(long time, TimeUnit unit) {
        LineQueue behind = queue;
        return behind == null || behind.flush(time, unit);
    }

    @Override
    public void stop() {
        if (!isStarted()) {
            return;
        }
        super.stop();
        LineQueue behind = queue;
        queue = null;
        if (behind != null) {
            behind.close();
        } else if (sink != null) {
            synchronized (writing) {
                sink.close();
            }
        }
    }
}
