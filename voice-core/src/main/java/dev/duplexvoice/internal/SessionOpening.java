package dev.duplexvoice.internal;

import dev.duplexvoice.CloseReason;
import dev.duplexvoice.DuplexSession;
import dev.duplexvoice.VoiceException;
import dev.duplexvoice.vad.VoiceActivityDetector;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A session on its way to its loop, and the opener who waits for it. Whichever comes first counts: the session is
 * started, or it cannot be, or the opener gave up; in each case what is not used is freed.
 */
final class SessionOpening implements LoopTask {
    private static final int LONGEST_WAIT_SECONDS = 5;

    private final SessionHandle handle;
    private final @Nullable VoiceActivityDetector detector;
    private final Admission.Place place;
    private final CompletableFuture<SessionHandle> opened = new CompletableFuture<>();
    private final AtomicBoolean released = new AtomicBoolean();

    SessionOpening(SessionHandle handle, @Nullable VoiceActivityDetector detector, Admission.Place place) {
        this.handle = handle;
        this.detector = detector;
        this.place = place;
    }

    @Override
    public void run() {
        if (opened.isDone()) {
            discard();
            return;
        }
        SessionCore core = handle.core();
        try {
            handle.start(detector, this::release);
        } catch (RuntimeException | Error e) {
            discard();
            opened.completeExceptionally(e);
            return;
        }
        if (!opened.complete(handle)) {
            core.post(now -> core.inputs.close(CloseReason.CLOSED, now));
        }
    }

    @Override
    public void abandoned() {
        discard();
        opened.completeExceptionally(Admission.closedException());
    }

    private void discard() {
        AudioLoop.guarded(handle.core()::discard);
        release();
    }

    private void release() {
        if (released.compareAndSet(false, true)) {
            place.release();
        }
    }

    /** The session once it is started. */
    DuplexSession await() {
        try {
            return opened.get(LONGEST_WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            VoiceException interrupted =
                    new VoiceException(VoiceException.Code.INTERNAL, "interrupted while opening a session", e);
            Thread.currentThread().interrupt();
            return openedOr(interrupted);
        } catch (TimeoutException e) {
            return openedOr(new VoiceException(
                    VoiceException.Code.OVERLOADED,
                    "the audio loop did not answer within " + LONGEST_WAIT_SECONDS + " s: it is overloaded",
                    e));
        } catch (ExecutionException e) {
            throw cause(e);
        }
    }

    /** The opener gives up, unless the session was opened at this very moment. */
    private DuplexSession openedOr(VoiceException gaveUp) {
        if (opened.completeExceptionally(gaveUp)) {
            throw gaveUp;
        }
        return opened.join();
    }

    private static RuntimeException cause(ExecutionException e) {
        Throwable cause = e.getCause();
        if (cause instanceof RuntimeException runtime) {
            return runtime;
        }
        return new VoiceException(VoiceException.Code.INTERNAL, "a session could not be opened: " + cause, cause);
    }
}
