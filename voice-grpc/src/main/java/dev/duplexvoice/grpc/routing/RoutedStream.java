package dev.duplexvoice.grpc.routing;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.telemetry.ServiceEvent;
import dev.duplexvoice.telemetry.TraceContext;
import dev.duplexvoice.tts.SynthesisRequest;
import dev.duplexvoice.tts.SynthesisStream;
import dev.duplexvoice.tts.WordTiming;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One text, spoken by one worker after the other as they are lost. Until the first one has begun the counts belong to the thread that
 * chooses it, from then on to the reading one.
 */
final class RoutedStream implements SynthesisStream {
    private static final Logger LOG = LoggerFactory.getLogger(RoutedStream.class);
    private static final int READS_PER_SECOND = 50;
    /** Whoever is busy may answer a health check late; who also gives no audio for so long is lost. */
    private static final long SILENT_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private static final long LOOK_MILLIS = 250;

    /** What one worker does for this text. */
    private static final class Leg {
        final Route route;
        final SynthesisStream stream;
        final long begun;
        long read;
        /** Why it is given up, though it has not failed. */
        @Nullable
        VoiceException lost;

        Leg(Route route, SynthesisStream stream, long begun) {
            this.route = route;
            this.stream = stream;
            this.begun = begun;
        }

        void close() {
            stream.close();
            route.close();
        }
    }

    private final RoutedVoice.Shared shared;
    private final RouteRequest base;
    private final boolean affine;
    private final BooleanSupplier sessionEnded;
    private final SynthesisRequest request;
    private final Runnable readable;
    private final SpokenSoFar spoken;
    private final short[] chunk;
    /** What the text belongs to; workers are called on other threads. */
    private final TraceContext trace = TraceContext.current();

    /** Workers that were lost, and not asked again. */
    private final Set<String> excluded = new HashSet<>();
    /** Those of them that did not answer in time: asking them again takes as long again. */
    private final Set<String> silent = new HashSet<>();

    private final Object lock = new Object();
    private @Nullable Leg leg;
    private @Nullable ScheduledFuture<?> looking;
    private @Nullable RuntimeException failure;
    private int failovers;
    private boolean secondChance;
    private boolean waiting;
    private long waitingSince;
    private boolean finished;
    private boolean cancelled;
    private boolean closed;

    /**
     * @param affine whether the session has other texts; if not, this one is looked for nowhere
     * @param sessionEnded whether the session has ended, so that this text must leave nothing of it behind
     */
    RoutedStream(
            RoutedVoice.Shared shared,
            RouteRequest base,
            boolean affine,
            BooleanSupplier sessionEnded,
            SynthesisRequest request,
            Runnable readable) {
        this.shared = shared;
        this.base = base;
        this.affine = affine;
        this.sessionEnded = sessionEnded;
        this.request = request;
        this.readable = readable;
        spoken = new SpokenSoFar(request.text(), shared.sampleRate());
        chunk = new short[shared.sampleRate() / READS_PER_SECOND];
    }

    /** Chooses a worker and begins. */
    void begin() {
        CompletionStage<Route> chosen;
        if (affine) {
            chosen = shared.router().findAndRoute(base);
        } else {
            try {
                chosen = CompletableFuture.completedStage(shared.router().route(base, false, false));
            } catch (RuntimeException e) {
                chosen = CompletableFuture.failedStage(e);
            }
        }
        chosen.whenComplete((route, thrown) -> {
            if (route == null) {
                failed(cause(thrown));
            } else {
                startFirst(route);
            }
        });
    }

    private static RuntimeException cause(@Nullable Throwable thrown) {
        Throwable cause = thrown instanceof CompletionException ? thrown.getCause() : thrown;
        return cause instanceof RuntimeException known
                ? known
                : new VoiceException(VoiceException.Code.INTERNAL, "no worker could be chosen: " + cause, cause);
    }

    private void startFirst(Route route) {
        boolean unwanted;
        synchronized (lock) {
            unwanted = cancelled;
        }
        if (unwanted) {
            route.close();
            over();
            return;
        }
        RuntimeException thrown = start(route);
        if (thrown != null) {
            excluded.add(route.worker().name());
            startAnother(thrown, code(thrown));
        }
        wake();
    }

    private void failed(RuntimeException thrown) {
        synchronized (lock) {
            if (failure == null) {
                failure = thrown;
            }
        }
        over();
        wake();
    }

