package dev.duplexvoice.opentelemetry.internal;

import dev.duplexvoice.SessionState;
import dev.duplexvoice.opentelemetry.VoiceAttributes;
import dev.duplexvoice.telemetry.ConversationEvent;
import dev.duplexvoice.telemetry.SessionInfo;
import dev.duplexvoice.telemetry.TraceContext;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A session's spans. It belongs to the session and is forgotten with it, whatever was told by then. Spans that work is called in are
 * started when it is, on its thread, maybe before the telemetry's thread hears of the turn; whoever is first starts the turn. Ends are the
 * telemetry's thread's, and outside of the lock: an exporter may block there.
 */
public final class ConversationTrace extends TraceContext {
    /** Turns that are over and may still have work that begins. */
    private static final int KEPT_TURNS = 4;
    /** More are not begun while the telemetry's thread hangs. */
    private static final int MOST_TURNS = 64;

    private final VoiceTelemetry owner;
    private final SpanMaker spans;
    private final Context parent;
    private final String sessionId;
    private final long openedAt;
    private final Utterances utterances;

    private final Object lock = new Object();
    private final Map<String, TurnTrace> turns = new LinkedHashMap<>();
    private @Nullable Span span;
    private Context context;
    private boolean over;

    /** @param parent what the conversation belongs to */
    public ConversationTrace(VoiceTelemetry owner, SpanMaker spans, Context parent, String sessionId, long openedAt) {
        this.owner = owner;
        this.spans = spans;
        this.parent = parent;
        this.context = parent;
        this.sessionId = sessionId;
        this.openedAt = openedAt;
        this.utterances = new Utterances(spans, sessionId);
    }

    /** Whether this telemetry began it. */
    public boolean isOf(VoiceTelemetry telemetry) {
        return owner == telemetry;
    }

    // ------------------------------------------------------------------------------------------ whoever works

    @Override
    protected TraceContext onBegin(Begin work) {
        TurnTrace turn = turn(work.turnId(), work.turnBegan());
        return turn == null ? NONE : WorkTrace.ofTurn(owner, spans, turn.context, sessionId, work);
    }

    @Override
    protected Scope onEnter(@Nullable String turnId) {
        Context within;
        synchronized (lock) {
            TurnTrace turn = turnId == null ? null : turns.get(turnId);
            span();
            within = turn == null ? context : turn.context;
        }
        return LogIds.enter(within);
    }

    @Override
    protected void onFailed(Throwable cause) {}

    /** The conversation's span. With the lock. Started late, so that of a session that cannot be opened there is none. */
    private Span span() {
        Span known = span;
        if (known == null) {
            known = spans.start("conversation", parent, openedAt, sessionId, null);
            span = known;
            context = parent.with(known);
        }
        return known;
    }

    /** Null if it would come too late. */
    private @Nullable TurnTrace turn(String id, long began) {
        synchronized (lock) {
            TurnTrace turn = turns.get(id);
            if (turn == null && !over && turns.size() < MOST_TURNS) {
                span();
                turn = new TurnTrace(spans, context, sessionId, id, began);
                turns.put(id, turn);
            }
            return turn;
        }
    }

    // ------------------------------------------------------------------------------------------ the telemetry's thread

    /** Something happened in the session. */
    public void on(ConversationEvent event) {
        if (event instanceof ConversationEvent.Opened told) {
            opened(told.session());
        } else if (event instanceof ConversationEvent.RecognitionStarted told) {
            utterances.started(told);
        } else if (event instanceof ConversationEvent.Recognized told) {
            recognized(told);
        } else if (event instanceof ConversationEvent.RecognitionFailed told) {
            utterances.failed(told);
        } else if (event instanceof ConversationEvent.TurnEnded told) {
            turnEnded(told);
        } else if (event instanceof ConversationEvent.StateChanged told) {
            stateChanged(told);
        } else if (event instanceof ConversationEvent.ReplyStarted told) {
            turn(told.turnId(), told.at());
        } else if (event instanceof ConversationEvent.Responded told) {
            responded(told);
        } else if (event instanceof ConversationEvent.BargeIn told) {
            TurnTrace turn = known(told.turnId());
            if (turn != null) {
                turn.bargeIn(told);
            }
        } else if (event instanceof ConversationEvent.Resumed told) {
            TurnTrace turn = known(told.turnId());
            if (turn != null) {
                turn.resumed(told);
            }
        } else if (event instanceof ConversationEvent.ReplyFinished told) {
            TurnTrace turn = turn(told.turnId(), told.startedAt());
            if (turn != null) {
                turn.finished(told);
                forgetOld(told.at());
            }
        } else if (event instanceof ConversationEvent.Failed told) {
            failed(told);
        } else if (event instanceof ConversationEvent.Closed told) {
            closed(told);
        }
    }

