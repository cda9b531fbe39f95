package dev.duplexvoice.examples.logs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads what is added to files, as {@code tail -F} does. A file that is moved away is read to its end, then the new one of its name
 * from its beginning; one that is emptied is begun anew; a new file among those that are followed is taken up. For one thread.
 */
public final class Follow {
    private static final int LONGEST_LINE = BlockReader.LONGEST_LINE;

    private final Supplier<List<LogSource>> files;
    private final BlockScanner scanner;
    private final Selection selection;
    private final Map<Path, Tail> tails = new LinkedHashMap<>();
    /** What is or was followed, under whatever name: a rotated file is no new one. */
    private final Set<Object> known = new HashSet<>();

    private boolean first = true;

    /**
     * A follower that has read nothing yet.
     *
     * @param files what to follow; asked again at each look
     */
    public Follow(LogSearch search, Supplier<List<LogSource>> files, LineSink sink) {
        this.files = files;
        this.scanner = search.scanner();
        this.selection = search.selection(sink);
    }

    /** From now on only what is added; without this call files are read from their beginning. */
    public void skipToEnd() throws IOException {
        look(true);
    }

    /**
     * Reads what is there now.
     *
     * @return whether there was anything
     */
    public boolean doWork() throws IOException {
        boolean found = look(false);
        selection.flush();
        return found;
    }

    /** Whether nobody wants any more. */
    public boolean isDone() {
        return selection.isDone();
    }

    /** What was read so far. */
    public Summary finish() {
        return selection.finish();
    }

    private boolean look(boolean skip) throws IOException {
        Set<Object> there = new HashSet<>();
        for (LogSource source : files.get()) {
            Path file = source.file();
            Object key = file == null ? null : key(file);
            if (file == null || key == null) {
                continue;
            }
            there.add(key);
            // What is packed is never added to.
            if (!tails.containsKey(file) && !file.toString().endsWith(".gz") && known.add(key)) {
                tails.put(file, new Tail(file, source.name(), key));
            }
        }
        known.retainAll(there); // the system gives the key of a removed file to the next one
        boolean found = false;
        for (Tail tail : tails.values()) {
            found |= tail.read(skip && first);
        }
        first = false;
        return found;
    }

    /** What a file is, whatever its name; null if it is not there. */
    private static @Nullable Object key(Path file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            Object key = attributes.fileKey();
            return key == null ? file : key;
        } catch (IOException e) {
            return null;
        }
    }

    /** One file that is followed. */
    private final class Tail {
        private final Path file;
        private final String name;
        private Object key;
        private @Nullable SeekableByteChannel channel;
        private byte[] bytes = new byte[BlockPool.SIZE];
        private int fill;
        private boolean begins = true;
        private boolean skipping;

        Tail(Path file, String name, Object key) {
            this.file = file;
            this.name = name;
            this.key = key;
        }

        boolean read(boolean skip) throws IOException {
            boolean found = false;
            if (channel == null) {
                open(skip);
            }
            if (channel != null) {
                if (channel.size() < channel.position()) {
                    channel.position(0); // emptied, as copytruncate does
                    fill = 0;
                    begins = true;
                }
                found = drain(channel);
                Object now = key(file);
                if (now != null && !now.equals(key)) {
                    found |= drain(channel); // what came between the two
                    take(fill); // a last line without its end
                    channel.close();
                    channel = null;
                    key = now;
                    known.add(now);
                    begins = true;
                    found |= read(false);
                }
            }
            return found;
        }

        private void open(boolean skip) {
            try {
                SeekableByteChannel opened = Files.newByteChannel(file);
                if (skip) {
                    opened.position(lastLine(opened));
                }
                channel = opened;
            } catch (IOException e) {
                channel = null; // between two rotations; the next look tells
            }
        }

        /** Where the line begins that is being written. */
        private long lastLine(SeekableByteChannel opened) throws IOException {
            long size = opened.size();
            long from = Math.max(0, size - bytes.length);
            ByteBuffer end = ByteBuffer.wrap(bytes);
            opened.position(from);
            while (end.hasRemaining() && opened.read(end) > 0) {
                continue;
            }
            int last = end.position();
            while (last > 0 && bytes[last - 1] != '\n') {
                last--;
            }
            return from + last;
        }

        private boolean drain(SeekableByteChannel from) throws IOException {
            boolean found = false;
            while (true) {
                if (fill == bytes.length) {
                    if (fill >= LONGEST_LINE) {
                        skipping = true;
                        fill = 0;
                    } else {
                        bytes = Arrays.copyOf(bytes, Math.min(LONGEST_LINE, 2 * bytes.length));
                    }
                }
                int n = from.read(ByteBuffer.wrap(bytes, fill, bytes.length - fill));
                if (n <= 0) {
                    return found;
                }
                found = true;
                fill += n;
                int end = fill;
                while (end > fill - n && bytes[end - 1] != '\n') {
                    end--;
                }
                if (end > fill - n) {
                    take(end);
                }
            }
        }

        private void take(int end) {
            int start = 0;
            int dropped = 0;
            if (skipping) {
                start = Math.min(end, Bytes.indexOf((byte) '\n', bytes, 0, end) + 1);
                skipping = false;
                dropped = 1;
            }
            byte[] lines = Arrays.copyOfRange(bytes, start, end);
            System.arraycopy(bytes, end, bytes, 0, fill - end);
            fill -= end;
            if (lines.length == 0 && dropped == 0) {
                return;
            }
            Block block = new Block(name, lines, lines.length, begins, dropped, () -> {});
            begins = false;
            selection.take(block, scanner.scan(lines, lines.length));
        }
    }

    /** The names of what is followed. */
    public List<String> names() {
        return new ArrayList<>(tails.values().stream().map(tail -> tail.name).toList());
    }
}
