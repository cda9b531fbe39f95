package dev.duplexvoice.server;

/**
 * What a {@link VoiceSocket} has counted since it was built.
 *
 * @param connections that are open now
 * @param sessions that live now, those that wait for their client to come back included
 * @param detached of those, the ones that wait
 * @param opened sessions
 * @param resumed connections that took a session over
 * @param lost sessions that ended because nobody took them over in time
 * @param refused connections that got no session: too many, too late, not allowed, draining
 * @param slow clients that were disconnected because they left too much unread
 * @param abusive clients that were disconnected because they sent too much, or too much that cannot be understood
 * @param badMessages messages that could not be understood
 * @param wrongSequence input frames whose number was not the next: missing ones before them, or taken already
 * @param tooFast messages of audio that came faster than they were taken: they, or what waited, were dropped
 * @param vanished connections that were closed because nothing came from them any more
 */
public record SocketStats(
        int connections,
        int sessions,
        int detached,
        long opened,
        long resumed,
        long lost,
        long refused,
        long slow,
        long abusive,
        long badMessages,
        long wrongSequence,
        long tooFast,
        long vanished) {}
