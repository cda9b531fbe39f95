package dev.duplexvoice.examples.worker;

import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.slf4j.LoggerFactory;

/**
 * Has what gRPC's transport logs appear as one line where everything else is logged. By itself it prints a stack trace for each client
 * that cancels a call, which a caller who interrupts does.
 */
public final class TransportLog extends Handler {
    private static final org.slf4j.Logger LOG = LoggerFactory.getLogger("dev.duplexvoice.grpc.transport");
    /** Kept, because the JDK forgets loggers that nobody holds, with their handlers. */
    private static final Logger TRANSPORT = Logger.getLogger("io.grpc");

    /** Of streams that clients have closed. */
    private static final String STREAMS = "NettyServerHandler";

    private TransportLog() {
        setFormatter(new SimpleFormatter());
    }

    /** From now on. */
    public static void install() {
        TRANSPORT.setUseParentHandlers(false);
        for (Handler before : TRANSPORT.getHandlers()) {
            TRANSPORT.removeHandler(before);
        }
        TRANSPORT.addHandler(new TransportLog());
    }

    @Override
    public void publish(LogRecord record) {
        boolean usual = String.valueOf(record.getLoggerName()).endsWith(STREAMS)
                || record.getLevel().intValue() < Level.WARNING.intValue();
        Throwable thrown = record.getThrown();
        (usual ? LOG.atDebug() : LOG.atWarn())
                .addKeyValue("cause", thrown == null ? "" : thrown.getMessage())
                .log(getFormatter().formatMessage(record));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
