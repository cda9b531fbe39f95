package dev.duplexvoice.server;

import dev.duplexvoice.SessionOptions;
import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.server.internal.socket.SocketHub;
import dev.duplexvoice.server.internal.socket.SocketRules;
import dev.duplexvoice.server.internal.socket.Uncompressed;
import dev.duplexvoice.server.sessions.SessionDirectory;
import io.javalin.config.JavalinConfig;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Conversations over WebSocket, in a Javalin server of the host's own or in {@code VoiceServer}; the protocols are described in
 * {@code docs/websocket.md}.
 *
 * <pre>{@code
 * VoiceSocket socket = VoiceSocket.builder(engine)
 *         .configure((caller, options) -> options.responder(responder))
 *         .build();
 * Javalin.create(config -> socket.routes(config, "/voice")).start(8080);
 * }</pre>
 *
 * <p>No thread waits for a client. Audio that a client does not read waits in its session, and its reply with it; other sessions do not
 * notice. A client that leaves too many messages unread, or sends more than a conversation can have, is disconnected. A connection of
 * {@code duplexvoice.v1} that breaks leaves its session for {@link Builder#resumeWithin}, in which the client may come back.
 *
 * <p>Thread-safe. Close it before the engine, which it does not own.
 */
public final class VoiceSocket implements AutoCloseable {
    /** The subprotocol of clients that know everything; without it a client is an old one. */
    public static final String PROTOCOL = "duplexvoice.v1";

    /** What {@link SocketCaller#protocol} says of a client without a subprotocol. */
    public static final String LEGACY = "legacy";

    private final SocketHub hub;

    private VoiceSocket(SocketHub hub) {
        this.hub = hub;
    }

    /** A builder for sessions of this engine, which must outlive the socket. */
    public static Builder builder(VoiceEngine engine) {
        return new Builder(engine);
    }

    /**
     * Adds the endpoint to a server that is being configured. May be called for several paths.
     *
     * @param path {@code /voice}; an HTTP GET route of the same path does not get in its way
     */
    public void routes(RoutesConfig routes, String path) {
        hub.routes(routes, path);
    }

    /**
     * As {@link #routes(RoutesConfig, String)}, and has the server refuse {@code permessage-deflate} to all WebSockets that it has: audio
     * hardly gets smaller, and each connection would hold two windows and cost both sides time for each frame. Who wants to compress takes
     * the other one.
     *
     * @param config of a server that is not started yet
     * @param path {@code /voice}
     */
    public void routes(JavalinConfig config, String path) {
        config.jetty.modifyServer(server -> {
            if (server.getDescendant(Uncompressed.class) == null) {
                server.insertHandler(new Uncompressed());
            }
        });
        routes(config.routes, path);
    }

    /** Where this socket's sessions are listed. */
    public SessionDirectory directory() {
        return hub.directory();
    }

    /** What it has counted so far. */
    public SocketStats stats() {
        return hub.stats();
    }

    /**
     * Opens no session any more: connections are closed with 1001. Clients that talk are warned with {@code DRAINING}, and go on until they
     * end or the deadline, at which they are told {@code session_end} with the reason {@code drained}.
     *
     * @param deadline from now on; zero ends all now. Of several calls the earliest deadline counts
     * @return completes when no session and no connection is left
     * @throws IllegalArgumentException if the deadline is negative
     */
    public CompletionStage<Void> drain(Duration deadline) {
        if (deadline.isNegative()) {
            throw new IllegalArgumentException("deadline=" + deadline.toMillis() + "ms: must not be negative");
        }
        return hub.drain(deadline);
    }

    /** Ends all sessions and connections now, and its threads. Idempotent; does not wait. */
    @Override
    public void close() {
        hub.close();
    }

    /** Collects what a socket is made of; not thread-safe. */
    public static final class Builder {
        private final VoiceEngine engine;
        private BiConsumer<SocketCaller, SessionOptions.Builder> configure = (caller, options) -> {};
        private Function<Context, Principal> principals = context -> ANYBODY;
        private @Nullable SessionDirectory directory;
        private final SocketRules rules = new SocketRules();

        private static final Principal ANYBODY = new Principal("anonymous", Set.of(Scope.TALK));

        private Builder(VoiceEngine engine) {
            this.engine = Objects.requireNonNull(engine, "engine");
        }

        /**
         * What the server adds to each session before it is opened: a Responder, a recognizer, limits. The client's options are set already, so
         * the server has the last word. Formats, listener and audio sink are the connection's own. Called on a thread that may block; what it
         * throws refuses the session: a {@link dev.duplexvoice.VoiceException} or {@link IllegalArgumentException} with its message.
         */
        public Builder configure(BiConsumer<SocketCaller, SessionOptions.Builder> value) {
            configure = Objects.requireNonNull(value);
            return this;
        }

        /**
         * Who a client is, where no security before this has set the context's attribute of {@code Principal.class.getName()}; {@code
         * anonymous} with {@link Scope#TALK} by default. Asked when a connection opens.
         */
        public Builder principals(Function<Context, Principal> value) {
            principals = Objects.requireNonNull(value);
            return this;
        }

        /** Where sessions are listed; a directory of its own by default. */
        public Builder directory(SessionDirectory value) {
            directory = Objects.requireNonNull(value);
            return this;
        }

        /** How much audio is sent ahead of real time when there is more of it, after a stall; 20 to 500 ms, 60 ms by default. */
        public Builder lead(Duration value) {
            rules.lead = within("lead", value, 20, 500);
            return this;
        }

        /** How long a session waits for its client to come back, 0 to 10 min; 10 s by default. */
        public Builder resumeWithin(Duration value) {
            rules.resumeWithin = within("resumeWithin", value, 0, 600_000);
            return this;
        }

        /** How long a client has to send {@code session_start}, 100 ms to 1 h; 10 s by default. */
        public Builder startTimeout(Duration value) {
            rules.startTimeout = within("startTimeout", value, 100, 3_600_000);
            return this;
        }

        /**
         * A connection from which nothing comes for this long, not even an answer to the pings that it is sent meanwhile, is closed; 1 s to 1
         * h, 30 s by default.
         */
        public Builder vanishedAfter(Duration value) {
            rules.vanishedAfter = within("vanishedAfter", value, 1_000, 3_600_000);
            return this;
        }

        /** Connections at a time without a session yet, 1 to 100,000; 1,000 by default. More are closed with 1013. */
        public Builder maxUnstarted(int value) {
            rules.maxUnstarted = within("maxUnstarted", value, 1, 100_000);
            return this;
        }

        /**
         * Sessions of an address that wait for their client to come back, 1 to 100,000; 50 by default, as connections of an address are in
         * {@code VoiceServer}. With more, the one that has waited for longest ends.
         */
        public Builder maxWaitingSessions(int value) {
            rules.maxWaitingSessions = within("maxWaitingSessions", value, 1, 100_000);
            return this;
        }

        /** The longest text message, in bytes, 1 KiB to 16 MiB; 64 KiB by default. A longer one closes the connection with 1009. */
        public Builder maxTextBytes(int value) {
            rules.maxTextBytes = within("maxTextBytes", value, 1_024, 16 << 20);
            return this;
        }

        /** The longest binary message, in bytes, 1 KiB to 16 MiB; 64 KiB by default. A longer one closes the connection with 1009. */
        public Builder maxBinaryBytes(int value) {
            rules.maxBinaryBytes = within("maxBinaryBytes", value, 1_024, 16 << 20);
            return this;
        }

        /**
         * Audio that a client which reports its playout may have and not have played, before its reply waits; 100 ms to 800 ms, 500 ms by
         * default.
         */
        public Builder maxUnplayed(Duration value) {
            rules.maxUnplayed = within("maxUnplayed", value, 100, 800);
            return this;
        }

        /** Messages other than audio that may wait for a client, 10 to 100,000; 1,000 by default. With more it is closed with 1013. */
        public Builder maxWaitingMessages(int value) {
            rules.maxWaitingMessages = within("maxWaitingMessages", value, 10, 100_000);
            return this;
        }

        /** Bytes that may wait for a client, 64 KiB to 64 MiB; 1 MiB by default. With more it is closed with 1013. */
        public Builder maxWaitingBytes(int value) {
            rules.maxWaitingBytes = within("maxWaitingBytes", value, 64 << 10, 64 << 20);
            return this;
        }

        /** Messages of a client a second, in the long run, 10 to 100,000; 600 by default. With more it is closed with 1008. */
        public Builder messagesPerSecond(int value) {
            rules.messagesPerSecond = within("messagesPerSecond", value, 10, 100_000);
            return this;
        }

        /**
         * Characters of text of a client a second, in the long run, and ten times as many of its transcripts; 10 to 1,000,000; 1,000 by default.
         * With more it is closed with 1008.
         */
        public Builder charactersPerSecond(int value) {
            rules.charactersPerSecond = within("charactersPerSecond", value, 10, 1_000_000);
            return this;
        }

        /** The longest text of one {@code text} or {@code transcript} message, in characters, 1 to 1,000,000; 10,000 by default. A longer one is an error. */
        public Builder maxCharacters(int value) {
            rules.maxCharacters = within("maxCharacters", value, 1, 1_000_000);
            return this;
        }

        /** Messages of a connection that cannot be understood, 0 to 10,000; 20 by default. With more it is closed with 1008. */
        public Builder maxBadMessages(int value) {
            rules.maxBadMessages = within("maxBadMessages", value, 0, 10_000);
            return this;
        }

        /** The socket. */
        public VoiceSocket build() {
            SessionDirectory lists = directory;
            return new VoiceSocket(new SocketHub(
                    engine, configure, principals, lists == null ? SessionDirectory.inMemory() : lists, rules.copy()));
        }

        private static Duration within(String name, Duration value, long leastMillis, long mostMillis) {
            if (value.compareTo(Duration.ofMillis(leastMillis)) < 0
                    || value.compareTo(Duration.ofMillis(mostMillis)) > 0) {
                throw new IllegalArgumentException(
                        name + "=" + value.toMillis() + "ms: must be " + leastMillis + " to " + mostMillis + " ms");
            }
            return value;
        }

        private static int within(String name, int value, int least, int most) {
            if (value < least || value > most) {
                throw new IllegalArgumentException(name + "=" + value + ": must be " + least + " to " + most);
            }
            return value;
        }
    }
}
