package dev.duplexvoice.server.internal.socket;

import dev.duplexvoice.AudioSink;
import dev.duplexvoice.CloseReason;
import dev.duplexvoice.DuplexSession;
import dev.duplexvoice.SessionEvent;
import dev.duplexvoice.server.internal.security.Addresses;
import dev.duplexvoice.server.sessions.EventFields;
import dev.duplexvoice.server.sessions.SessionDirectory;
import dev.duplexvoice.server.sessions.SessionOrigin;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session and what it has with its client, whichever connection that comes by. Events and audio come from the engine's workers, messages
 * from Jetty's threads.
 */
final class Conversation implements AudioSink {
    private static final Logger LOG = LoggerFactory.getLogger(Conversation.class);
    /** Below the 10 reports a second that a client is promised at most. */
    private static final Duration VAD_PERIOD = Duration.ofMillis(128);

    /** Between warnings of the same thing. */
    private static final Duration WARNING_PERIOD = Duration.ofSeconds(10);

    final String owner;
    final ClientMessage.Start start;
    final Output output;
    final @Nullable ClientRecognizer recognizer;
    final @Nullable VadReports vad;

    private final SocketHub hub;
    private final SessionOrigin origin;
    private final boolean legacy;
    private final long beganAt = System.nanoTime();
    private volatile @Nullable Open open;
    /** Events of before the session was known here. Guarded by this. */
    private final List<SessionEvent> early = new ArrayList<>();

    private @Nullable CloseReason over;
    private @Nullable String endReason;
    private int endCode;
    private boolean ending;
    /** Its connection broke, and its client may come back. */
    private boolean waits;

    private Runnable stopVad = () -> {};
    private Runnable stopWaiting = () -> {};
    /** Old clients that send audio are none, and are told everything. */
    private volatile boolean told;

    private String turnId = "";
    private String turnText = "";

    private final Seldom tooFast = new Seldom(WARNING_PERIOD, System::nanoTime);
    private final ClientText text = new ClientText();

    /** What there is once the session is open. */
    private record Open(DuplexSession session, Input input, SessionDirectory.Entry entry) {}

    Conversation(SocketHub hub, ClientMessage.Start start, boolean legacy, String owner, SessionOrigin origin) {
        this.hub = hub;
        this.start = start;
        this.legacy = legacy;
        this.owner = owner;
        this.origin = origin;
        this.told = !legacy;
        this.output = new Output(
                start.output(), start.binary(), !legacy && !hub.rules.resumeWithin.isZero(), hub.rules, hub.timer);
        this.recognizer = start.recognizes() ? new ClientRecognizer(this::utterance) : null;
        this.vad = start.vad() ? new VadReports() : null;
    }

    // ------------------------------------------------------------------------------------------ its life

    /** The session is open; what it told meanwhile is told on. */
    void opened(DuplexSession session) {
        Input input = new Input(session, hub.counters, hub.engine.telemetry());
        SessionDirectory.Entry entry = hub.directory.opened(
                session,
                origin,
                new SessionDirectory.Means(
                        output::unplayedMillis, input::refused, by -> end("ended", CloseCode.ENDED)));
        LOG.atInfo()
                .addKeyValue("session_id", session.id())
                .addKeyValue("transport", "websocket")
                .addKeyValue("protocol", origin.protocol())
                .addKeyValue("client_ip", origin.remoteAddress())
                .log("A conversation was opened");
        boolean close;
        synchronized (this) {
            open = new Open(session, input, entry);
            early.forEach(event -> tell(event, entry));
            early.clear();
            close = ending;
            VadReports reports = vad;
            if (reports != null && over == null) {
                stopVad = hub.timer.every(VAD_PERIOD, () -> reports.report(this::probabilities));
            }
        }
        if (close) {
            session.close();
        }
        CloseReason ended = over();
        if (ended != null) {
            entry.ended(reason(ended));
        }
    }

    String id() {
        Open now = open;
        return now == null ? "" : now.session.id();
    }

    private synchronized @Nullable CloseReason over() {
        return over;
    }

    boolean isOver() {
        return over() != null;
    }

    /**
     * Gives the session to a connection; false if it is over.
     *
     * @param by what the connection asked for it with
     */
    boolean attach(Link link, ClientMessage.Start by, boolean resumed) {
        Open now = open;
        if (now == null) {
            return false;
        }
        Link old;
        synchronized (this) {
            if (over != null || ending) {
                return false;
            }
            waits = false;
            hub.waiting.remove(this);
            stopWaiting.run();
            old = output.attach(link, greeting(now, by, resumed), by.received());
        }
        if (old != null) {
            old.close(CloseCode.REPLACED, "replaced by a resumed connection");
        }
        return true;
    }

