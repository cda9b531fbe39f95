package dev.duplexvoice.examples.worker;

import dev.duplexvoice.grpc.SpeechWorker;
import dev.duplexvoice.grpc.registry.HeartbeatOptions;
import dev.duplexvoice.grpc.registry.RedisOptions;
import dev.duplexvoice.grpc.registry.RedisRegistration;
import dev.duplexvoice.grpc.registry.RedisStore;
import dev.duplexvoice.grpc.registry.WorkerAddress;
import dev.duplexvoice.grpc.registry.WorkerInfo;
import io.lettuce.core.RedisClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** In which Redis a worker registers, as whom and at which address: in none unless a file names one. */
final class RegistrationConfig {
    /** Keys of a file begin with this. */
    static final String PREFIX = "redis.";

    @Nullable
    String uri;

    @Nullable
    String user;

    @Nullable
    Path passwordFile;

    @Nullable
    String passwordEnv;

    @Nullable
    Path trusted;

    @Nullable
    String name;

    @Nullable
    String address;

    Duration heartbeat = HeartbeatOptions.DEFAULT.interval();
    Duration timeToLive = HeartbeatOptions.DEFAULT.timeToLive();
    /** A key of this has been given, and which. */
    @Nullable
    String given;

    /**
     * Looks at everything that can be looked at without Redis.
     *
     * @param host at which the worker will listen
     * @param port likewise; 0 if that is not known yet
     * @throws IllegalArgumentException if something cannot be used; the message names the key
     */
    void check(String host, int port) {
        if (uri == null) {
            if (given != null) {
                throw new IllegalArgumentException(
                        "redis.uri is missing: " + given + " needs it; write redis://host:6379, or rediss:// for TLS");
            }
            return;
        }
        options(uri);
        heartbeats();
        WorkerInfo.at(checkedName(port), address(host, port == 0 ? 1 : port));
    }

    /** Registers a worker that listens; null if there is no Redis to register in. */
    @Nullable
    Registration register(SpeechWorker worker, String host, Consumer<RedisClient> instrument) {
        String redis = uri;
        if (redis == null) {
            return null;
        }
        String as = checkedName(worker.port());
        WorkerAddress at = address(host, worker.port());
        HeartbeatOptions beats = heartbeats();
        RedisStore store = RedisStore.connect(options(redis), instrument);
        return new Registration(store, RedisRegistration.register(store, () -> worker.info(as, at), beats), as, at);
    }

    private RedisOptions options(String redis) {
        RedisOptions options = keyed("redis.uri", () -> RedisOptions.of(redis));
        char[] password = password();
        if (password != null) {
            options = options.withLogin(user, password);
        } else if (user != null) {
            throw new IllegalArgumentException(
                    "redis.user=" + user + ": needs a password; give redis.passwordFile or redis.passwordEnv");
        }
        Path authorities = trusted;
        if (authorities != null) {
            RedisOptions plain = options;
            options = keyed("redis.trusted", () -> plain.withTrustedCertificates(authorities));
        }
        return options;
    }

    private char @Nullable [] password() {
        Path file = passwordFile;
        String variable = passwordEnv;
        if (file != null && variable != null) {
            throw new IllegalArgumentException(
                    "redis.passwordFile=" + file + ", redis.passwordEnv=" + variable + ": give one of them");
        }
        if (file != null) {
            try {
                return Files.readString(file).strip().toCharArray();
            } catch (IOException e) {
                throw new IllegalArgumentException(
                        "redis.passwordFile=" + file + ": cannot be read; give a readable text file", e);
            }
        }
        if (variable == null) {
            return null;
        }
        String value = System.getenv(variable);
        if (value == null) {
            throw new IllegalArgumentException(
                    "redis.passwordEnv=" + variable + ": is not set; export it, or use redis.passwordFile");
        }
        return value.toCharArray();
    }

    private HeartbeatOptions heartbeats() {
        if (heartbeat.compareTo(timeToLive) >= 0) {
            throw new IllegalArgumentException("redis.heartbeat=" + heartbeat.toMillis()
                    + "ms: must be less than redis.timeToLive=" + timeToLive.toMillis() + "ms");
        }
        if (timeToLive.toSeconds() < 1 || timeToLive.toMillis() % 1_000 != 0 || timeToLive.toHours() > 1) {
            throw new IllegalArgumentException(
                    "redis.timeToLive=" + timeToLive.toMillis() + "ms: must be 1s to 1h, in whole seconds");
        }
        return keyed("redis.heartbeat", () -> new HeartbeatOptions(heartbeat, timeToLive));
    }

    private String checkedName(int port) {
        String chosen = name != null ? name : machine() + "-" + port;
        return keyed("redis.name", () -> WorkerInfo.at(chosen, new WorkerAddress("localhost", 1)))
                .name();
    }

    private static String machine() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "worker";
        }
    }

    private WorkerAddress address(String host, int port) {
        String told = address;
        if (told != null) {
            return keyed(
                    "redis.address",
                    () -> told.contains("://") ? WorkerAddress.parse(told) : new WorkerAddress(told, port));
        }
        try {
            return new WorkerAddress(host, port);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "redis.address is missing: host=" + host
                            + " is not the address of one machine; give the one that others call, with a port if it is"
                            + " another: grpc://tts-1.internal:7001",
                    e);
        }
    }

    private interface Making<T> {
        T make();
    }

    /** What the library refuses is told with the key of the file. */
    private static <T> T keyed(String key, Making<T> making) {
        try {
            return making.make();
        } catch (IllegalArgumentException e) {
            String message = String.valueOf(e.getMessage());
            throw new IllegalArgumentException(key + message.substring(Math.max(0, message.indexOf('='))), e);
        }
    }
}