    private void opened(SessionInfo session) {
        Span conversation;
        synchronized (lock) {
            conversation = span();
        }
        conversation.setAttribute(VoiceAttributes.TRANSPORT, session.transport());
        conversation.setAttribute(VoiceAttributes.MODEL_ID, session.modelId());
        conversation.setAttribute(VoiceAttributes.ADAPTER_TYPE, session.adapterType());
    }

    private void recognized(ConversationEvent.Recognized told) {
        Utterances.Done done = utterances.recognized(told);
        TurnTrace turn = known(told.turnId());
        if (turn != null && turn.has(done.onset())) {
            // A text that came after the end of its turn.
            utterances.tell(one -> one == done, turn.context, turn.id);
        }
    }

    private void turnEnded(ConversationEvent.TurnEnded told) {
        TurnTrace turn = turn(told.turnId(), told.turnBegan());
        if (turn != null) {
            turn.callerEnded(told);
            utterances.tell(one -> one.at() >= turn.began && one.onset() >= turn.began, turn.context, turn.id);
            utterances.tell(one -> true, context(), null);
        }
    }

    /** Nobody answers but the host, in a turn of its own. */
    private void stateChanged(ConversationEvent.StateChanged told) {
        TurnTrace turn = known(told.turnId());
        if (told.to() == SessionState.WAITING_FOR_INPUT && turn != null) {
            turn.end(told.at());
            forgetOld(told.at());
        }
    }

    private void responded(ConversationEvent.Responded told) {
        TraceContext trace = told.trace();
        TurnTrace turn = known(told.turnId());
        if (trace == NONE && turn != null) {
            // It was thrown away before the Responder was called.
            Begin work = new Begin(Work.REPLY, turn.id, turn.began, told.reply(), told.askedAt());
            trace = WorkTrace.ofTurn(owner, spans, turn.context, sessionId, work);
        }
        if (trace instanceof WorkTrace work) {
            work.responded(told);
        }
    }

    private void failed(ConversationEvent.Failed told) {
        TurnTrace turn = known(told.turnId());
        if (TurnTrace.isOpen(turn) && turn != null) {
            turn.failed(told.code().name(), told.cause(), told.at());
        } else {
            Span conversation;
            synchronized (lock) {
                conversation = span();
            }
            spans.exception(conversation, told.cause(), told.at());
        }
    }

    private void closed(ConversationEvent.Closed told) {
        Span conversation;
        List<TurnTrace> left;
        synchronized (lock) {
            conversation = span();
            over = true;
            left = new ArrayList<>(turns.values());
        }
        utterances.close(context(), told.at());
        left.forEach(turn -> turn.end(told.at()));
        conversation.setAttribute(VoiceAttributes.END_REASON, told.reason());
        conversation.setAttribute(VoiceAttributes.TURNS, (long) told.turns());
        if (told.failed()) {
            SpanMaker.failed(conversation, told.reason());
        }
        spans.end(conversation, told.at());
    }

    private @Nullable TurnTrace known(@Nullable String turnId) {
        synchronized (lock) {
            return turnId == null ? null : turns.get(turnId);
        }
    }

    private Context context() {
        synchronized (lock) {
            return context;
        }
    }

    /** Forgets old turns; one of which the end was never told ends here. */
    private void forgetOld(long at) {
        List<TurnTrace> old = new ArrayList<>();
        synchronized (lock) {
            Iterator<TurnTrace> each = turns.values().iterator();
            while (turns.size() > KEPT_TURNS) {
                old.add(each.next());
                each.remove();
            }
        }
        old.forEach(turn -> turn.end(at));
    }
}