    private String greeting(Open now, ClientMessage.Start by, boolean resumed) {
        return MessageWriter.message("session_start", out -> {
            out.writeStringField("session_id", now.session.id());
            if (legacy) {
                return;
            }
            String token = hub.tokens.next(this, resumed ? by.resumeToken() : null);
            if (token != null) {
                out.writeStringField("resume_token", token);
            }
            out.writeBooleanField("resumed", resumed);
            MessageWriter.format(out, "input", start.input());
            MessageWriter.format(out, "output", start.output());
            out.writeBooleanField("binary", start.binary());
            out.writeNumberField("lead_ms", hub.rules.lead.toMillis());
            out.writeNumberField("resume_within_ms", hub.rules.resumeWithin.toMillis());
            out.writeNumberField("position", output.position());
            out.writeNumberField("playout_report_ms", 100);
            out.writeNumberField("received_sequence", now.input.sequence());
        });
    }

    /**
     * A connection is gone.
     *
     * @param reason why the session is over with it; null if its client may come back
     */
    void detach(Link link, @Nullable String reason) {
        if (!output.detach(link)) {
            return;
        }
        if (reason != null || legacy || hub.rules.resumeWithin.isZero()) {
            end(reason == null ? "connection_lost" : reason, CloseCode.ENDED);
            return;
        }
        Conversation tooMany;
        synchronized (this) {
            if (over != null || output.isAttached()) {
                return;
            }
            waits = true;
            stopWaiting = hub.timer.after(hub.rules.resumeWithin, this::lost);
            tooMany = hub.waiting.add(this);
        }
        LOG.atInfo().addKeyValue("session_id", id()).log("A conversation's connection was lost; it waits for another");
        if (tooMany != null) {
            tooMany.lost();
        }
        if (hub.isDraining()) {
            endWaiting("drained", CloseCode.GOING_AWAY);
        }
    }

    /** Nobody came back for it. */
    private void lost() {
        if (endWaiting("connection_lost", CloseCode.ENDED)) {
            hub.counters.lost.increment();
        }
    }

    /** Ends the session if nobody has it now; false if somebody does. */
    boolean endWaiting(String reason, int code) {
        synchronized (this) {
            if (!waits || over != null) {
                return false;
            }
            waits = false;
            // From here on nobody is given it.
            ending = true;
        }
        end(reason, code);
        return true;
    }

    /** Whether this is the way to its client now. */
    boolean isWith(Link link) {
        return output.isAttached(link);
    }

    /** Of whom it is, for limits. */
    String address() {
        String address = origin.remoteAddress();
        return address == null ? "" : Addresses.limited(address);
    }

    /** Ends the session; the first reason counts. */
    void end(String reason, int code) {
        Open now;
        synchronized (this) {
            if (endReason == null) {
                endReason = reason;
                endCode = code;
            }
            ending = true;
            now = open;
        }
        if (now != null) {
            now.session.close();
        }
    }

    private synchronized String reason(CloseReason given) {
        String own = endReason;
        return own == null || given != CloseReason.CLOSED ? given.label() : own;
    }

    private synchronized int code(CloseReason given) {
        return switch (given) {
            case DRAINED, ENGINE_CLOSED -> CloseCode.GOING_AWAY;
            case INTERNAL_ERROR -> CloseCode.INTERNAL;
            default -> endReason == null ? CloseCode.ENDED : endCode;
        };
    }

    // ------------------------------------------------------------------------------------------ the session tells

    void on(SessionEvent event) {
        SessionDirectory.Entry entry;
        synchronized (this) {
            Open now = open;
            if (now == null) {
                early.add(event);
                return;
            }
            entry = now.entry;
        }
        tell(event, entry);
    }

    private void tell(SessionEvent event, SessionDirectory.Entry entry) {
        entry.on(event);
        if (event instanceof SessionEvent.ReplyFinished) {
            text.spoken();
        }
        if (event instanceof SessionEvent.TurnEnded e) {
            turnId = e.turnId() == null ? "" : e.turnId();
            turnText = e.text();
        }
        if (event instanceof SessionEvent.Closed || (!told && !(event instanceof SessionEvent.Failed))) {
            // The end is told behind the last frame.
            return;
        }
        Map<String, Object> fields = EventFields.of(event);
        if (event instanceof SessionEvent.Failed e) {
            fields.put("code", ErrorCode.of(e.code()).name());
        } else if (event instanceof SessionEvent.ReplyFinished e && turnId.equals(e.turnId())) {
            fields.put("utterance_text", turnText);
        }
        send(label(String.valueOf(fields.get("type"))), MessageWriter.event(fields));
    }

    /** {@code session_end} as metrics have it: {@code SessionEnd}. */
    private static String label(String type) {
        return type.substring(0, 1).toUpperCase(Locale.ROOT) + type.substring(1);
    }

    /** To the client; one that leaves too much unread is let go. */
    private void send(String type, String message) {
        require(output.send(type, message));
    }

    private void require(boolean sent) {
        if (!sent) {
            boolean first;
            synchronized (this) {
                first = !ending;
            }
            if (first) {
                hub.counters.slow.increment();
                LOG.atWarn().addKeyValue("session_id", id()).log("A client does not read what it is sent");
                end("slow_client", CloseCode.OVERLOADED);
            }
        }
    }

