package dev.duplexvoice.server.internal.socket;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * With which token which session is taken over. A session has one, and while its client may not know it yet, as the answer that brings it
 * may be lost with its connection, also the one that the client came with. Thread-safe.
 */
final class ResumeTokens {
    private static final int BYTES = 24;

    private final SecureRandom random = new SecureRandom();
    private final Map<String, Conversation> sessions = new HashMap<>();
    /** Of each session, the newest last. */
    private final Map<Conversation, List<String>> tokens = new HashMap<>();

    /**
     * A new token of a session.
     *
     * @param shown with which its client came, good until {@link #confirm}; null if it is new
     */
    synchronized String next(Conversation session, @Nullable String shown) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        List<String> good = tokens.computeIfAbsent(session, any -> new ArrayList<>(2));
        good.removeIf(each -> !each.equals(shown) && sessions.remove(each) != null);
        good.add(token);
        sessions.put(token, session);
        return token;
    }

    /** The client has the newest token: the one before is worth nothing any more. */
    synchronized void confirm(Conversation session) {
        List<String> good = tokens.get(session);
        while (good != null && good.size() > 1) {
            sessions.remove(good.remove(0));
        }
    }

    /** The session that a token is for; null if there is none, or it is not this client's. */
    synchronized @Nullable Conversation find(@Nullable String token, String owner) {
        Conversation found = token == null ? null : sessions.get(token);
        return found == null || !found.owner.equals(owner) ? null : found;
    }

    /** It has ended. */
    synchronized void forget(Conversation session) {
        List<String> good = tokens.remove(session);
        if (good != null) {
            good.forEach(sessions::remove);
        }
    }
}
