package dev.duplexvoice.server.internal.socket;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.server.Principal;
import dev.duplexvoice.server.Scope;
import dev.duplexvoice.server.VoiceSocket;
import dev.duplexvoice.telemetry.TraceContext;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.api.exceptions.WebSocketTimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection: messages come one at a time on Jetty's threads. */
final class Connection {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
    /** Messages that come while the session is being opened. */
    private static final int MOST_EARLY = 200;

    private static final int EARLY_LENGTH = 1 << 18;
    private static final int SECONDS_AT_ONCE = 5;
    /** As much as the engine keeps of a reply. */
    private static final int CHARACTERS_AT_ONCE = 100;
    /** Times as many characters: each transcript has all of its utterance so far. */
    private static final int TRANSCRIPTS = 10;

    final boolean legacy;
    final Principal principal;
    final String remoteAddress;
    /** What its client was doing when it connected. */
    final TraceContext trace;

    final Link link;

    private final SocketHub hub;
    private final Session session;
    private final Peer peer;
    private final Allowance messages;
    private final Allowance characters;
    private final Allowance transcripts;
    private int bad;
    private boolean toldFast;
    /** Whether something came after the session was taken over. */
    private boolean knowsItsToken;

    private Runnable stopWaiting = () -> {};

    // Guarded by this.
    private final ArrayDeque<Object> early = new ArrayDeque<>();
    private int earlyLength;
    /** Of the early ones, those that came before the answer went out. */
    private int unanswered;

    private boolean opening;
    private boolean gone;
    private @Nullable String goneFor;
    /** Whether it counts as one without a session. */
    private boolean unstarted = true;

    private boolean timedOut;
    private volatile @Nullable Conversation conversation;

    // The timer's.
    private long heardBytes = -1;
    private long heardAt = System.nanoTime();

    Connection(
            SocketHub hub,
            Session session,
            boolean legacy,
            Principal principal,
            String remoteAddress,
            TraceContext trace) {
        this.hub = hub;
        this.session = session;
        this.legacy = legacy;
        this.principal = principal;
        this.remoteAddress = remoteAddress;
        this.trace = trace;
        this.peer = new Peer(session);
        this.link = new Link(session, hub.rules, hub.engine.telemetry(), hub.timer);
        int rate = hub.rules.messagesPerSecond;
        this.messages = new Allowance((long) SECONDS_AT_ONCE * rate, rate, System::nanoTime);
        int text = hub.rules.charactersPerSecond;
        this.characters = new Allowance((long) CHARACTERS_AT_ONCE * text, text, System::nanoTime);
        this.transcripts = new Allowance((long) CHARACTERS_AT_ONCE * text, (long) TRANSCRIPTS * text, System::nanoTime);
    }

    // ------------------------------------------------------------------------------------------ Jetty calls

    void opened() {
        session.setMaxTextMessageSize(hub.rules.maxTextBytes);
        session.setMaxBinaryMessageSize(hub.rules.maxBinaryBytes);
        // What is written counts as well, so the sweep looks after clients that are gone; this is for those that block
        // what is written.
        session.setIdleTimeout(hub.rules.vanishedAfter.multipliedBy(5));
        if (!principal.may(Scope.TALK)) {
            hub.notAllowed(this);
            link.close(CloseCode.POLICY, "no permission to talk");
        } else if (hub.isDraining()) {
            hub.counters.refused.increment();
            link.close(CloseCode.GOING_AWAY, "the server is being taken out of service");
        } else if (legacy) {
            begin(ClientMessage.Start.LEGACY);
        } else {
            stopWaiting = hub.timer.after(hub.rules.startTimeout, this::tooLate);
        }
    }

    private void tooLate() {
        synchronized (this) {
            if (opening || conversation != null || gone) {
                return;
            }
        }
        hub.counters.refused.increment();
        link.close(CloseCode.NOT_STARTED, "no session_start in time");
    }

