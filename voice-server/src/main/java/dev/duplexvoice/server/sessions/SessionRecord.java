package dev.duplexvoice.server.sessions;

import dev.duplexvoice.DuplexSession;
import dev.duplexvoice.SessionEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** One session in the directory. Thread-safe. */
final class SessionRecord implements SessionDirectory.Entry {
    private static final int MOST_LATENCIES = 1_000;

    private final String id;
    private final SessionOrigin origin;
    private final int inputRate;
    private final int outputRate;
    private final @Nullable UserRecord user;
    private final LongSupplier millis;
    private final Consumer<SessionRecord> onChange;
    private final long startedAt;

    /** Not there any more once the session has ended, so that it can be forgotten. */
    private @Nullable Live live;

    private String state;
    private @Nullable String closeReason;
    private long endedAt;
    private long droppedInput;
    private int turns;
    private int interruptions;
    private double[] firstAudio = new double[8];
    private int firstAudios;
    private final ArrayDeque<SessionEvent> events = new ArrayDeque<>();
    private int characters;
    private final Map<String, Turn> latencies = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Turn> eldest) {
            return size() > SessionDirectory.MOST_TURNS;
        }
    };

    private record Live(DuplexSession session, SessionDirectory.Means means) {}

    private static final class Turn {
        private String text = "";
        private @Nullable Duration endpointing;
        private @Nullable Duration firstAudio;
        private @Nullable Duration speechEnded;
        private @Nullable Duration endToEnd;
        private @Nullable Duration bargeIn;
        private boolean interrupted;
    }

    SessionRecord(
            DuplexSession session,
            SessionOrigin origin,
            SessionDirectory.Means means,
            @Nullable UserRecord user,
            LongSupplier millis,
            Consumer<SessionRecord> onChange) {
        this.id = session.id();
        this.origin = origin;
        this.inputRate = session.options().input().sampleRate();
        this.outputRate = session.options().output().sampleRate();
        this.state = session.state().label();
        this.live = new Live(session, means);
        this.user = user;
        this.millis = millis;
        this.onChange = onChange;
        this.startedAt = millis.getAsLong();
    }

    String id() {
        return id;
    }

    long startedAt() {
        return startedAt;
    }

    synchronized boolean isEnded() {
        return live == null;
    }

    void end(String byWhom) {
        Live ending;
        synchronized (this) {
            ending = live;
        }
        if (ending != null) {
            ending.means.end().accept(byWhom);
        }
    }

    @Override
    public void on(SessionEvent event) {
        boolean changed;
        synchronized (this) {
            if (live == null) {
                return;
            }
            events.add(event);
            characters += characters(event);
            while (events.size() > SessionDirectory.MOST_EVENTS || characters > SessionDirectory.MOST_TEXT) {
                characters -= characters(events.removeFirst());
            }
            changed = take(event);
        }
        if (changed) {
            onChange.accept(this);
        }
    }

    private static int characters(SessionEvent event) {
        if (event instanceof SessionEvent.Transcript e) {
            return e.text().length();
        } else if (event instanceof SessionEvent.TurnEnded e) {
            return e.text().length();
        } else if (event instanceof SessionEvent.ReplyFinished e) {
            return e.text().length() + e.heard().length();
        } else if (event instanceof SessionEvent.Failed e) {
            return e.message().length();
        }
        return 0;
    }

    private boolean take(SessionEvent event) {
        if (event instanceof SessionEvent.StateChanged e) {
            state = e.to().label();
            return true;
        } else if (event instanceof SessionEvent.TurnEnded e) {
            turns++;
            Turn turn = turn(e);
            turn.text = UserRecord.cut(e.text());
            turn.endpointing = e.endpointingDelay();
            turn.speechEnded = e.at().minus(e.endpointingDelay());
            if (user != null) {
                user.turn();
            }
        } else if (event instanceof SessionEvent.FirstAudio e) {
            Turn turn = turn(e);
            turn.firstAudio = e.latency();
            Duration spoken = turn.speechEnded;
            turn.endToEnd = spoken == null ? null : e.at().minus(spoken);
            firstAudio(e.latency().toNanos() / 1e6);
        } else if (event instanceof SessionEvent.Paused e) {
            turn(e).bargeIn = e.silentAt().minus(e.detectedAt());
        } else if (event instanceof SessionEvent.ReplyFinished e) {
            Turn turn = turn(e);
            turn.interrupted = e.interrupted();
            interruptions += e.interrupted() ? 1 : 0;
            if (user != null) {
                user.heard(id, turn.text, e.heard(), e.interrupted());
            }
        }
        return false;
    }

    private void firstAudio(double latency) {
        int at = firstAudios++ % MOST_LATENCIES;
        if (at == firstAudio.length) {
            firstAudio = Arrays.copyOf(firstAudio, Math.min(MOST_LATENCIES, 2 * at));
        }
        firstAudio[at] = latency;
    }

    private Turn turn(SessionEvent event) {
        String turnId = event.turnId();
        return latencies.computeIfAbsent(turnId == null ? id : turnId, any -> new Turn());
    }

    @Override
    public void ended(String reason) {
        synchronized (this) {
            Live ending = live;
            if (ending == null) {
                return;
            }
            droppedInput = droppedInput(ending);
            live = null;
            closeReason = reason;
            endedAt = millis.getAsLong();
        }
        onChange.accept(this);
    }

    synchronized SessionView view() {
        Live now = live;
        return new SessionView(
                id,
                origin.userId(),
                state,
                Instant.ofEpochMilli(startedAt).toString(),
                ((now == null ? endedAt : millis.getAsLong()) - startedAt) / 1e3,
                turns,
                origin.remoteAddress(),
                origin.protocol(),
                inputRate,
                outputRate,
                now == null ? 0 : now.means.unplayedMillis().getAsLong(),
                now == null ? droppedInput : droppedInput(now),
                interruptions,
                median(),
                closeReason);
    }

    private static long droppedInput(Live of) {
        return of.session.droppedInput() + of.means.refusedInput().getAsLong();
    }

    private @Nullable Double median() {
        int count = Math.min(firstAudios, MOST_LATENCIES);
        if (count == 0) {
            return null;
        }
        double[] sorted = Arrays.copyOf(firstAudio, count);
        Arrays.sort(sorted);
        return Math.round(10 * sorted[(count - 1) / 2]) / 10.0;
    }

    synchronized SessionTimeline timeline() {
        List<TurnLatencies> times = new ArrayList<>();
        latencies.forEach((turnId, turn) -> times.add(new TurnLatencies(
                turnId,
                millis(turn.endpointing),
                millis(turn.firstAudio),
                millis(turn.endToEnd),
                millis(turn.bargeIn),
                turn.interrupted)));
        return new SessionTimeline(view(), events.stream().map(EventFields::of).toList(), times);
    }

    private static @Nullable Double millis(@Nullable Duration duration) {
        return duration == null ? null : Math.round(duration.toNanos() / 1e5) / 10.0;
    }
}
