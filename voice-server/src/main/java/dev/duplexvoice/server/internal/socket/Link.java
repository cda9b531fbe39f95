package dev.duplexvoice.server.internal.socket;

import dev.duplexvoice.telemetry.VoiceTelemetry;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;

/** The way to one client: counts what waits in the transport. Sending never blocks. Thread-safe. */
final class Link {
    /** What a client has for its answer to a close. */
    private static final Duration GOODBYE = Duration.ofSeconds(5);

    private final Session session;
    private final SocketRules rules;
    private final VoiceTelemetry telemetry;
    private final Timer timer;
    private final AtomicInteger messages = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicInteger audio = new AtomicInteger();
    private volatile Runnable onRoom = () -> {};
    private volatile boolean closing;

    Link(Session session, SocketRules rules, VoiceTelemetry telemetry, Timer timer) {
        this.session = session;
        this.rules = rules;
        this.telemetry = telemetry;
        this.timer = timer;
    }

    /** What is run when a frame of audio is gone; must not block. */
    void onRoom(Runnable action) {
        onRoom = action;
    }

    /** Sends a message; false if too much waits, and then it is not sent. */
    boolean text(String type, String message) {
        if (closing) {
            return true;
        }
        if (messages.get() >= rules.maxWaitingMessages || bytes.get() + message.length() > rules.maxWaitingBytes) {
            return false;
        }
        must(type, message);
        return true;
    }

    /** Sends a message whatever waits. */
    void must(String type, String message) {
        if (closing) {
            return;
        }
        int length = message.length();
        messages.incrementAndGet();
        bytes.addAndGet(length);
        session.sendText(message, Callback.from(() -> textSent(length), failure -> textSent(length)));
        telemetry.messageSent(type);
    }

    private void textSent(int length) {
        messages.decrementAndGet();
        bytes.addAndGet(-length);
    }

    /** Sends a frame that nobody sends. */
    void audio(AudioFrame frame) {
        frame.take(this);
        begin(frame.length());
        session.sendBinary(frame.message(), frame);
    }

    /** Sends a frame that may still be with a transport before this one. */
    void audioAgain(AudioFrame frame) {
        ByteBuffer copy = frame.copy();
        int length = copy.remaining();
        begin(length);
        session.sendBinary(copy, Callback.from(() -> audioSent(length), failure -> audioSent(length)));
    }

    void audio(String message) {
        int length = message.length();
        begin(length);
        session.sendText(message, Callback.from(() -> audioSent(length), failure -> audioSent(length)));
    }

    private void begin(int length) {
        audio.incrementAndGet();
        bytes.addAndGet(length);
        telemetry.messageSent("AudioFrame");
    }

    /** A frame of audio is with the system, or was lost. */
    void audioSent(int length) {
        audio.decrementAndGet();
        bytes.addAndGet(-length);
        onRoom.run();
    }

    /** Frames of audio that wait in the transport. */
    int audioWaiting() {
        return audio.get();
    }

    void ping() {
        if (!closing) {
            session.sendPing(ByteBuffer.allocate(0), Callback.NOOP);
        }
    }

    /** Says good bye; a client that does not answer is cut off. Idempotent. */
    void close(int code, String reason) {
        if (closing) {
            return;
        }
        closing = true;
        session.close(code, reason, Callback.NOOP);
        timer.after(GOODBYE, () -> {
            if (session.isOpen()) {
                session.disconnect();
            }
        });
    }

    /** Cuts it off. */
    void disconnect() {
        closing = true;
        session.disconnect();
    }

    boolean isClosing() {
        return closing;
    }
}
