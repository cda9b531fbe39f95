package dev.duplexvoice.grpc.registry;

import io.grpc.ChannelLogger;
import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.NameResolverRegistry;
import io.grpc.Status;
import io.grpc.StatusOr;
import io.grpc.SynchronizationContext;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One worker for each address that grpc-java's name resolution gives for a target: {@code dns:///tts.voices.svc.cluster.local:7001} of a
 * headless Kubernetes service, {@code dns:///gpu1:7001}, or whatever scheme a {@link io.grpc.NameResolverProvider} on the class path
 * knows. Each is named by its address and port. Addresses are asked for again from time to time; while that fails, those last known
 * stay.
 *
 * <p>Java itself remembers what names mean, for 30 s unless the security property {@code networkaddress.cache.ttl} says otherwise, and
 * grpc-java does not ask again before.
 */
public final class ResolvedWorkerRegistry implements WorkerRegistry {
    private static final Logger LOG = LoggerFactory.getLogger(ResolvedWorkerRegistry.class);
    private static final int DEFAULT_PORT = 7_001;

    private final String target;
    private final WorkerCapabilities capabilities;
    private final WorkerList list = new WorkerList();
    private final CountDownLatch resolved = new CountDownLatch(1);
    private final SynchronizationContext context;
    private final ScheduledThreadPoolExecutor thread;
    private final NameResolver resolver;
    private boolean failing;
    private volatile boolean closed;

    private ResolvedWorkerRegistry(String target, WorkerCapabilities capabilities, Duration refresh) {
        this.target = target;
        this.capabilities = capabilities;
        context = new SynchronizationContext((task, failure) ->
                LOG.atError().addKeyValue("target", target).setCause(failure).log("name resolution threw"));
        thread = new ScheduledThreadPoolExecutor(1, task -> {
            Thread daemon = new Thread(task, "voice-names");
            daemon.setDaemon(true);
            return daemon;
        });
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        try {
            resolver = resolver(target);
        } catch (RuntimeException e) {
            thread.shutdown();
            throw e;
        }
        context.execute(() -> resolver.start(new Listener()));
        thread.scheduleWithFixedDelay(this::refresh, refresh.toNanos(), refresh.toNanos(), TimeUnit.NANOSECONDS);
    }

    /**
     * Resolves a target every 30 s.
     *
     * @param target a URI; the port is 7001 if it has none
     * @param capabilities what each of these workers does; {@link WorkerCapabilities#ANY} if that is not known
     * @throws IllegalArgumentException if nothing resolves such targets
     */
    public static ResolvedWorkerRegistry of(String target, WorkerCapabilities capabilities) {
        return of(target, capabilities, Duration.ofSeconds(30));
    }

    /**
     * Resolves a target.
     *
     * @param target a URI; the port is 7001 if it has none
     * @param capabilities what each of these workers does
     * @param refresh between two resolutions, 10 ms to 1 h
     * @throws IllegalArgumentException if nothing resolves such targets
     */
    public static ResolvedWorkerRegistry of(String target, WorkerCapabilities capabilities, Duration refresh) {
        Durations.require("refresh", refresh, Duration.ofMillis(10), Duration.ofHours(1));
        return new ResolvedWorkerRegistry(target, capabilities, refresh);
    }

    private NameResolver resolver(String text) {
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(refusal(text, "it is no URI"), e);
        }
        NameResolver made = uri.getScheme() == null
                ? null
                : NameResolverRegistry.getDefaultRegistry().asFactory().newNameResolver(uri, arguments());
        if (made == null) {
            throw new IllegalArgumentException(refusal(text, "nothing here resolves its scheme"));
        }
        return made;
    }

    private static String refusal(String target, String why) {
        return "target=" + Printable.of(target) + ": " + why + "; write dns:///host:7001";
    }

    private NameResolver.Args arguments() {
        return NameResolver.Args.newBuilder()
                .setDefaultPort(DEFAULT_PORT)
                .setProxyDetector(address -> null)
                .setSynchronizationContext(context)
                .setScheduledExecutorService(thread)
                .setOffloadExecutor(thread)
                .setServiceConfigParser(new NoServiceConfig())
                .setChannelLogger(new Silence())
                .build();
    }

    /** Asks again now, for example when a worker cannot be reached. Never waits. */
    public void refresh() {
        if (!closed) {
            context.execute(resolver::refresh);
        }
    }

    /**
     * Waits until the target was resolved for the first time.
     *
     * @return false if it was not within the time
     */
    public boolean awaitFirstLook(Duration time) throws InterruptedException {
        return resolved.await(time.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void found(List<EquivalentAddressGroup> groups) {
        Map<String, WorkerInfo> workers = new TreeMap<>();
        for (EquivalentAddressGroup group : groups) {
            for (SocketAddress address : group.getAddresses()) {
                add(address, workers);
            }
        }
        if (failing) {
            failing = false;
            LOG.atInfo().addKeyValue("target", target).log("the name is resolved again");
        }
        list.set(workers.values());
        resolved.countDown();
    }

    private void add(SocketAddress address, Map<String, WorkerInfo> workers) {
        try {
            if (!(address instanceof InetSocketAddress internet)) {
                throw new IllegalArgumentException("address=" + address + ": not one of TCP");
            }
            String host = internet.getAddress() == null
                    ? internet.getHostString()
                    : internet.getAddress().getHostAddress();
            WorkerAddress where = new WorkerAddress(host, internet.getPort());
            WorkerInfo worker =
                    new WorkerInfo(where.authority(), where, capabilities, Set.of(), WorkerMetrics.UNKNOWN, null);
            workers.put(worker.name(), worker);
        } catch (IllegalArgumentException e) {
            LOG.atWarn()
                    .addKeyValue("target", target)
                    .addKeyValue("reason", e.getMessage())
                    .log("an address that the name resolves to is not used");
        }
    }

    private void failed(Status status) {
        if (!failing) {
            failing = true;
            LOG.atWarn()
                    .addKeyValue("target", target)
                    .addKeyValue("workers", list.get().size())
                    .addKeyValue("reason", status)
                    .log("the name cannot be resolved; the workers last known are kept");
        }
    }

    @Override
    public List<WorkerInfo> workers() {
        return list.get();
    }

    @Override
    public Listening onChange(Consumer<List<WorkerInfo>> listener) {
        return list.listen(listener);
    }

    @Override
    public String source() {
        return target;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            context.execute(resolver::shutdown);
            thread.shutdown();
        }
    }

    private final class Listener extends NameResolver.Listener2 {
        @Override
        public void onResult(NameResolver.ResolutionResult result) {
            context.execute(() -> onResult2(result));
        }

        @Override
        public Status onResult2(NameResolver.ResolutionResult result) {
            StatusOr<List<EquivalentAddressGroup>> addresses = result.getAddressesOrError();
            if (closed) {
                return Status.OK;
            }
            if (addresses.hasValue()) {
                found(addresses.getValue());
            } else {
                failed(addresses.getStatus());
            }
            return addresses.getStatus();
        }

        @Override
        public void onError(Status error) {
            context.execute(() -> failed(error));
        }
    }

    /** Service configs choose policies of channels; here only addresses count. */
    private static final class NoServiceConfig extends NameResolver.ServiceConfigParser {
        @Override
        public NameResolver.ConfigOrError parseServiceConfig(Map<String, ?> rawServiceConfig) {
            return NameResolver.ConfigOrError.fromConfig(Map.of());
        }
    }

    /** What a resolver tells a channel's log. */
    private static final class Silence extends ChannelLogger {
        @Override
        public void log(ChannelLogLevel level, String message) {
            LOG.trace(message);
        }

        @Override
        public void log(ChannelLogLevel level, String messageFormat, Object... args) {
            LOG.trace(messageFormat);
        }
    }
}
