package dev.duplexvoice.server.internal.socket;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The sessions that wait for their clients, so many of each address at most: limits of connections do not see them, and who connects and
 * goes again and again would fill the server. Thread-safe.
 */
final class WaitingSessions {
    private final int most;
    /** Those that wait for longest first. */
    private final Map<String, Set<Conversation>> byAddress = new HashMap<>();

    WaitingSessions(int most) {
        this.most = most;
    }

    /** One more. Returns the one that is to be ended for it; null if there is room. */
    synchronized @Nullable Conversation add(Conversation session) {
        Set<Conversation> same = byAddress.computeIfAbsent(session.address(), any -> new LinkedHashSet<>());
        same.add(session);
        if (same.size() <= most) {
            return null;
        }
        Iterator<Conversation> oldest = same.iterator();
        Conversation tooMany = oldest.next();
        oldest.remove();
        return tooMany;
    }

    /** It has a client again, or has ended. */
    synchronized void remove(Conversation session) {
        Set<Conversation> same = byAddress.get(session.address());
        if (same != null && same.remove(session) && same.isEmpty()) {
            byAddress.remove(session.address());
        }
    }
}
