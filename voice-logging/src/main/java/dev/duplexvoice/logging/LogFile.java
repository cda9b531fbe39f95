package dev.duplexvoice.logging;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.Period;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A log file that is put aside when it is full or when a day is over. A file that cannot be written loses its lines and is tried again every
 * few seconds; one that somebody else has moved away is begun anew.
 *
 * <pre>
 *   voice.log                  is written to
 *   voice.2026-01-31.2.log     the second that was put aside on that UTC day
 * </pre>
 *
 * <p>A file also ends after a fifth of the time that it is to be kept, however little is in it; otherwise its first lines would stay for
 * years where little is logged.
 *
 * <p>Used by one thread at a time.
 */
final class LogFile implements LineSink {
    /** How long one that failed is left alone, and how seldom it is looked whether it is still there. */
    static final long RETRY_MILLIS = 5_000;

    static final long LOOK_MILLIS = 1_000;
    private static final int BUFFER = 64 * 1_024;
    private static final Pattern DATE = Pattern.compile("\\d{4}-\\d\\d-\\d\\d");

    private final Path path;
    private final LogRotation rotation;
    /** After so many days it ends. */
    private final long days;

    private final OldFiles old;
    private final Clock clock;
    private final LogTrouble trouble;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    /** Lines that end in the buffer. */
    private int buffered;

    private @Nullable FileChannel channel;
    private @Nullable Object fileKey;
    private boolean regular;
    private long size;
    private LocalDate begun = LocalDate.EPOCH;
    private LocalDate day = LocalDate.EPOCH;
    private long dayEnds;
    private long lookAt;
    private boolean failing;
    private long retryAt;

    LogFile(Path path, LogRotation rotation, boolean bounded, Period retention, Clock clock, LogTrouble trouble) {
        this.path = path;
        this.rotation = rotation;
        this.days = rotation.daily()
                ? 1
                : Math.max(1, LocalDate.EPOCH.until(LocalDate.EPOCH.plus(retention), ChronoUnit.DAYS) / 5);
        this.clock = clock;
        this.trouble = trouble;
        this.old = new OldFiles(path, bounded ? rotation.files() : Integer.MAX_VALUE, retention);
        open(clock.millis());
    }

    @Override
    public void write(byte[] line) {
        long now = clock.millis();
        if (!isReady(now)) {
            trouble.lost(1);
            return;
        }
        if (isOver(line.length, now)) {
            flush();
            rollOver(now);
            if (channel == null) {
                trouble.lost(1);
                return;
            }
        }
        if (line.length > buffer.remaining()) {
            flush();
        }
        size += line.length;
        if (line.length > buffer.remaining()) {
            put(ByteBuffer.wrap(line), 1);
        } else {
            buffer.put(line);
            buffered++;
        }
    }

    @Override
    public void flush() {
        if (buffer.position() > 0) {
            buffer.flip();
            int lines = buffered;
            buffered = 0;
            put(buffer, lines);
            buffer.clear();
        }
    }

