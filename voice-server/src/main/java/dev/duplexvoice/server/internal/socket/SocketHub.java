package dev.duplexvoice.server.internal.socket;

import dev.duplexvoice.DuplexSession;
import dev.duplexvoice.SessionOptions;
import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.VoiceException;
import dev.duplexvoice.audio.AudioFormat;
import dev.duplexvoice.logging.SecurityLog;
import dev.duplexvoice.server.Principal;
import dev.duplexvoice.server.SocketCaller;
import dev.duplexvoice.server.SocketStats;
import dev.duplexvoice.server.VoiceSocket;
import dev.duplexvoice.server.http.Access;
import dev.duplexvoice.server.internal.security.Addresses;
import dev.duplexvoice.server.internal.security.KeyedRates;
import dev.duplexvoice.server.security.RateLimit;
import dev.duplexvoice.server.sessions.SessionDirectory;
import dev.duplexvoice.server.sessions.SessionOrigin;
import dev.duplexvoice.telemetry.TraceContext;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Header;
import io.javalin.websocket.WsConnectContext;
import io.javalin.websocket.WsContext;
import jakarta.servlet.http.HttpSession;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All connections and sessions of a socket. Thread-safe. */
public final class SocketHub {
    private static final Logger LOG = LoggerFactory.getLogger(SocketHub.class);
    private static final String PRINCIPAL = Principal.class.getName();
    private static final String CONNECTION = Connection.class.getName();
    private static final String ADDRESS = "dev.duplexvoice.server.address";
    private static final String OURS = "dev.duplexvoice.server.ours";
    private static final String TRACE = "dev.duplexvoice.server.trace";
    private static final String VOICE = "voice.name";
    private static final int LOOKS_UNTIL_VANISHED = 3;

    final VoiceEngine engine;
    final SessionDirectory directory;
    final SocketRules rules;
    final Counters counters = new Counters();
    final Timer timer = new Timer();
    final MessageReader reader;
    final ExecutorService openers;
    final ResumeTokens tokens = new ResumeTokens();
    final WaitingSessions waiting;

    private final BiConsumer<SocketCaller, SessionOptions.Builder> configure;
    private final Function<Context, Principal> principals;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final Set<Conversation> conversations = ConcurrentHashMap.newKeySet();
    private final CompletableFuture<Void> drained = new CompletableFuture<>();
    /** Connections without a session yet. */
    private final AtomicInteger unstarted = new AtomicInteger();

    private final SecurityLog security = SecurityLog.create();
    /** Lines of each address; a flood is counted, and logged once in a while. */
    private final KeyedRates refusals = new KeyedRates(new RateLimit(10, 10), System::nanoTime);

    private volatile boolean draining;

    /** None yet. */
    public SocketHub(
            VoiceEngine engine,
            BiConsumer<SocketCaller, SessionOptions.Builder> configure,
            Function<Context, Principal> principals,
            SessionDirectory directory,
            SocketRules rules) {
        this.engine = engine;
        this.configure = configure;
        this.principals = principals;
        this.directory = directory;
        this.rules = rules;
        this.reader = new MessageReader(rules.maxTextBytes);
        this.openers = openers();
        this.waiting = new WaitingSessions(rules.maxWaitingSessions);
        timer.every(rules.vanishedAfter.dividedBy(LOOKS_UNTIL_VANISHED), this::sweep);
    }

