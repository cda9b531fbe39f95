package dev.duplexvoice.server.internal.socket;

import dev.duplexvoice.audio.AudioFormat;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What goes to the client of a conversation, in order: audio in frames of the negotiated length, at most a little ahead of real time, and
 * messages. Without a link messages wait, and audio is not taken. Thread-safe; nothing blocks.
 */
final class Output {
    /** A client that has not reported its playout for so long does not report it. */
    private static final long REPORTS_CEASE = 2_000_000_000L;

    /** After so long without the rest a frame is sent as short as it is: a reply has ended. */
    private static final Duration LONGEST_GAP = Duration.ofMillis(80);

    private static final int KEPT_MILLIS = 1_000;

    private final StreamFormat format;
    private final boolean binary;
    private final boolean kept;
    private final SocketRules rules;
    private final Timer timer;
    private final LongSupplier nanoTime;
    private final int engineFrame;
    private final int mostInTransport;
    private final long mostUnplayed;
    private final Allowance pace;
    private final SentAudio sent;
    private final SentMessages told = new SentMessages();
    private final ArrayDeque<Message> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private @Nullable Link link;
    private @Nullable AudioFrame filling;
    private long sequence;
    private long sentEnd;
    private long played;
    private boolean reports;
    private long reportedAt;
    private boolean paused;
    private Runnable ready = () -> {};
    private boolean wakePlanned;
    private long wakeAt;
    private Runnable cancelWake = () -> {};
    /** Somebody was told that this is not ready. */
    private volatile boolean awaited;

    private record Message(String type, String text) {}

    /** @param kept whether frames and messages are kept for a client that may come back */
    Output(StreamFormat format, boolean binary, boolean kept, SocketRules rules, Timer timer) {
        this(format, binary, kept, rules, timer, System::nanoTime);
    }

    Output(StreamFormat format, boolean binary, boolean kept, SocketRules rules, Timer timer, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.format = format;
        this.binary = binary;
        this.kept = kept;
        this.rules = rules;
        this.timer = timer;
        int rate = format.sampleRate();
        engineFrame = rate * AudioFormat.FRAME_MILLIS / 1_000;
        int leadFrames = (int) (rules.lead.toMillis() / format.frameMillis());
        mostInTransport = Math.max(2, leadFrames);
        mostUnplayed = rate * rules.maxUnplayed.toMillis() / 1_000;
        pace = new Allowance(Math.max(engineFrame, rate * rules.lead.toMillis() / 1_000), rate, nanoTime);
        sent = new SentAudio(kept ? KEPT_MILLIS / format.frameMillis() : mostInTransport + 1, format.frameSamples());
    }

    // ------------------------------------------------------------------------------------------ the link

    /**
     * From now on everything goes here: the first message, what was sent and perhaps not received or heard, what waits. Returns the one
     * before.
     *
     * @param received the number of the last message that the client has
     */
    @Nullable
    Link attach(Link next, String first, long received) {
        Link old;
        synchronized (this) {
            old = link;
            link = next;
            next.onRoom(this::wake);
            // Together they are no more than what was let wait before.
            next.must("SessionStarted", first);
            told.after(received, waiting.size(), message -> next.must("Repeated", message));
            sent.each(frame -> again(next, frame));
            for (Message message = waiting.poll(); message != null; message = waiting.poll()) {
                next.must(message.type, message.text);
                told.add(message.text);
            }
            waitingBytes = 0;
        }
        wake();
        return old;
    }

    private void again(Link next, AudioFrame frame) {
        pace.spend(frame.samples());
        if (binary) {
            next.audioAgain(frame);
        } else {
            next.audio(json(frame));
        }
    }

    /** The link is no more. Returns false if it was another one's turn already. */
    synchronized boolean detach(Link gone) {
        if (link != gone) {
            return false;
        }
        link = null;
        return true;
    }

    synchronized boolean isAttached(Link to) {
        return link == to;
    }

    synchronized boolean isAttached() {
        return link != null;
    }

    /** Says good bye with a last message. */
    void end(String type, String message, int code, String reason) {
        Link last;
        synchronized (this) {
            flushFilling();
            last = link;
            if (last != null) {
                last.text(type, message);
            }
            waiting.clear();
            sent.clear();
        }
        if (last != null) {
            last.close(code, reason);
        }
    }

    // ------------------------------------------------------------------------------------------ messages

    /** Sends a message or keeps it; false if too much waits. One that may be told again has a number, {@code n}. */
    synchronized boolean send(String type, String message) {
        Link to = link;
        if (to != null) {
            if (!kept) {
                return to.text(type, message);
            }
            String numbered = told.numbered(message);
            told.add(numbered);
            return to.text(type, numbered);
        }
        if (waiting.size() >= rules.maxWaitingMessages || waitingBytes + message.length() > rules.maxWaitingBytes) {
            return false;
        }
        waiting.add(new Message(type, kept ? told.numbered(message) : message));
        waitingBytes += message.length();
        return true;
    }