    private void put(ByteBuffer bytes, int lines) {
        if (channel == null) {
            trouble.lost(lines);
            return;
        }
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            trouble.written(lines);
            if (failing) {
                failing = false;
                trouble.over(path);
            }
        } catch (IOException e) {
            trouble.lost(lines);
            failed(e, clock.millis());
        }
    }

    @Override
    public void refused() {
        trouble.lost(1);
    }

    @Override
    public void lost(long lines) {
        trouble.dropped(path, lines);
    }

    // ------------------------------------------------------------------------------------------ opening

    private boolean isReady(long now) {
        if (channel != null && (now >= lookAt || now < lookAt - LOOK_MILLIS)) {
            lookAt = now + LOOK_MILLIS;
            if (isMoved()) {
                flush();
                closeQuietly();
                open(now);
            }
        }
        // A clock that was set back must not put the next try off.
        if (channel == null && (now >= retryAt || now < retryAt - RETRY_MILLIS)) {
            open(now);
        }
        return channel != null;
    }

    private boolean isMoved() {
        if (!regular) {
            return false;
        }
        try {
            Object key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
            return key != null && !key.equals(fileKey);
        } catch (IOException e) {
            return true;
        }
    }

    private void open(long now) {
        try {
            Path folder = path.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            LocalDate today = today(now);
            LocalDate written = lastWritten();
            begin(today);
            begun = day;
            if (written != null) {
                begun = firstWritten(written);
                if (isOld(day)) {
                    old.putAside(written.isAfter(day) ? day : written);
                    begun = day;
                }
            }
            FileChannel opened = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            channel = opened;
            BasicFileAttributes file = Files.readAttributes(path, BasicFileAttributes.class);
            regular = file.isRegularFile();
            fileKey = file.fileKey();
            size = regular ? opened.size() : 0;
            lookAt = now + LOOK_MILLIS;
            if (regular && size > 0 && !endsWithLine()) {
                // A line that was cut when the disk was full, or the process ended, must not swallow the next one.
                size += opened.write(ByteBuffer.wrap(new byte[] {'\n'}));
            }
            sweep(day);
        } catch (IOException | RuntimeException e) {
            failed(e, now);
        }
    }

    private void sweep(LocalDate today) {
        try {
            old.sweep(today);
        } catch (IOException | RuntimeException e) {
            trouble.kept(path, e);
        }
    }

    private boolean isOld(LocalDate today) {
        return !today.isBefore(begun.plusDays(days));
    }

    /** The day of its first line, if that begins as ours do; else that of its last. */
    private LocalDate firstWritten(LocalDate written) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(64);
        try (FileChannel read = FileChannel.open(path, StandardOpenOption.READ)) {
            read.read(head, 0);
        }
        Matcher date = DATE.matcher(new String(head.array(), 0, head.position(), StandardCharsets.ISO_8859_1));
        try {
            LocalDate first = date.find() ? LocalDate.parse(date.group()) : written;
            return first.isBefore(written) ? first : written;
        } catch (DateTimeException e) {
            return written;
        }
    }

    private @Nullable LocalDate lastWritten() throws IOException {
        try {
            BasicFileAttributes file = Files.readAttributes(path, BasicFileAttributes.class);
            return file.isRegularFile() && file.size() > 0
                    ? today(file.lastModifiedTime().toMillis())
                    : null;
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    private boolean endsWithLine() throws IOException {
        try (FileChannel read = FileChannel.open(path, StandardOpenOption.READ)) {
            ByteBuffer last = ByteBuffer.allocate(1);
            return read.read(last, Math.max(0, read.size() - 1)) < 1 || last.get(0) == '\n';
        }
    }

    private static LocalDate today(long now) {
        return LocalDate.ofEpochDay(Math.floorDiv(now, 86_400_000L));
    }

    /** Never an earlier day than before: what is written while a clock is behind must not look old when it is right again. */
    private void begin(LocalDate today) {
        if (today.isAfter(day)) {
            day = today;
        }
        dayEnds = day.plusDays(1).atStartOfDay().toInstant(ZoneOffset.UTC).toEpochMilli();
    }

    // ------------------------------------------------------------------------------------------ the next one

    private boolean isOver(int length, long now) {
        if (!regular) {
            return false;
        }
        if (now >= dayEnds) {
            LocalDate today = today(now);
            if (size > 0 && isOld(today)) {
                return true;
            }
            begin(today);
            sweep(today);
        }
        return size > 0 && size + length > rotation.maxBytes();
    }

    private void rollOver(long now) {
        closeQuietly();
        try {
            // A day's file has that day's name, however late its next line comes.
            old.putAside(day);
        } catch (IOException | RuntimeException e) {
            failed(e, now);
            return;
        }
        open(now);
    }

    private void failed(Exception e, long now) {
        closeQuietly();
        retryAt = now + RETRY_MILLIS;
        if (!failing) {
            failing = true;
            trouble.began(path, e);
        }
    }

    private void closeQuietly() {
        FileChannel open = channel;
        channel = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                trouble.closing(path, e);
            }
        }
    }

    @Override
    public void close() {
        flush();
        closeQuietly();
    }
}
