package dev.duplexvoice.server.sessions;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.LongSupplier;

/** What one user did. Thread-safe. */
final class UserRecord {
    private final String id;
    private final LongSupplier millis;
    private final long firstSeen;
    /** Newest first. */
    private final ArrayDeque<UserView.Interaction> recent = new ArrayDeque<>();

    private long lastSeen;
    private int conversations;
    private int turns;

    UserRecord(String id, LongSupplier millis) {
        this.id = id;
        this.millis = millis;
        this.firstSeen = millis.getAsLong();
        this.lastSeen = firstSeen;
    }

    synchronized void opened() {
        conversations++;
        lastSeen = millis.getAsLong();
    }

    synchronized void turn() {
        turns++;
        lastSeen = millis.getAsLong();
    }

    synchronized void heard(String sessionId, String userText, String heard, boolean interrupted) {
        lastSeen = millis.getAsLong();
        recent.addFirst(new UserView.Interaction(
                sessionId, Instant.ofEpochMilli(lastSeen).toString(), cut(userText), cut(heard), interrupted));
        if (recent.size() > SessionDirectory.MOST_INTERACTIONS) {
            recent.removeLast();
        }
    }

    /** The beginning of a text that is too long to be kept. */
    static String cut(String text) {
        return text.length() <= SessionDirectory.MOST_SAID
                ? text
                : text.substring(0, SessionDirectory.MOST_SAID - 1) + "…";
    }

    synchronized UserView view() {
        return new UserView(
                id,
                conversations,
                turns,
                Instant.ofEpochMilli(firstSeen).toString(),
                Instant.ofEpochMilli(lastSeen).toString(),
                List.copyOf(recent));
    }
}
