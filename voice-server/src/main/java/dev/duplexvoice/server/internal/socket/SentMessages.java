package dev.duplexvoice.server.internal.socket;

import java.util.ArrayDeque;
import java.util.function.Consumer;

/** The messages that were sent last, with their numbers, for a client that may not have received them. Used under its output's lock. */
final class SentMessages {
    private static final int MOST = 200;
    private static final int LONGEST = 64 << 10;

    private final ArrayDeque<String> messages = new ArrayDeque<>();
    private long last;
    private int length;

    /** Gives a message the next number, as a field of its own. */
    String numbered(String message) {
        return message.substring(0, message.length() - 1) + ",\"n\":" + ++last + "}";
    }

    /** It was sent; in the order of the numbers. The oldest go. */
    void add(String numbered) {
        messages.add(numbered);
        length += numbered.length();
        while (messages.size() > MOST || length > LONGEST) {
            length -= messages.remove().length();
        }
    }

    /**
     * Those that came after a number, oldest first.
     *
     * @param received the last that the client has
     * @param later how many were numbered and not yet sent
     */
    void after(long received, int later, Consumer<String> action) {
        long number = last - later - messages.size();
        for (String message : messages) {
            if (++number > received) {
                action.accept(message);
            }
        }
    }
}
