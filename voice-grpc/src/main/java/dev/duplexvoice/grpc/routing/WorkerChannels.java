package dev.duplexvoice.grpc.routing;

import dev.duplexvoice.grpc.TlsFiles;
import dev.duplexvoice.grpc.internal.ClientTls;
import dev.duplexvoice.grpc.registry.WorkerAddress;
import dev.duplexvoice.grpc.registry.WorkerInfo;
import dev.duplexvoice.grpc.registry.WorkerRegistry;
import io.grpc.Channel;
import io.grpc.ChannelCredentials;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A connection to each worker of a registry for questions about its health, which need no token: {@link GrpcWorkerHealth} and {@link
 * DependencyCheck} take {@code channels::of}. Made when it is first asked for, closed when the registry drops the worker. Thread-safe.
 */
public final class WorkerChannels implements AutoCloseable {
    private final ChannelCredentials credentials;
    private final @Nullable String authority;
    private final Map<WorkerAddress, ManagedChannel> channels = new HashMap<>();
    private final WorkerRegistry.Listening listening;
    private boolean closed;

    /**
     * Connects to nobody yet.
     *
     * @param registry must be closed after this
     * @param tls as speech has it; null for none
     * @throws IllegalArgumentException if a file cannot be used
     */
    public WorkerChannels(WorkerRegistry registry, @Nullable TlsFiles tls) {
        this(registry, tls, null);
    }

    /**
     * Connects to nobody yet.
     *
     * @param registry must be closed after this
     * @param tls as speech has it; null for none
     * @param authority the name that the workers' certificates must be of; null for that of each one's address
     * @throws IllegalArgumentException if a file cannot be used
     */
    public WorkerChannels(WorkerRegistry registry, @Nullable TlsFiles tls, @Nullable String authority) {
        this.authority = authority;
        credentials = ClientTls.credentials(tls);
        listening = registry.onChange(this::keep);
    }

    /**
     * The channel to a worker, which stays this object's to close.
     *
     * @throws IllegalStateException if this is closed
     */
    public Channel of(WorkerInfo worker) {
        synchronized (channels) {
            if (closed) {
                throw new IllegalStateException("the channels to workers are closed");
            }
            ManagedChannel channel = channels.computeIfAbsent(worker.address(), this::connect);
            if (channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
                // By itself it would wait up to two minutes, though the worker may be back.
                channel.resetConnectBackoff();
            }
            return channel;
        }
    }

    private ManagedChannel connect(WorkerAddress address) {
        NettyChannelBuilder connecting = NettyChannelBuilder.forTarget(address.authority(), credentials)
                // A connection that stands, and through which nothing comes, is made anew. A worker that answers gets
                // no
                // ping.
                .keepAliveTime(10, TimeUnit.SECONDS)
                .keepAliveTimeout(2, TimeUnit.SECONDS)
                .directExecutor();
        if (authority != null) {
            connecting.overrideAuthority(authority);
        }
        return connecting.build();
    }

    private void keep(List<WorkerInfo> workers) {
        Set<WorkerAddress> known = workers.stream().map(WorkerInfo::address).collect(Collectors.toSet());
        List<ManagedChannel> gone = new ArrayList<>();
        synchronized (channels) {
            channels.entrySet().removeIf(entry -> {
                boolean isGone = !known.contains(entry.getKey());
                if (isGone) {
                    gone.add(entry.getValue());
                }
                return isGone;
            });
        }
        gone.forEach(ManagedChannel::shutdown);
    }

    /** Connections to workers. */
    int size() {
        synchronized (channels) {
            return channels.size();
        }
    }

    /** Ends all connections at once; questions that are open fail. Idempotent. */
    @Override
    public void close() {
        listening.close();
        List<ManagedChannel> all;
        synchronized (channels) {
            closed = true;
            all = List.copyOf(channels.values());
            channels.clear();
        }
        all.forEach(ManagedChannel::shutdownNow);
    }
}
