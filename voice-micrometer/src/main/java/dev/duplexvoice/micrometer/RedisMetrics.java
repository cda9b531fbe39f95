package dev.duplexvoice.micrometer;

import dev.duplexvoice.micrometer.internal.Meters;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.event.command.CommandFailedEvent;
import io.lettuce.core.event.command.CommandListener;
import io.lettuce.core.event.command.CommandStartedEvent;
import io.lettuce.core.event.command.CommandSucceededEvent;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;

/**
 * Connections, latencies and failures of Lettuce's commands, by Lettuce's own listeners. Needs Lettuce on the class path, and only then is
 * it to be loaded. Lettuce tells of no command that was cancelled, and its blocking calls cancel those that they wait for in vain; of
 * asynchronous ones, which voice-grpc uses, timeouts are told.
 *
 * <pre>{@code
 * RedisStore store = RedisStore.connect(options, metrics.redis()::instrument);
 * }</pre>
 */
public final class RedisMetrics {
    private static final String BEGUN = "dev.duplexvoice.begun";

    private final Meters meters;
    private final Set<Object> connected = ConcurrentHashMap.newKeySet();
    private final Commands commands = new Commands();
    private final Connections connections = new Connections();

    RedisMetrics(Meters meters) {
        this.meters = meters;
        meters.prepare(VoiceMetric.REDIS_CONNECTIONS_ACTIVE);
    }

    /** Hears of the commands of connections that this client makes from now on. */
    public void instrument(RedisClient client) {
        client.addListener(commands);
        client.addListener(connections);
    }

    private final class Commands implements CommandListener {
        @Override
        public void commandStarted(CommandStartedEvent event) {
            event.getContext().put(BEGUN, System.nanoTime());
        }

        @Override
        public void commandSucceeded(CommandSucceededEvent event) {
            took(event.getCommand().getType().toString(), event.getContext());
        }

        @Override
        public void commandFailed(CommandFailedEvent event) {
            String command = event.getCommand().getType().toString();
            took(command, event.getContext());
            meters.count(VoiceMetric.REDIS_COMMAND_ERRORS, 1, command, errorType(event.getCause()));
        }

        private void took(String command, Map<String, Object> context) {
            if (context.get(BEGUN) instanceof Long begun) {
                meters.record(VoiceMetric.REDIS_COMMAND_LATENCY_MS, (System.nanoTime() - begun) / 1e6, command);
            }
        }
    }

    private static String errorType(Throwable cause) {
        if (cause instanceof RedisCommandTimeoutException || cause instanceof TimeoutException) {
            return "timeout";
        }
        return cause instanceof RedisConnectionException || cause instanceof IOException
                ? "connection_error"
                : "command_error";
    }

    /** A connection that is told of twice counts once. */
    private final class Connections implements RedisConnectionStateListener {
        @Override
        public void onRedisConnected(RedisChannelHandler<?, ?> connection, SocketAddress address) {
            if (connected.add(connection)) {
                meters.move(VoiceMetric.REDIS_CONNECTIONS_ACTIVE, 1);
            }
        }

        @Override
        public void onRedisDisconnected(RedisChannelHandler<?, ?> connection) {
            if (connected.remove(connection)) {
                meters.move(VoiceMetric.REDIS_CONNECTIONS_ACTIVE, -1);
            }
        }
    }
}
