package dev.duplexvoice.http;

import dev.duplexvoice.telemetry.VoiceTelemetry;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What the streams of a voice share: the connections, the places for requests, time and chance. Once the voice is closed and its
 * last stream has ended the connections are let go. Thread-safe.
 */
final class SpeechCalls {
    private final Settings settings;
    private final Gate gate;
    private final Timers timers;
    private final RandomGenerator random;
    private volatile VoiceTelemetry telemetry = VoiceTelemetry.disabled();
    private @Nullable HttpClient client;
    private int streams;
    private boolean closed;

    SpeechCalls(Settings settings, HttpClient client, int maxRequests, Timers timers, RandomGenerator random) {
        this.settings = settings;
        this.client = client;
        this.gate = new Gate(maxRequests, Timers.THREADS);
        this.timers = timers;
        this.random = random;
    }

    void telemetry(VoiceTelemetry value) {
        telemetry = value;
    }

    VoiceTelemetry telemetry() {
        return telemetry;
    }

    Settings settings() {
        return settings;
    }

    Gate gate() {
        return gate;
    }

    Timers timers() {
        return timers;
    }

    /** For a stream that has begun and not ended. */
    synchronized HttpClient client() {
        HttpClient open = client;
        if (open == null) {
            throw new IllegalStateException("the voice " + settings.name() + " is closed");
        }
        return open;
    }

    /** Nanoseconds until the next attempt: longer each time, and never the same for all who failed together. */
    long retryWait(int retry, Duration asked) {
        double base = settings.retryDelay().toNanos() * Math.scalb(1.0, retry);
        double jittered;
        synchronized (random) {
            jittered = base * (0.5 + 0.5 * random.nextDouble());
        }
        return asked.toNanos() + Math.round(jittered);
    }

    /** @throws IllegalStateException if the voice is closed */
    synchronized void begun() {
        if (closed) {
            throw new IllegalStateException("the voice " + settings.name() + " is closed");
        }
        streams++;
    }

    synchronized void ended() {
        streams--;
        release();
    }

    synchronized void close() {
        closed = true;
        release();
    }

    private void release() {
        HttpClient open = client;
        if (!closed || streams > 0 || open == null) {
            return;
        }
        client = null;
        // From Java 21 on a client can be closed, which waits a little; before that it ends when it is not referred to.
        if (open instanceof AutoCloseable closeable) {
            Thread closer = new Thread(() -> close(closeable), "voice-http-close");
            closer.setDaemon(true);
            closer.start();
        }
    }

    private static void close(AutoCloseable client) {
        try {
            client.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
