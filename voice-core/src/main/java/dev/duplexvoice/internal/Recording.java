package dev.duplexvoice.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A session's recording on its way to its file: filled by the audio loop, written by one worker at a time. */
final class Recording {
    static final String TOO_SLOW = "more came than the file could take";

    private static final Logger LOG = LoggerFactory.getLogger(Recording.class);

    /** How it ends. */
    private enum End {
        COMPLETE,
        GIVEN_UP,
        DISCARDED
    }

    private final RecordingFile file;
    private final String sessionId;
    private final Workers workers;
    /** Written at once by who fills it, because time stands still meanwhile. */
    private final boolean inline;

    private final Runnable wakeWriters;
    private final BlockRing ring = new BlockRing();
    private final AtomicBoolean busy = new AtomicBoolean();
    private final CompletableFuture<Void> written = new CompletableFuture<>();
    private final Runnable work = this::work;
    private volatile @Nullable End end;
    private volatile @Nullable String failure;

    Recording(RecordingFile file, String sessionId, Workers workers, boolean inline, Runnable wakeWriters) {
        this.file = file;
        this.sessionId = sessionId;
        this.workers = workers;
        this.inline = inline;
        this.wakeWriters = wakeWriters;
    }

    BlockRing ring() {
        return ring;
    }

    Path path() {
        return file.path();
    }

    /** Why it could not be written; null if it could. */
    @Nullable
    String failure() {
        return failure;
    }

    // ------------------------------------------------------------------------------------------ the audio loop's

    /** There are blocks to write. */
    void handedOver() {
        if (inline) {
            work();
        }
    }

    /** All of the session is handed over. */
    void complete() {
        end(End.COMPLETE);
    }

    /** Something of the session could not be handed over: the file ends with what was before it. */
    void giveUp() {
        end(End.GIVEN_UP);
    }

    /** There is no session. */
    void discard() {
        end(End.DISCARDED);
    }

    private void end(End how) {
        end = how;
        if (inline) {
            work();
        } else {
            wakeWriters.run();
        }
    }

    // ------------------------------------------------------------------------------------------ the writers'

    /** Sees to it that what there is to write is being written; false if nothing will be any more. */
    boolean write() {
        if (written.isDone()) {
            return false;
        }
        if ((!ring.isEmpty() || end != null) && busy.compareAndSet(false, true)) {
            workers.host(work);
        }
        return true;
    }

    private void work() {
        End ending = end;
        try {
            if (written.isDone()) {
                return;
            }
            while (!ring.isEmpty()) {
                file.append(RecordingFile.DATA, ring.oldest(), ring.oldestLength());
                ring.release();
            }
            if (ending != null) {
                finish(ending);
            }
        } catch (IOException | RuntimeException | Error e) {
            String why = "it cannot be written: " + Replica.message(e);
            LOG.atWarn()
                    .addKeyValue("session_id", sessionId)
                    .addKeyValue("file", path())
                    .setCause(e)
                    .log("A recording ended early");
            failure = why;
            file.close();
            written.complete(null);
        } finally {
            busy.set(false);
        }
    }

    private void finish(End ending) throws IOException {
        if (ending == End.GIVEN_UP) {
            file.gaveUp(TOO_SLOW);
        }
        file.close();
        if (ending == End.DISCARDED) {
            file.delete();
        }
        written.complete(null);
    }

    /** As if the disk were gone. */
    void closeFile() {
        file.close();
    }

    /** Runs an action once the file is written, or cannot be; at once, or on a worker. Any thread. */
    void whenWritten(Runnable action) {
        if (written.isDone()) {
            action.run();
        } else {
            written.thenRun(() -> workers.host(action));
        }
    }

    /** Completes, never otherwise than so, when the file is written or cannot be. */
    CompletableFuture<Void> written() {
        return written;
    }
}
