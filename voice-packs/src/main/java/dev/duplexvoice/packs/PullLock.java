package dev.duplexvoice.packs;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * That only one process, and one thread in it, pulls a model into a folder. The file stays; who deletes it could free a lock that
 * another holds.
 */
final class PullLock implements AutoCloseable {
    private static final Duration LOOK = Duration.ofMillis(200);

    /** Locks on files are the process's: a second thread would get one too, or free the first one's by closing its file. */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final FileChannel channel;

    private PullLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    static PullLock take(Path file, PullOptions options) throws IOException, InterruptedException {
        boolean told = false;
        while (true) {
            PullLock lock = attempt(file);
            if (lock != null) {
                return lock;
            }
            if (!told) {
                options.listener().waiting(file);
                told = true;
            }
            options.sleeper().sleep(LOOK);
        }
    }

    private static @Nullable PullLock attempt(Path file) throws IOException {
        if (!HELD.add(file)) {
            return null;
        }
        FileChannel channel = null;
        boolean held = false;
        try {
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            held = channel.tryLock() != null;
            return held ? new PullLock(file, channel) : null;
        } finally {
            if (!held) {
                if (channel != null) {
                    channel.close();
                }
                HELD.remove(file);
            }
        }
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            HELD.remove(file);
        }
    }
}