    void text(String message) {
        if (link.isClosing() || !mayMessage()) {
            return;
        }
        if (!isEarly(message, message.length())) {
            take(message);
        }
    }

    /** Keeps what comes while the session is being opened; false if it is none of that. */
    private boolean isEarly(Object message, int length) {
        boolean kept;
        synchronized (this) {
            if (!opening) {
                return false;
            }
            earlyLength += length;
            kept = early.size() < MOST_EARLY && earlyLength <= EARLY_LENGTH;
            if (kept) {
                early.add(message);
            }
        }
        if (!kept) {
            abuse("too many messages before the session is open");
        }
        return true;
    }

    private void take(String message) {
        long begun = System.nanoTime();
        String type = "Invalid";
        try {
            ClientMessage read = hub.reader.read(message);
            type = read.type();
            take(read);
        } catch (BadMessage e) {
            bad(e.getMessage());
        } catch (IllegalArgumentException e) {
            bad(BadMessage.readable(String.valueOf(e.getMessage())));
        } catch (IllegalStateException e) {
            // The session has ended, and the client is about to be told.
            LOG.atDebug().setCause(e).log("A message came too late");
        } catch (RuntimeException e) {
            failedInside(e);
        }
        hub.engine.telemetry().messageReceived(type, System.nanoTime() - begun);
    }

    private void take(ClientMessage message) throws BadMessage {
        Conversation in = conversation;
        if (in == null) {
            if (message instanceof ClientMessage.Start start) {
                stopWaiting.run();
                begin(start);
                return;
            }
            throw new BadMessage("send session_start first");
        }
        take(in, message);
    }

    private void take(Conversation in, ClientMessage message) throws BadMessage {
        knowsItsToken(in);
        takeAllowed(in, message);
    }

    private void takeAllowed(Conversation in, ClientMessage message) throws BadMessage {
        if (message instanceof ClientMessage.Text text) {
            allow(text.text().length(), characters, hub.rules.charactersPerSecond);
        } else if (message instanceof ClientMessage.Transcript transcript) {
            allow(transcript.text().length(), transcripts, TRANSCRIPTS * hub.rules.charactersPerSecond);
        }
        in.take(message);
    }

    /** It has answered to what it was sent. */
    private void knowsItsToken(Conversation in) {
        if (!knowsItsToken && in.isWith(link)) {
            knowsItsToken = true;
            hub.tokens.confirm(in);
        }
    }

    private void allow(int length, Allowance characters, int perSecond) throws BadMessage {
        if (length > hub.rules.maxCharacters) {
            throw new BadMessage("text.length=" + length + ": at most " + hub.rules.maxCharacters + " in one message");
        }
        if (!characters.take(length)) {
            throw new BadMessage("text: more than " + perSecond + " characters a second; send text as it is spoken");
        }
    }

    void binary(ByteBuffer message) {
        if (link.isClosing() || !mayMessage()) {
            return;
        }
        if (legacy) {
            close("unsupported", CloseCode.UNSUPPORTED, "binary messages need the subprotocol " + VoiceSocket.PROTOCOL);
            return;
        }
        Conversation in = conversation;
        long begun = System.nanoTime();
        try {
            if (in == null && isEarly(copy(message), message.remaining())) {
                return;
            }
            // It may have been opened in between.
            in = conversation;
            if (in == null) {
                throw new BadMessage("send session_start first");
            }
            knowsItsToken(in);
            in.binary(message);
        } catch (BadMessage e) {
            bad(e.getMessage());
        } catch (IllegalStateException e) {
            LOG.atDebug().setCause(e).log("Audio came too late");
        } catch (RuntimeException e) {
            failedInside(e);
        }
        hub.engine.telemetry().messageReceived("AudioInput", System.nanoTime() - begun);
    }

    private static ByteBuffer copy(ByteBuffer message) {
        return ByteBuffer.allocate(message.remaining()).put(message.duplicate()).flip();
    }