    private String own(String type, MessageWriter.Body body) {
        return MessageWriter.message(type, out -> {
            out.writeStringField("session_id", id());
            out.writeNumberField("t", MessageWriter.seconds(System.nanoTime() - beganAt));
            body.write(out);
        });
    }

    private void utterance(long number, boolean began) {
        send("Utterance", own("utterance", out -> {
            out.writeNumberField("utterance", number);
            out.writeStringField("phase", began ? "started" : "ended");
        }));
    }

    private void probabilities(long end, float[] values) {
        if (!output.isAttached()) {
            return;
        }
        require(output.sendPassing("Vad", own("vad", out -> {
            out.writeNumberField("at", MessageWriter.seconds(end));
            out.writeArrayFieldStart("probabilities");
            for (float value : values) {
                out.writeNumber(Math.round(value * 1_000) / 1_000.0);
            }
            out.writeEndArray();
            out.writeNumberField("window_ms", 32);
        })));
    }

    void warn(String code, String message) {
        if (told) {
            send("Warning", own("warning", out -> {
                out.writeStringField("code", code);
                out.writeStringField("message", message);
            }));
        }
    }

    /** Audio was dropped; its client may not know how fast it sends. */
    private void tooFast() {
        if (tooFast.isDue()) {
            LOG.atWarn()
                    .addKeyValue("session_id", id())
                    .addKeyValue("client_ip", origin.remoteAddress())
                    .log("A client's audio comes faster than it is taken, and is dropped");
            warn(
                    "INPUT_TOO_FAST",
                    "audio was dropped: it comes faster than it is taken; send it as it arrives from the microphone");
        }
    }

    void error(ErrorCode code, String message) {
        send("Error", own("error", out -> {
            out.writeStringField("message", message);
            out.writeStringField("code", code.name());
        }));
    }

    @Override
    public void start(Runnable ready) {
        output.start(ready);
    }

    @Override
    public boolean isReady() {
        return output.isReady();
    }

    @Override
    public void frame(short[] samples, int length, long position) {
        output.frame(samples, length, position);
    }

    @Override
    public void flush(long position) {
        output.flush();
        if (told) {
            send("Flush", own("flush", out -> out.writeNumberField("position", position)));
        }
    }

    @Override
    public void closed(CloseReason given) {
        Open now;
        synchronized (this) {
            over = given;
            stopVad.run();
            stopWaiting.run();
            now = open;
        }
        String reason = reason(given);
        int code = code(given);
        output.end("SessionEnded", own("session_end", out -> out.writeStringField("reason", reason)), code, reason);
        if (now != null) {
            now.entry.ended(reason);
        }
        hub.ended(this);
        LOG.atInfo()
                .addKeyValue("session_id", id())
                .addKeyValue("reason", reason)
                .log("A conversation ended");
    }

    // ------------------------------------------------------------------------------------------ the client tells

    void binary(ByteBuffer message) throws BadMessage {
        Open now = open;
        if (now != null && !now.input.binary(message)) {
            tooFast();
        }
    }

    /** @throws IllegalStateException if the session has ended */
    void take(ClientMessage message) throws BadMessage {
        Open now = open;
        if (now == null) {
            return;
        }
        if (message instanceof ClientMessage.Text piece) {
            text.write(now.session, piece);
        } else if (message instanceof ClientMessage.Control control) {
            control(now.session, control.command());
        } else if (message instanceof ClientMessage.AudioInput audio) {
            told = true;
            if (!now.input.base64(audio.pcm(), audio.sequence())) {
                tooFast();
            }
        } else if (message instanceof ClientMessage.Playout playout) {
            now.session.played(output.played(playout.position()));
        } else if (message instanceof ClientMessage.Transcript transcript) {
            told = true;
            ClientRecognizer into = recognizer;
            if (into == null) {
                throw new BadMessage("transcript: the server understands the caller itself, or nobody does;"
                        + " start with \"recognizer\":\"client\"");
            }
            into.transcript(transcript);
        } else if (message instanceof ClientMessage.Ping ping) {
            require(output.sendPassing("Pong", own("pong", out -> out.writeStringField("id", ping.id()))));
        } else if (message instanceof ClientMessage.End) {
            end("client", CloseCode.ENDED);
        } else if (!legacy) {
            throw new BadMessage("session_start: there is a session already");
        }
    }

    private void control(DuplexSession session, ClientMessage.Command command) {
        switch (command) {
            case PAUSE -> pause(true);
            case RESUME -> pause(false);
            case STOP -> {
                text.stop();
                session.interrupt();
                output.pause(false);
            }
        }
    }

    private void pause(boolean value) {
        if (output.pause(value) && told) {
            send("Reply", own("reply", out -> out.writeStringField("phase", value ? "paused" : "resumed")));
        }
    }
}