    private void wake() {
        boolean wake;
        synchronized (lock) {
            wake = waiting;
            waiting = false;
        }
        if (wake) {
            readable.run();
        }
    }

    /** Has the worker speak the rest; what it throws is returned, and the place given back. */
    private @Nullable RuntimeException start(Route route) {
        SynthesisStream stream;
        long begun = shared.router().now();
        TraceContext.Scope scope = trace.enter();
        try {
            stream = shared.voices()
                    .start(
                            route.worker(),
                            new SynthesisRequest(spoken.rest(), request.rate(), request.pitch()),
                            readable);
        } catch (RuntimeException e) {
            if (!(e instanceof IllegalStateException)) {
                // Else its voice was closed meanwhile.
                route.failed();
            }
            route.close();
            LOG.atWarn()
                    .addKeyValue("session_id", base.sessionId())
                    .addKeyValue("worker", route.worker().name())
                    .addKeyValue("addr", route.worker().address())
                    .addKeyValue("reason", e.toString())
                    .log("A worker could not be called");
            return e;
        } finally {
            scope.close();
        }
        Leg begunLeg = new Leg(route, stream, begun);
        synchronized (lock) {
            if (!cancelled) {
                leg = begunLeg;
                return null;
            }
        }
        begunLeg.close();
        return null;
    }