    /** The connection is over; the code is the client's, or what Jetty makes of its failure. */
    void closed(int code) {
        String reason = switch (code) {
            case 1000, 1001 -> "client";
            case 1002, 1003, 1007, 1008, 1009 -> "bad_data";
            default -> null;
        };
        Conversation in;
        synchronized (this) {
            gone = true;
            goneFor = timedOut ? null : reason;
            reason = goneFor;
            in = conversation;
        }
        stopWaiting.run();
        startedOrGone();
        hub.gone(this);
        if (in != null) {
            in.detach(link, reason);
        }
    }

    void failed(@Nullable Throwable cause) {
        LOG.atDebug().setCause(cause).log("A connection failed");
        if (cause instanceof WebSocketTimeoutException) {
            synchronized (this) {
                timedOut = true;
            }
        }
    }

    // ------------------------------------------------------------------------------------------ the session

    private void begin(ClientMessage.Start start) {
        synchronized (this) {
            opening = true;
        }
        hub.openers.execute(() -> open(start));
    }

    /** On a thread that may wait. */
    private void open(ClientMessage.Start start) {
        try {
            if (isGone()) {
                return;
            }
            Conversation resumed = hub.tokens.find(start.resumeToken(), principal.name());
            synchronized (this) {
                unanswered = early.size();
            }
            if (resumed != null && resumed.attach(link, start, true)) {
                hub.counters.resumed.increment();
                LOG.atInfo().addKeyValue("session_id", resumed.id()).log("A conversation was resumed");
                opened(resumed);
                return;
            }
            Conversation made = hub.open(start, this);
            if (isGone()) {
                // Nobody can have its token.
                made.end("connection_lost", CloseCode.ENDED);
                return;
            }
            if (!made.attach(link, start, false)) {
                // It ended in the moment in which it began.
                link.close(CloseCode.ENDED, "the session has ended");
            }
            opened(made);
        } catch (VoiceException e) {
            refused(e);
        } catch (IllegalArgumentException e) {
            again(BadMessage.readable(String.valueOf(e.getMessage())));
        } catch (IllegalStateException e) {
            hub.counters.refused.increment();
            link.close(CloseCode.GOING_AWAY, "the server is being taken out of service");
        } catch (RuntimeException | Error e) {
            // A library that is missing, for one: the client is not to wait for ever.
            failedInside(e);
        }
    }

    private void startedOrGone() {
        boolean first;
        synchronized (this) {
            first = unstarted;
            unstarted = false;
        }
        if (first) {
            hub.startedOrGone();
        }
    }

    private synchronized boolean isGone() {
        return gone;
    }

    /** Messages that came meanwhile come first. */
    private void opened(Conversation made) {
        startedOrGone();
        peer.limitSendBuffer(Math.max(16 << 10, made.start.output().sampleRate() / 2));
        boolean isGone;
        String reason;
        while (true) {
            Object next;
            boolean isAnswer;
            synchronized (this) {
                next = early.poll();
                isAnswer = unanswered-- <= 0;
                if (next == null) {
                    conversation = made;
                    opening = false;
                    isGone = gone;
                    reason = goneFor;
                    break;
                }
            }
            if (isAnswer) {
                knowsItsToken(made);
            }
            takeEarly(made, next);
        }
        if (isGone) {
            made.detach(link, reason);
        }
    }

    private void takeEarly(Conversation made, Object message) {
        long begun = System.nanoTime();
        String type = "AudioInput";
        try {
            if (message instanceof ByteBuffer audio) {
                made.binary(audio);
            } else {
                type = "Invalid";
                ClientMessage read = hub.reader.read((String) message);
                type = read.type();
                takeAllowed(made, read);
            }
        } catch (BadMessage e) {
            bad(e.getMessage());
        } catch (IllegalArgumentException e) {
            bad(BadMessage.readable(String.valueOf(e.getMessage())));
        } catch (IllegalStateException e) {
            LOG.atDebug().setCause(e).log("A message came too late");
        }
        hub.engine.telemetry().messageReceived(type, System.nanoTime() - begun);
    }

