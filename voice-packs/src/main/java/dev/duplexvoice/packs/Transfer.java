package dev.duplexvoice.packs;

import dev.duplexvoice.VoiceException;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One attempt at one file. */
final class Transfer {
    private static final int BUFFER = 1 << 16;
    /** Less than this within the stall timeout is a stall too: a byte now and then would otherwise hold a pull for days. */
    private static final long LEAST = 1_024;

    /** No file is as long as a number of more digits, and it would not fit. */
    private static final Pattern RANGE = Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18}|\\*)");

    private final PullOptions options;
    private final HttpSource source;
    private final CatalogFile file;
    private final PartFile part;

    Transfer(PullOptions options, HttpSource source, CatalogFile file, PartFile part) {
        this.options = options;
        this.source = source;
        this.file = file;
        this.part = part;
    }

    /**
     * Completes the part file.
     *
     * @throws Transient if it is not complete, but may be after another attempt
     * @throws VoiceException if another attempt is pointless
     */
    void run() throws IOException {
        long have = part.size();
        String tag = part.tag();
        if (have > file.size() || have > 0 && tag == null && file.sha256() == null) {
            part.delete(); // nobody could tell whether the rest belongs to it
            have = 0;
        }
        if (have == file.size()) {
            return;
        }
        Map<String, String> headers = new LinkedHashMap<>();
        if (have > 0) {
            headers.put("Range", "bytes=" + have + "-");
            if (tag != null) {
                headers.put("If-Range", tag);
            }
        }
        try (HttpSource.Answer answer = source.get(options.locate(file.url()), headers)) {
            long from = accept(answer, have, tag);
            part.tag(tag(answer));
            receive(answer, from);
        }
    }

    /** Where the answer's first byte belongs. */
    private long accept(HttpSource.Answer answer, long have, @Nullable String tag) throws IOException {
        switch (answer.status()) {
            case 200 -> {
                checkSize(answer, answer.length());
                return 0;
            }
            case 206 -> {
                String told = Objects.requireNonNullElse(answer.header("Content-Range"), "none");
                Matcher range = RANGE.matcher(told);
                String now = tag(answer);
                if (have == 0
                        || !range.matches()
                        || Long.parseLong(range.group(1)) != have
                        || tag != null && now != null && !tag.equals(now)) {
                    part.delete();
                    throw new Transient(
                            "the answer is not the rest of the file that was begun (Content-Range: "
                                    + Complaints.quote(told) + "; if it stays so, try a mirror)",
                            (Throwable) null);
                }
                checkSize(answer, range.group(3).equals("*") ? -1 : Long.parseLong(range.group(3)));
                return have;
            }
            case 416 -> {
                part.delete();
                throw new Transient("the file is shorter than what was begun of it", (Throwable) null);
            }
            case 408, 425, 429, 500, 502, 503, 504 ->
                throw new Transient("HTTP status " + answer.status(), retryAfter(answer.header("Retry-After")));
            case 404, 410 ->
                throw new VoiceException(
                        VoiceException.Code.NOT_FOUND,
                        answer.url() + ": HTTP status " + answer.status() + ", it is not there; "
                                + (options.mirror() == null
                                        ? "the file was moved, try a mirror or a catalogue of your own"
                                        : "check the mirror"));
            case 401, 403 ->
                throw HttpSource.failure(
                        answer.url() + ": HTTP status " + answer.status()
                                + ", access refused; check whether a proxy or the server wants to know who asks, or try a mirror");
            case 407 ->
                throw HttpSource.failure(
                        answer.url()
                                + ": HTTP status 407, the proxy wants a user and a password; give the proxy as http://user:password@host:port");
            default ->
                throw HttpSource.failure(
                        answer.url() + ": HTTP status " + answer.status() + ", which is no file; try a mirror");
        }
    }

    private void checkSize(HttpSource.Answer answer, long size) throws IOException {
        if (size >= 0 && size != file.size()) {
            part.delete();
            throw new VoiceException(
                    VoiceException.Code.MODEL,
                    answer.url() + ": size=" + size + ": must be " + file.size()
                            + ", as the catalogue has it; it is another file (a page of a proxy?), try a mirror");
        }
    }

    private static @Nullable String tag(HttpSource.Answer answer) {
        String tag = answer.header("ETag");
        // A weak one does not promise the same bytes.
        return tag != null && tag.startsWith("\"") ? tag : answer.header("Last-Modified");
    }

    private static @Nullable Duration retryAfter(@Nullable String value) {
        if (value == null) {
            return null;
        }
        try {
            return Duration.ofSeconds(Math.max(0, Long.parseLong(value.strip())));
        } catch (NumberFormatException e) {
            try {
                Duration until = Duration.between(
                        Instant.now(),
                        ZonedDateTime.parse(value.strip(), DateTimeFormatter.RFC_1123_DATE_TIME)
                                .toInstant());
                return until.isNegative() ? Duration.ZERO : until;
            } catch (DateTimeParseException no) {
                return null;
            }
        }
    }

    private void receive(HttpSource.Answer answer, long from) throws IOException {
        long at = from;
        try (FileChannel channel = open(from)) {
            byte[] buffer = new byte[BUFFER];
            Stall stall = new Stall();
            long begun = options.clock().nanoTime();
            InputStream in = body(answer);
            for (int read = read(in, buffer, at); read >= 0; read = read(in, buffer, at)) {
                if (at + read > file.size()) {
                    part.delete();
                    throw new VoiceException(
                            VoiceException.Code.MODEL,
                            answer.url() + ": size is more than " + file.size()
                                    + " bytes, which the catalogue has; it is another file, try a mirror");
                }
                write(channel, buffer, read, at);
                at += read;
                double seconds = (options.clock().nanoTime() - begun) / 1e9;
                options.listener().progress(file, at, seconds > 0 ? (at - from) / seconds : 0);
                stall.received(read, at);
            }
            if (at < file.size()) {
                throw new Transient(
                        "the connection ended at " + at + " of " + file.size() + " bytes", (Throwable) null);
            }
            force(channel, at);
        }
    }

    private FileChannel open(long from) throws IOException {
        try {
            FileChannel channel = FileChannel.open(part.path(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (channel.size() > from) {
                channel.truncate(from);
            }
            return channel.position(from);
        } catch (IOException e) {
            throw unwritable(e, from);
        }
    }

    private InputStream body(HttpSource.Answer answer) throws Transient {
        try {
            return answer.body();
        } catch (IOException e) {
            throw new Transient(Complaints.quote(String.valueOf(e.getMessage())), e);
        }
    }

    private int read(InputStream in, byte[] buffer, long at) throws Transient {
        try {
            return in.read(buffer);
        } catch (SocketTimeoutException e) {
            throw stalled(at, e);
        } catch (IOException e) {
            throw new Transient("the connection ended at " + at + " of " + file.size() + " bytes", e);
        }
    }

    private Transient stalled(long at, @Nullable Throwable cause) {
        return new Transient(
                "the server stalled at " + at + " of " + file.size() + " bytes for "
                        + options.stallTimeout().toSeconds() + " s",
                cause);
    }

    private void write(FileChannel channel, byte[] buffer, int length, long at) throws IOException {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, length);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            throw unwritable(e, at);
        }
    }

    private void force(FileChannel channel, long at) throws IOException {
        try {
            channel.force(true); // so that a file that has its name has its bytes, also after a power cut
        } catch (IOException e) {
            throw unwritable(e, at);
        }
    }

    private VoiceException unwritable(IOException e, long at) throws IOException {
        long kept = Math.max(at, part.size()); // the last write may have gone part of its way
        return new VoiceException(
                VoiceException.Code.IO,
                part.path() + " cannot be written: " + YamlFile.reason(e) + "; " + kept + " of " + file.size()
                        + " bytes are kept, make room and run it again to go on",
                e);
    }

    /** Finds a server that sends so little that it never ends. */
    private final class Stall {
        private long since = options.clock().nanoTime();
        private long received;

        void received(int bytes, long at) throws Transient {
            received += bytes;
            if (received >= LEAST || at == file.size()) {
                since = options.clock().nanoTime();
                received = 0;
            } else if (options.clock().nanoTime() - since
                    > options.stallTimeout().toNanos()) {
                throw stalled(at, null);
            }
        }
    }
}
