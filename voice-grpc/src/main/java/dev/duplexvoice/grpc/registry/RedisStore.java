package dev.duplexvoice.grpc.registry;

import dev.duplexvoice.VoiceException;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.resource.ClientResources;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to Redis for all that needs it: {@link RedisWorkerRegistry}, {@link RedisRegistration}, {@link RedisAffinities}. It is
 * made in the background and made again for as long as this is open, so that a Redis that is not there stops nobody: what is asked of
 * it meanwhile fails, within the bounds of {@link RedisOptions}. Thread-safe.
 *
 * <p>It has five threads: one of its own, on which all of this package's Redis work is done, and four of Lettuce's.
 */
public final class RedisStore implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RedisStore.class);
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);
    /** A connection whose commands time out for this many times the command timeout is given up: its other end may be gone. */
    private static final int SILENT_TIMEOUTS = 3;

    private static final int MOST_COMMANDS = 16_384;
    private static final long CLOSE_MILLIS = 2_000;

    private final RedisOptions options;
    private final ClientResources resources;
    private final RedisClient client;
    private final RedisURI uri;
    private final ScheduledThreadPoolExecutor timer;
    private final List<Runnable> onConnect = new CopyOnWriteArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicLong lastAnswer = new AtomicLong();
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile @Nullable StatefulRedisConnection<String, String> connection;
    private volatile String trouble = "the connection is being made";
    // On the timer's thread:
    private Duration pause = SHORTEST_PAUSE;
    private boolean told;

    private RedisStore(RedisOptions options) {
        this.options = options;
        timer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "voice-redis");
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
        resources = ClientResources.builder()
                .ioThreadPoolSize(2)
                .computationThreadPoolSize(2)
                .build();
        uri = uri(options);
        client = RedisClient.create(resources);
        client.setOptions(clientOptions(options));
        client.addListener(new RedisConnectionStateListener() {
            @Override
            public void onRedisDisconnected(RedisChannelHandler<?, ?> handler) {
                later(Duration.ZERO, () -> lost(handler));
            }
        });
    }

    /** Begins to connect, and returns at once. */
    public static RedisStore connect(RedisOptions options) {
        return connect(options, client -> {});
    }

    /**
     * The same, with something that watches commands and connections.
     *
     * @param instrument given Lettuce's client before it connects, to add listeners to
     */
    public static RedisStore connect(RedisOptions options, Consumer<RedisClient> instrument) {
        RedisStore store = new RedisStore(options);
        try {
            instrument.accept(store.client);
        } catch (RuntimeException | Error e) {
            store.close();
            throw e;
        }
        store.later(Duration.ZERO, store::open);
        return store;
    }

    private static RedisURI uri(RedisOptions options) {
        RedisURI.Builder builder = RedisURI.builder()
                .withHost(options.address().host())
                .withPort(options.address().port())
                .withDatabase(options.database())
                .withSsl(options.tls())
                .withVerifyPeer(SslVerifyMode.FULL)
                .withTimeout(options.connectTimeout());
        char[] password = options.password();
        String user = options.user();
        if (password != null && user != null) {
            builder.withAuthentication(user, password);
        } else if (password != null) {
            builder.withPassword(password);
        }
        return builder.build();
    }

    private static ClientOptions clientOptions(RedisOptions options) {
        ClientOptions.Builder builder = ClientOptions.builder()
                // Lettuce would wait up to 30 s between two attempts, and never give up a connection that is silent.
                .autoReconnect(false)
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .requestQueueSize(MOST_COMMANDS)
                .timeoutOptions(TimeoutOptions.enabled(options.commandTimeout()))
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(options.connectTimeout())
                        .keepAlive(true)
                        .build());
        Path trusted = options.trustedCertificates();
        if (trusted != null) {
            builder.sslOptions(SslOptions.builder()
                    .jdkSslProvider()
                    .trustManager(trusted.toFile())
                    .build());
        }
        return builder.build();
    }

    private void open() {
        CompletionStage<StatefulRedisConnection<String, String>> attempt;
        try {
            attempt = client.connectAsync(StringCodec.UTF8, uri);
        } catch (RuntimeException e) {
            failed(e);
            return;
        }
        attempt.whenComplete((made, failure) -> {
            boolean taken = later(Duration.ZERO, () -> {
                if (failure == null) {
                    opened(made);
                } else {
                    failed(failure);
                }
            });
            if (!taken && made != null) {
                made.closeAsync();
            }
        });
    }

    private void opened(StatefulRedisConnection<String, String> made) {
        if (!made.isOpen()) {
            made.closeAsync();
            failed(new IllegalStateException("the connection was closed at once"));
            return;
        }
        connection = made;
        lastAnswer.set(System.nanoTime());
        pause = SHORTEST_PAUSE;
        if (told || connections.get() > 0) {
            told = false;
            LOG.atInfo().addKeyValue("redis", options).log("connected to Redis again");
        }
        connections.incrementAndGet();
        onConnect.forEach(Runnable::run);
    }

    private void failed(Throwable failure) {
        trouble = reason(failure);
        if (!told) {
            told = true;
            LOG.atWarn()
                    .addKeyValue("redis", options)
                    .addKeyValue("reason", trouble)
                    .log("no connection to Redis; trying again until there is one");
        }
        later(pause, this::open);
        pause = min(pause.multipliedBy(2), LONGEST_PAUSE);
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    private void lost(Object handler) {
        StatefulRedisConnection<String, String> held = connection;
        if (held != null && held == handler) {
            connection = null;
            held.closeAsync();
            failed(new IllegalStateException("the connection was lost"));
        }
    }

    /**
     * Asks Redis. The stage completes on the store's thread, and if the commands time out or there is no connection, exceptionally; the
     * failure's message names no credentials.
     */
    <T> CompletableFuture<T> call(Function<RedisAsyncCommands<String, String>, ? extends CompletionStage<T>> command) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        StatefulRedisConnection<String, String> held = connection;
        if (held == null || closed.get()) {
            answer.completeExceptionally(unavailable(closed.get() ? "it is closed" : trouble, null));
            return answer;
        }
        CompletionStage<T> asked;
        try {
            asked = command.apply(held.async());
        } catch (RuntimeException e) {
            answer.completeExceptionally(unavailable(reason(e), e));
            return answer;
        }
        asked.whenComplete((value, failure) -> {
            Runnable end = () -> {
                if (failure == null) {
                    lastAnswer.set(System.nanoTime());
                    answer.complete(value);
                } else {
                    checkSilence(held, failure);
                    answer.completeExceptionally(unavailable(reason(failure), failure));
                }
            };
            if (!later(Duration.ZERO, end)) {
                end.run();
            }
        });
        return answer;
    }

    private void checkSilence(StatefulRedisConnection<String, String> held, Throwable failure) {
        long silent = System.nanoTime() - lastAnswer.get();
        if (held == connection
                && failure instanceof RedisCommandTimeoutException
                && silent
                        > options.commandTimeout().multipliedBy(SILENT_TIMEOUTS).toNanos()) {
            connection = null;
            held.closeAsync();
            failed(new IllegalStateException("Redis did not answer for " + TimeUnit.NANOSECONDS.toMillis(silent)
                    + " ms, though the connection stood"));
        }
    }

    private VoiceException unavailable(String reason, @Nullable Throwable cause) {
        return new VoiceException(
                VoiceException.Code.UNAVAILABLE,
                "redis=" + options + ": " + reason + "; check that it runs there and takes this login",
                cause);
    }

    /** The innermost message: outer ones only say that it failed. */
    private static String reason(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        String message = cause.getMessage();
        return Printable.of(message == null ? cause.getClass().getSimpleName() : message);
    }

    /** Runs a task on the store's thread; false if the store is closed. */
    boolean later(Duration delay, Runnable task) {
        try {
            timer.schedule(() -> guarded(task), delay.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("a defect: a task of the Redis connection threw");
        }
    }

    /** Runs a task on the store's thread each time that there is a new connection; at once if there is one. */
    void onConnect(Runnable task) {
        later(Duration.ZERO, () -> {
            onConnect.add(task);
            if (connection != null) {
                task.run();
            }
        });
    }

    void removeOnConnect(Runnable task) {
        onConnect.remove(task);
    }

    /** How often it was connected. What Redis held may be gone each time that this grows. */
    int connections() {
        return connections.get();
    }

    Duration commandTimeout() {
        return options.commandTimeout();
    }

    /**
     * Sends a PING.
     *
     * @return completes when it is answered; exceptionally with a VoiceException, UNAVAILABLE, if it is not within the command timeout,
     *     or at once if there is no connection
     */
    public CompletionStage<Void> ping() {
        return call(RedisAsyncCommands::ping).thenApply(pong -> (Void) null).minimalCompletionStage();
    }

    /** Where it is, without a login. */
    @Override
    public String toString() {
        return options.toString();
    }

    /** Closes the connection. What is under way fails. Waits a few seconds at most. Idempotent. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        timer.shutdownNow();
        connection = null;
        boolean interrupted = await(client.shutdownAsync(0, CLOSE_MILLIS, TimeUnit.MILLISECONDS));
        CompletableFuture<Boolean> freed = new CompletableFuture<>();
        resources.shutdown(0, CLOSE_MILLIS, TimeUnit.MILLISECONDS).addListener(done -> freed.complete(true));
        if (await(freed) || interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for a bounded time; true if interrupted. */
    private static boolean await(CompletableFuture<?> end) {
        try {
            end.get(2 * CLOSE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            return true;
        } catch (ExecutionException | TimeoutException e) {
            LOG.atWarn().setCause(e).log("the connection to Redis did not close in time");
        }
        return false;
    }
}
