package dev.duplexvoice.server.internal.socket;

import java.time.Duration;

/** What a socket allows; written by its builder only. */
public final class SocketRules {
    public Duration lead = Duration.ofMillis(60);
    public Duration resumeWithin = Duration.ofSeconds(10);
    public Duration startTimeout = Duration.ofSeconds(10);
    public Duration vanishedAfter = Duration.ofSeconds(30);
    public Duration maxUnplayed = Duration.ofMillis(500);
    public int maxUnstarted = 1_000;
    public int maxWaitingSessions = 50;
    public int maxTextBytes = 64 << 10;
    public int maxBinaryBytes = 64 << 10;
    public int maxWaitingMessages = 1_000;
    public int maxWaitingBytes = 1 << 20;
    public int messagesPerSecond = 600;
    public int charactersPerSecond = 1_000;
    public int maxCharacters = 10_000;
    public int maxBadMessages = 20;

    /** The same, which nobody else changes. */
    public SocketRules copy() {
        SocketRules copy = new SocketRules();
        copy.lead = lead;
        copy.resumeWithin = resumeWithin;
        copy.startTimeout = startTimeout;
        copy.vanishedAfter = vanishedAfter;
        copy.maxUnplayed = maxUnplayed;
        copy.maxUnstarted = maxUnstarted;
        copy.maxWaitingSessions = maxWaitingSessions;
        copy.maxTextBytes = maxTextBytes;
        copy.maxBinaryBytes = maxBinaryBytes;
        copy.maxWaitingMessages = maxWaitingMessages;
        copy.maxWaitingBytes = maxWaitingBytes;
        copy.messagesPerSecond = messagesPerSecond;
        copy.charactersPerSecond = charactersPerSecond;
        copy.maxCharacters = maxCharacters;
        copy.maxBadMessages = maxBadMessages;
        return copy;
    }
}