    /** Sends a message that is worth nothing later, without a number; nothing if nobody is there. */
    synchronized boolean sendPassing(String type, String message) {
        Link to = link;
        return to == null || to.text(type, message);
    }

    // ------------------------------------------------------------------------------------------ audio

    void start(Runnable whenReady) {
        synchronized (this) {
            ready = whenReady;
        }
    }

    boolean isReady() {
        // Before anything is looked at: what changes meanwhile wakes.
        awaited = true;
        boolean takes;
        synchronized (this) {
            takes = takesAudio();
        }
        if (takes) {
            awaited = false;
        }
        return takes;
    }

    private boolean takesAudio() {
        Link to = link;
        if (to == null || paused || to.isClosing() || to.audioWaiting() >= mostInTransport) {
            return false;
        }
        if (reports && sent.unplayed(played) + engineFrame > mostUnplayed) {
            long left = REPORTS_CEASE - (nanoTime.getAsLong() - reportedAt);
            if (left > 0) {
                wakeAfter(left);
                return false;
            }
            reports = false;
        }
        long wait = pace.nanosUntil(engineFrame);
        if (wait > 0) {
            wakeAfter(wait);
            return false;
        }
        return true;
    }

    /** One that is planned for sooner does as well: it looks again. Under the lock. */
    private void wakeAfter(long nanos) {
        long at = nanoTime.getAsLong() + nanos;
        if (wakePlanned && wakeAt - at <= 0) {
            return;
        }
        cancelWake.run();
        wakePlanned = true;
        wakeAt = at;
        cancelWake = timer.after(Duration.ofNanos(nanos), this::wakeAsPlanned);
    }

    private void wakeAsPlanned() {
        synchronized (this) {
            wakePlanned = false;
        }
        wake();
    }

    /** It may be ready now. Any thread. */
    void wake() {
        if (awaited) {
            awaited = false;
            Runnable action;
            synchronized (this) {
                action = ready;
            }
            action.run();
        }
    }

    /** A frame of the session's. */
    synchronized void frame(short[] samples, int length, long position) {
        pace.spend(length);
        AudioFrame frame = filling;
        if (frame != null && frame.end() != position) {
            flushFilling();
        }
        int at = 0;
        while (at < length) {
            frame = filling;
            if (frame == null) {
                frame = sent.next();
                frame.begin(position + at);
                filling = frame;
            }
            at += frame.append(samples, at, length - at);
            if (frame.isFull()) {
                flushFilling();
            }
        }
        if (filling != null) {
            // If nothing follows, the rest is not to be waited for.
            AudioFrame rest = filling;
            long end = rest.end();
            timer.after(LONGEST_GAP, () -> flushRest(rest, end));
        }
    }

    private synchronized void flushRest(AudioFrame rest, long end) {
        if (filling == rest && rest.end() == end) {
            flushFilling();
        }
    }

    /** Under the lock. */
    private void flushFilling() {
        AudioFrame frame = filling;
        if (frame == null) {
            return;
        }
        filling = null;
        frame.number(++sequence);
        sentEnd = frame.end();
        sent.add(frame);
        Link to = link;
        if (to == null) {
            // It is sent when the client is back.
            return;
        }
        if (binary) {
            to.audio(frame);
        } else {
            to.audio(json(frame));
        }
    }

    private String json(AudioFrame frame) {
        return "{\"type\":\"audio\",\"pcm\":\"" + frame.base64() + "\",\"sample_rate\":" + format.sampleRate()
                + ",\"frame_ms\":" + format.frameMillis() + ",\"sequence\":" + frame.sequence() + ",\"position\":"
                + frame.position() + "}";
    }

    /** What was sent is not to be heard any more. */
    synchronized void flush() {
        AudioFrame frame = filling;
        if (frame != null) {
            filling = null;
            sent.giveBack(frame);
        }
        sent.clear();
    }

    /** The client has played all before this place. Returns where that is, which is nothing that was not sent. */
    long played(long position) {
        long known;
        synchronized (this) {
            known = Math.min(position, sentEnd);
            played = Math.max(played, known);
            reports = true;
            reportedAt = nanoTime.getAsLong();
            sent.played(played);
        }
        wake();
        return known;
    }

    /** Whether audio is to wait until it is told otherwise. Returns false if that is so already. */
    boolean pause(boolean value) {
        boolean changed;
        synchronized (this) {
            changed = paused != value;
            paused = value;
        }
        if (!value) {
            wake();
        }
        return changed;
    }

    /** Where the next frame will be at the soonest. */
    synchronized long position() {
        return sentEnd;
    }

    /** Audio that was sent and not played, in milliseconds. */
    synchronized long unplayedMillis() {
        Link to = link;
        if (!reports) {
            return to == null ? 0 : (long) to.audioWaiting() * format.frameMillis();
        }
        return sent.unplayed(played) * 1_000 / format.sampleRate();
    }

    /** For logs. */
    @Override
    public synchronized String toString() {
        return String.format(Locale.ROOT, "Output[sequence=%d, position=%d, kept=%b]", sequence, sentEnd, kept);
    }
}
