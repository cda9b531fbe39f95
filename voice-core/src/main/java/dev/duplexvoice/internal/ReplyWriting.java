package dev.duplexvoice.internal;

import dev.duplexvoice.telemetry.ConversationEvent;
import dev.duplexvoice.telemetry.SessionInfo;
import dev.duplexvoice.telemetry.TelemetryEvent;
import dev.duplexvoice.telemetry.TelemetryEvent.Outcome;
import dev.duplexvoice.telemetry.TraceContext;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import dev.duplexvoice.time.EngineClock;

/** How long a Responder takes for its reply; told once, when it is over. Any thread. */
final class ReplyWriting {
    private final SessionInfo session;
    private final String turnId;
    private final long turnBegan;
    private final int reply;
    private final String model;
    private final EngineClock clock;
    private final VoiceTelemetry telemetry;
    private final long askedAt;
    private long firstTextAt = TelemetryEvent.NEVER;
    private int characters;
    private long inputTokens;
    private long outputTokens;
    private boolean over;

    private TraceContext trace = TraceContext.NONE;

    ReplyWriting(SessionInfo session, ReplyText reply, String model, EngineClock clock, VoiceTelemetry telemetry) {
        this.session = session;
        this.turnId = reply.turnId;
        this.turnBegan = reply.turnBegan;
        this.reply = reply.epoch;
        this.model = model;
        this.clock = clock;
        this.telemetry = telemetry;
        this.askedAt = clock.nanoTime();
    }

    synchronized void wrote(int length) {
        if (length > 0 && firstTextAt == TelemetryEvent.NEVER) {
            firstTextAt = clock.nanoTime();
        }
        characters += length;
    }

    synchronized void tokens(long input, long output) {
        inputTokens += input;
        outputTokens += output;
    }

    /** The Responder is called now. What was begun is ended with what tells that it is over. */
    synchronized TraceContext called() {
        if (!over) {
            trace = session.trace()
                    .begin(new TraceContext.Begin(TraceContext.Work.REPLY, turnId, turnBegan, reply, askedAt));
        }
        return trace;
    }

    synchronized void failing(Throwable cause) {
        if (!over) {
            trace.failed(cause);
        }
    }

    void over(Outcome outcome) {
        ConversationEvent.Responded event;
        synchronized (this) {
            if (over) {
                return;
            }
            over = true;
            event = new ConversationEvent.Responded(
                    clock.nanoTime(),
                    session,
                    turnId,
                    reply,
                    model,
                    askedAt,
                    firstTextAt,
                    characters,
                    inputTokens,
                    outputTokens,
                    outcome,
                    trace);
        }
        telemetry.on(event);
    }
}