    /** Opening waits for a voice to be loaded, for which Jetty's threads are not to wait. */
    private static ExecutorService openers() {
        AtomicInteger count = new AtomicInteger();
        ThreadPoolExecutor threads =
                new ThreadPoolExecutor(8, 8, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "voice-socket-" + count.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
        // Once this is closed, connections are too.
        threads.setRejectedExecutionHandler((task, pool) -> {});
        return threads;
    }

    // ------------------------------------------------------------------------------------------ connections

    /** Adds the endpoint. */
    public void routes(RoutesConfig routes, String path) {
        routes.wsBeforeUpgrade(path, this::beforeUpgrade);
        routes.wsAfterUpgrade(path, SocketHub::dropHttpSession);
        routes.ws(path, ws -> {
            ws.onConnect(this::connected);
            ws.onMessage(context -> connection(context).text(context.message()));
            ws.onBinaryMessage(context -> connection(context).binary(context.data()));
            ws.onClose(context -> connection(context).closed(context.status()));
            ws.onError(context -> connection(context).failed(context.error()));
        });
    }

    private void beforeUpgrade(Context context) {
        context.attribute(TRACE, engine.telemetry().request(context.req()::getHeader));
        if (context.attribute(PRINCIPAL) == null) {
            context.attribute(PRINCIPAL, principals.apply(context));
        }
        context.attribute(ADDRESS, Access.clientAddress(context));
        boolean ours = Collections.list(context.req().getHeaders(Header.SEC_WEBSOCKET_PROTOCOL)).stream()
                .flatMap(line -> Arrays.stream(line.split(",")))
                .map(String::strip)
                .anyMatch(VoiceSocket.PROTOCOL::equals);
        context.attribute(OURS, ours);
        // Javalin has accepted the first that was offered, whatever it is.
        context.res().setHeader(Header.SEC_WEBSOCKET_PROTOCOL, ours ? VoiceSocket.PROTOCOL : null);
    }

    /** Javalin makes one to look into it, for each WebSocket, and none ever ends. One that the client came with is the host's. */
    private static void dropHttpSession(Context context) {
        HttpSession made = context.req().getSession(false);
        if (made != null && made.isNew()) {
            made.invalidate();
        }
    }

    private void connected(WsConnectContext context) {
        Principal principal = context.attribute(PRINCIPAL);
        String address = context.attribute(ADDRESS);
        TraceContext trace = context.attribute(TRACE);
        Connection connection = new Connection(
                this,
                context.session,
                !Boolean.TRUE.equals(context.attribute(OURS)),
                principal == null ? new Principal("nobody", Set.of()) : principal,
                address == null ? "" : address,
                trace == null ? TraceContext.NONE : trace);
        context.attribute(CONNECTION, connection);
        engine.telemetry().connections("websocket", 1);
        connections.add(connection);
        if (unstarted.incrementAndGet() > rules.maxUnstarted) {
            counters.refused.increment();
            connection.link.close(CloseCode.OVERLOADED, "too many connections without a session");
            return;
        }
        connection.opened();
    }

    private static Connection connection(WsContext context) {
        Connection connection = context.attribute(CONNECTION);
        if (connection == null) {
            throw new IllegalStateException("a message before the connection was open");
        }
        return connection;
    }

    /** Somebody came whose token is not for conversations. */
    void notAllowed(Connection connection) {
        counters.refused.increment();
        if (refusals.take(Addresses.limited(connection.remoteAddress)) == 0) {
            security.event("authorization_failure", SecurityLog.Severity.MEDIUM)
                    .client(connection.remoteAddress)
                    .actor(connection.principal.name())
                    .reason("no_permission_to_talk")
                    .log();
        }
    }

    /** It has its session, or is gone; told once. */
    void startedOrGone() {
        unstarted.decrementAndGet();
    }

    void gone(Connection connection) {
        if (connections.remove(connection)) {
            engine.telemetry().connections("websocket", -1);
            checkDrained();
        }
    }

    private void sweep() {
        long now = System.nanoTime();
        connections.forEach(connection -> connection.sweep(now));
    }

    // ------------------------------------------------------------------------------------------ sessions

    /** Opens a session; waits for it. */
    Conversation open(ClientMessage.Start start, Connection by) {
        requireOpen();
        SessionOrigin origin = new SessionOrigin(
                start.userId(), by.remoteAddress, by.legacy ? VoiceSocket.LEGACY : VoiceSocket.PROTOCOL);
        Conversation conversation = new Conversation(this, start, by.legacy, by.principal.name(), origin);
        SessionOptions.Builder builder = SessionOptions.builder();
        start.options().forEach(builder::set);
        configure.accept(
                new SocketCaller(
                        by.principal,
                        by.remoteAddress,
                        start.userId(),
                        origin.protocol(),
                        start.answers(),
                        start.recognizes(),
                        start.options()),
                builder);
        builder.transport("websocket")
                .input(new AudioFormat(start.input().sampleRate()))
                .output(new AudioFormat(start.output().sampleRate()))
                .listener(conversation::on)
                .audioSink(conversation);
        if (conversation.recognizer != null) {
            builder.recognizer(conversation.recognizer);
        }
        if (conversation.vad != null) {
            builder.vadObserver(conversation.vad);
        }
        SessionOptions options = builder.build();
        requireVoice(options, start.options().getOrDefault(VOICE, "").strip());
        conversations.add(conversation);
        DuplexSession session;
        TraceContext.Scope caller = by.trace.enter();
        try {
            // Who was added too late for the end of all must not begin.
            requireOpen();
            session = engine.open(options);
        } catch (RuntimeException | Error e) {
            conversations.remove(conversation);
            checkDrained();
            throw e;
        } finally {
            caller.close();
        }
        counters.opened.increment();
        try {
            conversation.opened(session);
        } catch (RuntimeException | Error e) {
            // A host's directory, for one. The connection is told, and the session must not stay.
            conversation.end("internal_error", CloseCode.INTERNAL);
            session.close();
            throw new HostFailure(e);
        }
        return conversation;
    }

    private void requireOpen() {
        if (draining) {
            throw new VoiceException(VoiceException.Code.DRAINING, "the server is being taken out of service");
        }
    }

    /** What is the server's fault, whatever was thrown. */
    private static final class HostFailure extends RuntimeException {
        private static final long serialVersionUID = 1L;

        HostFailure(Throwable cause) {
            super(cause);
        }
    }

    /** What the client asked for: an engine also takes paths, and that must not become one. */
    private void requireVoice(SessionOptions options, String voice) {
        if (!voice.isEmpty()
                && options.synthesizer() == null
                && !engine.voices().contains(voice)) {
            throw new VoiceException(
                    VoiceException.Code.NOT_FOUND,
                    VOICE + "=" + voice + ": there is no such voice; use one of " + String.join(", ", engine.voices()));
        }
    }

    void ended(Conversation conversation) {
        tokens.forget(conversation);
        waiting.remove(conversation);
        conversations.remove(conversation);
        checkDrained();
    }

    // ------------------------------------------------------------------------------------------ the end

    boolean isDraining() {
        return draining;
    }

    /** Takes no more, and ends those that are left at the deadline. */
    public CompletionStage<Void> drain(Duration deadline) {
        if (!draining) {
            draining = true;
            LOG.atInfo().addKeyValue("sessions", conversations.size()).log("A socket is drained");
            conversations.forEach(conversation -> {
                // Nobody is let in to come back.
                if (!conversation.endWaiting("drained", CloseCode.GOING_AWAY)) {
                    conversation.warn(
                            "DRAINING", "the server is being taken out of service; finish, and connect again");
                }
            });
        }
        timer.after(deadline, this::endAll);
        checkDrained();
        return drained.minimalCompletionStage();
    }

    private void endAll() {
        conversations.forEach(conversation -> conversation.end("drained", CloseCode.GOING_AWAY));
        // Those that have no session yet.
        connections.forEach(connection -> connection.endUnstarted());
    }

    private void checkDrained() {
        if (draining && conversations.isEmpty() && connections.isEmpty()) {
            drained.complete(null);
        }
    }

    /** Ends everything. */
    public void close() {
        draining = true;
        endAll();
        openers.shutdown();
        if (connections.isEmpty() && conversations.isEmpty()) {
            timer.close();
        } else {
            // It cuts off those who do not answer.
            timer.after(Duration.ofSeconds(10), timer::close);
        }
    }

    // ------------------------------------------------------------------------------------------ what is seen

    /** Where sessions are listed. */
    public SessionDirectory directory() {
        return directory;
    }

    /** What was counted. */
    public SocketStats stats() {
        int detached = (int) conversations.stream()
                .filter(conversation -> !conversation.output.isAttached())
                .count();
        return new SocketStats(
                connections.size(),
                conversations.size(),
                detached,
                counters.opened.sum(),
                counters.resumed.sum(),
                counters.lost.sum(),
                counters.refused.sum(),
                counters.slow.sum(),
                counters.abusive.sum(),
                counters.bad.sum(),
                counters.wrongSequence.sum(),
                counters.tooFast.sum(),
                counters.vanished.sum());
    }
}
