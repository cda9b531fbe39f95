package dev.duplexvoice.server.internal.security;

import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.thread.Scheduler;

/** Ends connections of which an address has too many, and those that take too long with their headers. A part of a connector. */
public final class ConnectionWatch extends AbstractLifeCycle implements Connection.Listener {
    private static final long SHORTEST_LOOK_MILLIS = 20;
    private static final long LOOKS = 10;

    private final ServerConnector connector;
    private final KeyedCounts addresses;
    private final long headerNanos;
    private final Consumer<String> refused;
    private final Predicate<String> exempt;
    private final Map<EndPoint, String> counted = new ConcurrentHashMap<>();
    private final Map<Connection, SlowRequests> watched = new ConcurrentHashMap<>();
    private volatile Scheduler.Task next = () -> false;

    /**
     * @param exempt addresses that are not counted, such as proxies
     * @param refused told the reason of each connection that is ended
     */
    public ConnectionWatch(
            ServerConnector connector,
            int mostPerAddress,
            long headerNanos,
            Consumer<String> refused,
            Predicate<String> exempt) {
        this.connector = connector;
        this.addresses = new KeyedCounts(mostPerAddress);
        this.headerNanos = headerNanos;
        this.refused = refused;
        this.exempt = exempt;
    }

    @Override
    public void onOpened(Connection connection) {
        EndPoint end = connection.getEndPoint();
        if (connection instanceof ConnectionMetaData) {
            watched.put(connection, new SlowRequests(headerNanos, System.nanoTime()));
        }
        // Of TLS there are two connections, one in the other; the outer one is counted.
        if (end instanceof EndPoint.Wrapper || !(end.getRemoteSocketAddress() instanceof InetSocketAddress remote)) {
            return;
        }
        String address = remote.getAddress().getHostAddress();
        if (exempt.test(address) || counted.containsKey(end)) {
            return;
        }
        String key = Addresses.limited(address);
        if (!addresses.add(key)) {
            refused.accept("address_connections");
            end.close();
            return;
        }
        counted.put(end, key);
    }

    @Override
    public void onClosed(Connection connection) {
        watched.remove(connection);
        EndPoint end = connection.getEndPoint();
        // A connection that has become a WebSocket is closed, and its end is not.
        if (!end.isOpen()) {
            release(end);
        }
    }

    private void release(EndPoint end) {
        String key = counted.remove(end);
        if (key != null) {
            addresses.remove(key);
        }
    }

    @Override
    protected void doStart() {
        plan();
    }

    @Override
    protected void doStop() {
        next.cancel();
    }

    private void plan() {
        long millis = Math.max(SHORTEST_LOOK_MILLIS, TimeUnit.NANOSECONDS.toMillis(headerNanos) / LOOKS);
        next = connector.getScheduler().schedule(this::look, millis, TimeUnit.MILLISECONDS);
    }

    private void look() {
        long now = System.nanoTime();
        watched.forEach((connection, requests) -> {
            boolean slow = requests.look(
                    now, connection.getMessagesIn(), connection.getMessagesOut(), connection.getBytesIn());
            if (slow) {
                refused.accept("slow_headers");
                connection.getEndPoint().close(new TimeoutException("slow headers"));
            }
        });
        counted.keySet().forEach(end -> {
            if (!end.isOpen()) {
                release(end);
            }
        });
        if (isRunning() || isStarting()) {
            plan();
        }
    }

    /** Connections that are counted, for tests and a gauge. */
    public int connections() {
        return counted.size();
    }
}
