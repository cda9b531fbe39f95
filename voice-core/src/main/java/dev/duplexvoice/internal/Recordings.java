package dev.duplexvoice.internal;

import dev.duplexvoice.time.EngineClock;
import dev.duplexvoice.time.VirtualClock;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The recordings of an engine. A thread, there as long as something is recorded, looks now and then for what there is to write and
 * gives it to the workers: so an audio loop only counts its blocks on, and a file that hangs holds up no other.
 */
public final class Recordings implements AutoCloseable {
    private static final long INTERVAL_NANOS = 50_000_000L;
    private static final long PATIENCE_SECONDS = 5;
    private static final Logger LOG = LoggerFactory.getLogger(Recordings.class);

    private final Workers workers;
    private final boolean inline;
    private final List<Recording> open = new CopyOnWriteArrayList<>();
    private volatile @Nullable Thread thread;

    /** No recordings yet. */
    public Recordings(EngineClock clock, Workers workers) {
        this.workers = workers;
        this.inline = clock instanceof VirtualClock;
    }

    /** Begins a recording in a new file. */
    Tape create(Path path, RecordingHeader header) {
        RecordingFile file = RecordingFile.create(path, header);
        Recording recording = new Recording(file, header.sessionId(), workers, inline, this::wake);
        if (!inline) {
            start(recording);
        }
        return new RecordingTape(recording);
    }

    private synchronized void start(Recording recording) {
        open.add(recording);
        if (thread == null) {
            Thread started = new Thread(this::run, "voice-recordings");
            started.setDaemon(true);
            thread = started;
            started.start();
        }
    }

    private void wake() {
        LockSupport.unpark(thread);
    }

    private void run() {
        while (goesOn()) {
            for (Recording recording : open) {
                if (!recording.write()) {
                    open.remove(recording);
                }
            }
            LockSupport.parkNanos(this, INTERVAL_NANOS);
        }
    }

    private synchronized boolean goesOn() {
        if (open.isEmpty()) {
            thread = null;
            return false;
        }
        return true;
    }

    /** Waits until all is written; the sessions have ended, the workers have not. */
    @Override
    public void close() {
        CompletableFuture<?>[] all = open.stream().map(Recording::written).toArray(CompletableFuture[]::new);
        try {
            CompletableFuture.allOf(all).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            LOG.atWarn()
                    .addKeyValue("files", open.stream().map(Recording::path).toList())
                    .log("Recordings are not written yet; they may end early");
        } catch (ExecutionException e) {
            throw new IllegalStateException("they never complete so", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
