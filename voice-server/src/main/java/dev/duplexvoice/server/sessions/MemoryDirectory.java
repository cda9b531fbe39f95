package dev.duplexvoice.server.sessions;

import dev.duplexvoice.DuplexSession;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sessions and users in memory. */
final class MemoryDirectory implements SessionDirectory {
    private static final Logger LOG = LoggerFactory.getLogger(MemoryDirectory.class);

    private final LongSupplier millis;
    private final Map<String, SessionRecord> live = new ConcurrentHashMap<>();
    private final List<Consumer<SessionView>> listeners = new CopyOnWriteArrayList<>();
    private final Object lock = new Object();
    /** Newest first. Guarded by the lock, as are the users. */
    private final ArrayDeque<SessionRecord> ended = new ArrayDeque<>();

    private final Map<String, UserRecord> users = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, UserRecord> eldest) {
            return size() > MOST_USERS;
        }
    };

    /** @param millis the time of day */
    MemoryDirectory(LongSupplier millis) {
        this.millis = millis;
    }

    @Override
    public Entry opened(DuplexSession session, SessionOrigin origin, Means means) {
        UserRecord user = null;
        if (origin.userId() != null) {
            synchronized (lock) {
                user = users.computeIfAbsent(origin.userId(), id -> new UserRecord(id, millis));
            }
            user.opened();
        }
        SessionRecord record = new SessionRecord(session, origin, means, user, millis, this::changed);
        live.put(session.id(), record);
        changed(record);
        return record;
    }

    private void changed(SessionRecord record) {
        if (record.isEnded() && live.remove(record.id(), record)) {
            synchronized (lock) {
                ended.addFirst(record);
                if (ended.size() > MOST_ENDED) {
                    ended.removeLast();
                }
            }
        }
        if (!listeners.isEmpty()) {
            SessionView view = record.view();
            for (Consumer<SessionView> listener : listeners) {
                try {
                    listener.accept(view);
                } catch (RuntimeException e) {
                    LOG.atWarn()
                            .addKeyValue("session_id", view.sessionId())
                            .setCause(e)
                            .log("Who listens to the session directory threw");
                }
            }
        }
    }

    @Override
    public List<SessionView> live() {
        return live.values().stream()
                .sorted((a, b) -> Long.compare(a.startedAt(), b.startedAt()))
                .map(SessionRecord::view)
                .toList();
    }

    @Override
    public List<SessionView> ended() {
        List<SessionRecord> records;
        synchronized (lock) {
            records = new ArrayList<>(ended);
        }
        return records.stream().map(SessionRecord::view).toList();
    }

    @Override
    public Optional<SessionTimeline> timeline(String sessionId) {
        SessionRecord record = live.get(sessionId);
        return Optional.ofNullable(record == null ? findEnded(sessionId) : record)
                .map(SessionRecord::timeline);
    }

    private @Nullable SessionRecord findEnded(String sessionId) {
        synchronized (lock) {
            for (SessionRecord record : ended) {
                if (record.id().equals(sessionId)) {
                    return record;
                }
            }
        }
        return null;
    }

    @Override
    public boolean end(String sessionId, String byWhom) {
        SessionRecord record = live.get(sessionId);
        if (record == null) {
            return false;
        }
        LOG.atInfo()
                .addKeyValue("session_id", sessionId)
                .addKeyValue("by", byWhom)
                .log("A session is ended by request");
        record.end(byWhom);
        return true;
    }

    @Override
    public Optional<UserView> user(String userId) {
        UserRecord user;
        synchronized (lock) {
            user = users.get(userId);
        }
        return Optional.ofNullable(user).map(UserRecord::view);
    }

    @Override
    public Runnable onChange(Consumer<SessionView> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }
}
