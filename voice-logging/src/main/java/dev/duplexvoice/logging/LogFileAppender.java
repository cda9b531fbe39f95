package dev.duplexvoice.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.Encoder;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Period;
import org.jspecify.annotations.Nullable;

/**
 * A file with rotation and retention for a host's own logback.xml. A full disk, a folder that may not be written or a disk that hangs costs
 * lines, of which one warning and {@link #statistics} tell, and never holds up who logs.
 *
 * <pre>{@code
 * <appender name="AUDIT" class="dev.duplexvoice.logging.LogFileAppender">
 *   <file>logs/audit/orders.log</file>
 *   <maxFiles>0</maxFiles>
 *   <retentionDays>2557</retentionDays>
 *   <filter class="dev.duplexvoice.logging.CategoryFilter"><category>audit</category></filter>
 *   <encoder class="dev.duplexvoice.logging.JsonLineEncoder"/>
 * </appender>
 * }</pre>
 */
public final class LogFileAppender extends LineAppender {
    private final LogTrouble trouble = LogTrouble.ofHost();
    private @Nullable Path file;
    private LogRotation rotation = LogRotation.BY_SIZE;
    private int retentionDays = 30;

    /** An appender whose file must be set. */
    public LogFileAppender() {}

    // Logback finds setters of public classes only.

    @Override
    public void setEncoder(Encoder<ILoggingEvent> encoder) {
        super.setEncoder(encoder);
    }

    @Override
    public void setAsync(boolean async) {
        super.setAsync(async);
    }

    /** The file that is written to; old ones lie beside it as {@code name.2026-01-31.1.log}. */
    public void setFile(String file) {
        this.file = Path.of(file);
    }

    /** The most bytes of a file; 10 MB unless set, 0 for no limit. */
    public void setMaxBytes(long bytes) {
        rotation = new LogRotation(bytes == 0 ? Long.MAX_VALUE : bytes, rotation.files(), rotation.daily());
    }

    /** How many old files are kept; 5 unless set, 0 for no limit. */
    public void setMaxFiles(int files) {
        rotation = new LogRotation(rotation.maxBytes(), files == 0 ? Integer.MAX_VALUE : files, rotation.daily());
    }

    /** Whether each UTC day has its own file; false unless set. */
    public void setDaily(boolean daily) {
        rotation = new LogRotation(rotation.maxBytes(), rotation.files(), daily);
    }

    /** After how many days an old file is deleted; 30 unless set. */
    public void setRetentionDays(int days) {
        if (days < 1) {
            throw new IllegalArgumentException("retentionDays=" + days + ": must be at least 1");
        }
        retentionDays = days;
    }

    /** What became of its lines. */
    public LogStatistics statistics() {
        return trouble.statistics();
    }

    @Override
    @Nullable
    LineSink makeSink() {
        if (file == null) {
            addError("appender " + getName() + " has no file: add <file>logs/app/voice.log</file>");
            return null;
        }
        return new LogFile(file, rotation, true, Period.ofDays(retentionDays), Clock.systemUTC(), trouble);
    }
}
