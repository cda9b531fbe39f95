package dev.duplexvoice.server.internal.security;

import dev.duplexvoice.server.Principal;
import dev.duplexvoice.server.http.Access;
import dev.duplexvoice.server.internal.http.Attributes;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.websocket.WsContext;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * How many WebSockets an address and an owner have open. They are asked for before the upgrade, so that a refusal can say why, and taken
 * when the socket opens, which is the only moment that is sure to be followed by its close. Thread-safe.
 */
public final class WebSocketSeats {
    /** Policy violation, RFC 6455. */
    private static final int POLICY = 1008;

    private static final String MANY = "too many connections at a time; close one";

    private record Seat(String address, @Nullable String owner) {}

    /** Of a socket that was not let in: its own handlers do not hear of it. */
    private static final class NotSeated extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NotSeated() {
            super(MANY, null, false, false);
        }
    }

    private final KeyedCounts addresses;
    private final KeyedCounts owners;
    private final Gate gate;
    private final Map<String, Seat> seats = new ConcurrentHashMap<>();

    /** For both so many. */
    public WebSocketSeats(KeyedCounts addresses, KeyedCounts owners, Gate gate) {
        this.addresses = addresses;
        this.owners = owners;
        this.gate = gate;
    }

    /** Before the upgrade. */
    public void requireRoom(Context ctx) {
        Seat seat = seat(Access.clientAddress(ctx), Access.principal(ctx));
        if (!addresses.hasRoom(seat.address) || seat.owner != null && !owners.hasRoom(seat.owner)) {
            throw gate.refuse(ctx, "connections", 429, "TOO_MANY_CONNECTIONS", MANY);
        }
    }

    /** Takes and gives back seats. */
    public void routes(RoutesConfig routes) {
        routes.wsBefore(socket -> {
            socket.onConnect(this::take);
            socket.onMessage(this::requireSeat);
            socket.onBinaryMessage(this::requireSeat);
            socket.onError(this::requireSeat);
            socket.onClose(this::leave);
        });
        routes.wsException(NotSeated.class, (e, ctx) -> ctx.closeSession(POLICY, MANY));
    }

    /** Seats that are taken. */
    public int taken() {
        return seats.size();
    }

    private void take(WsContext ctx) {
        @Nullable String address = ctx.attribute(Attributes.CLIENT_ADDRESS);
        @Nullable Principal who = ctx.attribute(Principal.class.getName());
        if (address == null || who == null) {
            throw new IllegalStateException("a WebSocket was opened that the guard has not seen");
        }
        Seat seat = seat(address, who);
        if (!addresses.add(seat.address)) {
            throw new NotSeated();
        }
        if (seat.owner != null && !owners.add(seat.owner)) {
            addresses.remove(seat.address);
            throw new NotSeated();
        }
        seats.put(ctx.sessionId(), seat);
    }

    private void requireSeat(WsContext ctx) {
        if (!seats.containsKey(ctx.sessionId())) {
            throw new NotSeated();
        }
    }

    private void leave(WsContext ctx) {
        Seat seat = seats.remove(ctx.sessionId());
        if (seat == null) {
            throw new NotSeated();
        }
        addresses.remove(seat.address);
        if (seat.owner != null) {
            owners.remove(seat.owner);
        }
    }

    private static Seat seat(String address, Principal who) {
        return new Seat(Addresses.limited(address), who.name().equals(Access.ANONYMOUS) ? null : who.name());
    }
}
