package dev.duplexvoice.internal;

import dev.duplexvoice.telemetry.ConversationEvent;
import dev.duplexvoice.telemetry.SessionInfo;
import dev.duplexvoice.telemetry.TelemetryEvent;
import dev.duplexvoice.telemetry.TelemetryEvent.Outcome;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import dev.duplexvoice.time.EngineClock;

/** How long a Responder takes for its reply; told once, when it is over. Any thread. */
final class ReplyWriting {
    private final SessionInfo session;
    private final String turnId;
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

    ReplyWriting(
            SessionInfo session, String turnId, int reply, String model, EngineClock clock, VoiceTelemetry telemetry) {
        this.session = session;
        this.turnId = turnId;
        this.reply = reply;
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
                    outcome);
        }
        telemetry.on(event);
    }
}
