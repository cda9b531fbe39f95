package dev.duplexvoice.grpc.internal;

import dev.duplexvoice.grpc.proto.tts.StartSessionRequest;
import dev.duplexvoice.grpc.proto.tts.StartSessionResponse;
import dev.duplexvoice.grpc.proto.tts.TTSServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The sessions that a remote voice has at its workers. Those that are free are kept for the next text, so that it needs no StartSession
 * first. Thread-safe; nothing waits.
 */
public final class RemoteSessions {
    /** Told of a session. */
    interface Taker {
        void session(RemoteSession session);

        void failed(Status status);
    }

    private final RemoteSettings settings;
    private final List<Channel> channels;
    private final Consumer<Runnable> whenConnected;
    private final String prefix = "r-" + UUID.randomUUID() + "-";
    private final AtomicLong started = new AtomicLong();
    private final Map<RemoteSession.VoiceKey, Deque<RemoteSession>> free = new HashMap<>();
    private int freeCount;
    private int starting;
    private boolean closed;
    private @Nullable Runnable onEnd;

    /**
     * None yet.
     *
     * @param whenConnected runs what it is given: at once, or if a connection has failed when that was tried again
     */
    public RemoteSessions(RemoteSettings settings, List<Channel> channels, Consumer<Runnable> whenConnected) {
        this.settings = settings;
        this.whenConnected = whenConnected;
        this.channels = List.copyOf(channels);
    }

    /** Gives a session; a free one over a connection that stands at once, on the calling thread. */
    void take(RemoteSession.VoiceKey key, Taker taker) {
        // Somebody waits: a worker that is back is not to be found minutes later.
        whenConnected.accept(() -> {
            RemoteSession ready = poll(key);
            if (ready != null) {
                taker.session(ready);
            } else {
                start(key, taker::session, taker::failed);
            }
        });
    }

    /** Starts a session that waits for the next text. */
    public void prepare(float rate, float pitch) {
        start(new RemoteSession.VoiceKey(rate, pitch), session -> give(session.waited()), status -> {
            // The next text starts its own, and tells.
        });
    }

    private @Nullable RemoteSession poll(RemoteSession.VoiceKey key) {
        synchronized (this) {
            Deque<RemoteSession> ready = free.get(key);
            // The one used last: the others run into the worker's idle timeout, and are not needed.
            RemoteSession session = ready == null ? null : ready.pollLast();
            if (session != null) {
                freeCount--;
            }
            return session;
        }
    }

    private void start(RemoteSession.VoiceKey key, Consumer<RemoteSession> then, Consumer<Status> otherwise) {
        synchronized (this) {
            starting++;
        }
        long number = started.incrementAndGet();
        Channel channel = channels.get((int) (number % channels.size()));
        RemoteSession session = new RemoteSession(prefix + number, channel, key, false);
        StartSessionRequest request = StartSessionRequest.newBuilder()
                .setSessionId(session.id())
                .setModelId(settings.model())
                .putOptions(SessionSettings.RATE, Float.toString(key.rate()))
                .putOptions(SessionSettings.PITCH, Float.toString(key.pitch()))
                .putOptions(SessionSettings.SAMPLE_RATE, Integer.toString(settings.sampleRate()))
                // What comes are clauses already.
                .putOptions(SessionSettings.SEGMENTATION, SessionSettings.NONE)
                .build();
        ClientCalls.asyncUnaryCall(
                channel.newCall(
                        TTSServiceGrpc.getStartSessionMethod(),
                        CallOptions.DEFAULT.withDeadlineAfter(
                                settings.sessionDeadline().toMillis(), TimeUnit.MILLISECONDS)),
                request,
                new StreamObserver<StartSessionResponse>() {
                    private boolean success;
                    private String message = "";

                    @Override
                    public void onNext(StartSessionResponse response) {
                        success = response.getSuccess();
                        message = response.getMessage();
                    }

                    @Override
                    public void onError(Throwable failure) {
                        otherwise.accept(Status.fromThrowable(failure));
                        startEnded();
                    }

                    @Override
                    public void onCompleted() {
                        if (success) {
                            then.accept(session);
                        } else {
                            otherwise.accept(
                                    Status.FAILED_PRECONDITION.withDescription("StartSession refused: " + message));
                        }
                        startEnded();
                    }
                });
    }

    /** Keeps a session that synthesises nothing, if there is room. */
    void give(RemoteSession session) {
        synchronized (this) {
            if (!closed && freeCount < settings.spareSessions()) {
                freeCount++;
                free.computeIfAbsent(session.key(), key -> new ArrayDeque<>()).addLast(session);
                return;
            }
        }
        session.end();
    }

    /** Ends a session that may still be at work; if it was the last one, another is started for the next text. */
    void discard(RemoteSession session) {
        session.end();
        boolean replace;
        synchronized (this) {
            Deque<RemoteSession> ready = free.get(session.key());
            replace = !closed && settings.spareSessions() > 0 && (ready == null || ready.isEmpty());
        }
        if (replace) {
            prepare(session.key().rate(), session.key().pitch());
        }
    }

    /** A worker did not know its session any more: it may have others that it does know, and they must not keep places there. */
    void forgetFree() {
        takeFree().forEach(RemoteSession::end);
    }

    private synchronized List<RemoteSession> takeFree() {
        List<RemoteSession> taken =
                free.values().stream().flatMap(Deque::stream).toList();
        free.clear();
        freeCount = 0;
        return taken;
    }

    /** Free sessions, for tests. */
    synchronized int free() {
        return freeCount;
    }

    private void startEnded() {
        Runnable then;
        synchronized (this) {
            starting--;
            then = starting == 0 ? onEnd : null;
            onEnd = starting == 0 ? null : onEnd;
        }
        if (then != null) {
            then.run();
        }
    }

    /**
     * Ends the free sessions, and others as they are given back.
     *
     * @param then run when no session is being started any more; the last ones are ended before
     */
    public void close(Runnable then) {
        List<RemoteSession> ending;
        boolean now;
        synchronized (this) {
            closed = true;
            ending = takeFree();
            now = starting == 0;
            onEnd = now ? null : then;
        }
        ending.forEach(RemoteSession::end);
        if (now) {
            then.run();
        }
    }
}