    private void refused(VoiceException e) {
        String message = BadMessage.readable(String.valueOf(e.getMessage()));
        ErrorCode code = ErrorCode.of(e.code());
        if (code == ErrorCode.INVALID_MESSAGE && !legacy) {
            again(message);
            return;
        }
        hub.counters.refused.increment();
        LOG.atWarn()
                .addKeyValue("client_ip", remoteAddress)
                .addKeyValue("error_type", e.code().name())
                .log("A conversation was refused: {}", message);
        // What the engine says is for its host.
        String told;
        int closing;
        switch (e.code()) {
            case DRAINING -> {
                told = "the server is being taken out of service";
                closing = CloseCode.GOING_AWAY;
            }
            case OVERLOADED, UNAVAILABLE -> {
                told = "no room for another session: try again later";
                closing = CloseCode.OVERLOADED;
            }
            default -> {
                told = "the session cannot be opened";
                closing = CloseCode.INTERNAL;
            }
        }
        link.text("Error", MessageWriter.error(code, told));
        link.close(closing, told);
    }

    /** The client asked for something that there is not, and may ask for something else. */
    private void again(String message) {
        synchronized (this) {
            opening = false;
            early.clear();
            earlyLength = 0;
        }
        bad(message);
        stopWaiting = hub.timer.after(hub.rules.startTimeout, this::tooLate);
    }

    // ------------------------------------------------------------------------------------------ what does not go well

    private boolean mayMessage() {
        if (messages.take(1)) {
            return true;
        }
        abuse("more than " + hub.rules.messagesPerSecond + " messages a second");
        return false;
    }

    private void bad(@Nullable String message) {
        hub.counters.bad.increment();
        String told = String.valueOf(message);
        Conversation in = conversation;
        if (in == null) {
            link.text("Error", MessageWriter.error(ErrorCode.INVALID_MESSAGE, told));
        } else {
            in.error(ErrorCode.INVALID_MESSAGE, told);
        }
        if (++bad > hub.rules.maxBadMessages) {
            abuse("more than " + hub.rules.maxBadMessages + " messages that cannot be understood");
        }
    }

    private void abuse(String reason) {
        if (!toldFast) {
            toldFast = true;
            hub.counters.abusive.increment();
            LOG.atWarn()
                    .addKeyValue("client_ip", remoteAddress)
                    .addKeyValue("session_id", conversation == null ? "" : conversation.id())
                    .log("A client is disconnected: {}", reason);
            close("policy", CloseCode.POLICY, reason);
        }
    }

    private void failedInside(Throwable e) {
        LOG.atError().addKeyValue("client_ip", remoteAddress).setCause(e).log("A message was not handled");
        link.text("Error", MessageWriter.error(ErrorCode.INTERNAL_ERROR, "the server failed"));
        close("internal_error", CloseCode.INTERNAL, "the server failed");
    }

    private void close(String reason, int code, String text) {
        Conversation in = conversation;
        if (in != null) {
            in.end(reason, code);
        }
        link.close(code, text);
    }

    /** Nobody is to begin any more. */
    void endUnstarted() {
        if (conversation == null) {
            link.close(CloseCode.GOING_AWAY, "the server is being taken out of service");
        }
    }

    /** Looks now and then whether anything still comes; the timer's. */
    void sweep(long now) {
        long bytes = peer.bytesIn();
        if (bytes < 0) {
            return;
        }
        if (bytes != heardBytes) {
            heardBytes = bytes;
            heardAt = now;
        } else if (now - heardAt >= hub.rules.vanishedAfter.toNanos()) {
            hub.counters.vanished.increment();
            LOG.atInfo()
                    .addKeyValue("client_ip", remoteAddress)
                    .addKeyValue("session_id", conversation == null ? "" : conversation.id())
                    .log("A client has vanished");
            link.disconnect();
            return;
        }
        link.ping();
    }
}