    @Override
    public int read(short[] buffer, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, buffer.length);
        if (length == 0) {
            throw new IllegalArgumentException("length=0: must be at least 1");
        }
        while (true) {
            Leg from;
            VoiceException lost;
            synchronized (lock) {
                if (closed) {
                    throw new IllegalStateException("the synthesis stream is closed");
                }
                if (cancelled) {
                    return END;
                }
                unwatch();
                waiting = false;
                int samples = spoken.take(buffer, offset, length);
                if (samples > 0) {
                    waitingSince = 0;
                    return samples;
                }
                if (failure != null) {
                    throw failure;
                }
                if (finished) {
                    return END;
                }
                from = leg;
                if (from == null) {
                    waiting = true;
                    return 0;
                }
                lost = from.lost;
            }
            if (lost != null) {
                lost(from, lost);
            } else if (!readFrom(from)) {
                return 0;
            }
        }
    }

    /** Whether the read is worth going on with; else the worker has nothing yet. */
    private boolean readFrom(Leg from) {
        int samples;
        try {
            samples = from.stream.read(chunk, 0, chunk.length);
            spoken.words(from.stream.words(), from.read);
        } catch (RuntimeException e) {
            lost(from, e);
            return true;
        }
        if (samples == 0) {
            synchronized (lock) {
                if (leg == from && !cancelled) {
                    waiting = true;
                    watch(from);
                }
            }
            return false;
        }
        if (samples == END) {
            synchronized (lock) {
                if (cancelled || leg != from) {
                    return true;
                }
                leg = null;
                finished = true;
            }
            spoken.end();
            from.route.succeeded();
            from.close();
            over();
            return true;
        }
        if (from.read == 0) {
            from.route.firstAudio(Duration.ofNanos(shared.router().now() - from.begun));
        }
        from.read += samples;
        spoken.audio(chunk, samples);
        return true;
    }

    /** A worker from which nothing comes is given up when health checks do not reach it either, though its deadline is not over. */
    private void watch(Leg watched) {
        long now = System.nanoTime();
        if (waitingSince == 0) {
            waitingSince = now;
        }
        long wait = Math.max(LOOK_MILLIS, TimeUnit.NANOSECONDS.toMillis(waitingSince + SILENT_NANOS - now));
        try {
            looking = shared.timers().schedule(() -> look(watched), wait, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // The voice is closed; the worker's deadline still holds.
            LOG.atTrace().setCause(e).log("not watched any more");
        }
    }

    private void unwatch() {
        if (looking != null) {
            looking.cancel(false);
            looking = null;
        }
    }

    private void look(Leg watched) {
        synchronized (lock) {
            if (leg != watched || !waiting || cancelled) {
                return;
            }
            if (!watched.route.isUnreachable()) {
                watch(watched);
                return;
            }
            watched.lost = new VoiceException(
                    VoiceException.Code.SYNTHESIS,
                    "worker " + watched.route.worker().name()
                            + " gives no audio and answers no health checks. See whether it runs",
                    Status.DEADLINE_EXCEEDED.asRuntimeException());
        }
        wake();
    }

    /** The next worker speaks the rest, if there is one. */
    private void lost(Leg from, RuntimeException thrown) {
        synchronized (lock) {
            if (cancelled || leg != from) {
                return;
            }
            leg = null;
        }
        Status.Code code = code(thrown);
        if (isWorkersFault(code)) {
            from.route.failed();
        }
        from.close();
        if (!spoken.lost()) {
            // Nothing but the silence after the last word is missing.
            synchronized (lock) {
                finished = true;
            }
            over();
            return;
        }
        String worker = from.route.worker().name();
        excluded.add(worker);
        if (code == Status.Code.DEADLINE_EXCEEDED) {
            silent.add(worker);
        }
        LOG.atWarn()
                .addKeyValue("session_id", base.sessionId())
                .addKeyValue("worker", worker)
                .addKeyValue("status", code)
                .addKeyValue("text_from", spoken.restBegin())
                .addKeyValue("reason", thrown.getMessage())
                .log("A worker was lost; another one is asked for the rest");
        startAnother(thrown, code);
    }

    private void startAnother(RuntimeException thrown, Status.Code code) {
        RuntimeException last = thrown;
        while (true) {
            Route route;
            try {
                if (code == Status.Code.INVALID_ARGUMENT) {
                    throw giveUp("the worker refused the text", last);
                }
                if (failovers >= shared.maxFailovers()) {
                    throw giveUp(
                            "the text was given up after " + (failovers + 1) + " workers (maxFailovers="
                                    + shared.maxFailovers() + ")",
                            last);
                }
                route = next(last);
            } catch (VoiceException e) {
                failed(e);
                return;
            }
            failovers++;
            RuntimeException refused = start(route);
            if (refused == null) {
                shared.tell(new ServiceEvent.FellBack(System.nanoTime(), "tts", code.name()));
                return;
            }
            excluded.add(route.worker().name());
            last = refused;
        }
    }

    private Route next(RuntimeException last) {
        try {
            return shared.router().route(base.withExcluded(excluded), affine, false);
        } catch (NoWorkerException e) {
            if (secondChance || excluded.size() == silent.size()) {
                throw giveUp(String.valueOf(e.getMessage()), last);
            }
        }
        // A connection that broke may be the only way to the only worker there is, and have broken for all who spoke.
        secondChance = true;
        excluded.retainAll(silent);
        try {
            return shared.router().route(base.withExcluded(excluded), affine, true);
        } catch (NoWorkerException e) {
            throw giveUp(String.valueOf(e.getMessage()), last);
        }
    }

    private VoiceException giveUp(String why, RuntimeException last) {
        return new VoiceException(
                VoiceException.Code.SYNTHESIS,
                "character " + spoken.restBegin() + " and what follows is not spoken, " + why + ". The last failure: "
                        + last.getMessage(),
                last);
    }

    private static Status.Code code(RuntimeException thrown) {
        return thrown.getCause() instanceof StatusRuntimeException status
                ? status.getStatus().getCode()
                : Status.Code.UNKNOWN;
    }

    /** Whether it says something of the worker, and not of the text, of the request, or of how many there are. */
    private static boolean isWorkersFault(Status.Code code) {
        return switch (code) {
            case RESOURCE_EXHAUSTED, NOT_FOUND, INVALID_ARGUMENT, UNAUTHENTICATED, PERMISSION_DENIED, CANCELLED ->
                false;
            default -> true;
        };
    }

    /** A worker that was chosen after the session had ended is not to be remembered for it. */
    private void over() {
        if (affine && sessionEnded.getAsBoolean()) {
            shared.router().forget(base.sessionId());
        }
    }

    @Override
    public List<WordTiming> words() {
        return spoken.words();
    }

    @Override
    public void cancel() {
        Leg running;
        boolean wake;
        synchronized (lock) {
            if (cancelled) {
                return;
            }
            cancelled = true;
            unwatch();
            running = leg;
            leg = null;
            wake = waiting;
            waiting = false;
        }
        if (running != null) {
            running.close();
        }
        over();
        if (wake) {
            readable.run();
        }
    }

    @Override
    public void close() {
        cancel();
        synchronized (lock) {
            closed = true;
        }
    }
}
