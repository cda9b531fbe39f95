package dev.duplexvoice.telemetry;

import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps a throwing telemetry from the engine. */
final class GuardedTelemetry implements VoiceTelemetry {
    private static final Logger LOG = LoggerFactory.getLogger(VoiceTelemetry.class);

    private final VoiceTelemetry delegate;
    private final Set<String> reported = ConcurrentHashMap.newKeySet();

    GuardedTelemetry(VoiceTelemetry delegate) {
        this.delegate = delegate;
    }

    @Override
    public void on(TelemetryEvent event) {
        try {
            delegate.on(event);
        } catch (RuntimeException | LinkageError | AssertionError e) {
            report("on", e);
        }
    }

    @Override
    public Duration patience() {
        try {
            return Objects.requireNonNullElse(delegate.patience(), Duration.ZERO);
        } catch (RuntimeException | LinkageError | AssertionError e) {
            report("patience", e);
            return Duration.ZERO;
        }
    }

    @Override
    public void tick(long latenessNanos) {
        try {
            delegate.tick(latenessNanos);
        } catch (RuntimeException | LinkageError | AssertionError e) {
            report("tick", e);
        }
    }

    @Override
    public void frameEmitted(long latenessNanos) {
        try {
            delegate.frameEmitted(latenessNanos);
        } catch (RuntimeException | LinkageError | AssertionError e) {
            report("frameEmitted", e);
        }
    }

    @Override
    public void frameStarved(String sessionId) {
        try {
            delegate.frameStarved(sessionId);
        } catch (RuntimeException | LinkageError | AssertionError e) {
            report("frameStarved", e);
        }
    }

    @Override
    public void framesRefused(boolean input, int frames) {
        try {
            delegate.framesRefused(input, frames);
        } catch (RuntimeException | LinkageError | AssertionError e) {
            report("framesRefused", e);
        }
    }

    @Override
    public void connections(String transport, int change) {
        try {
            delegate.connections(transport, change);
        } catch (RuntimeException | LinkageError | AssertionError e) {
            report("connections", e);
        }
    }

    @Override
    public void messageSent(String type) {
        try {
            delegate.messageSent(type);
        } catch (RuntimeException | LinkageError | AssertionError e) {
            report("messageSent", e);
        }
    }

    @Override
    public void messageReceived(String type, long nanos) {
        try {
            delegate.messageReceived(type, nanos);
        } catch (RuntimeException | LinkageError | AssertionError e) {
            report("messageReceived", e);
        }
    }

    @Override
    public TraceContext conversation(String sessionId, long at) {
        try {
            return Objects.requireNonNullElse(delegate.conversation(sessionId, at), TraceContext.NONE);
        } catch (RuntimeException | LinkageError | AssertionError e) {
            report("conversation", e);
            return TraceContext.NONE;
        }
    }

    @Override
    public TraceContext synthesis(String sessionId, long at) {
        try {
            return Objects.requireNonNullElse(delegate.synthesis(sessionId, at), TraceContext.NONE);
        } catch (RuntimeException | LinkageError | AssertionError e) {
            report("synthesis", e);
            return TraceContext.NONE;
        }
    }

    @Override
    public TraceContext request(Function<String, @Nullable String> headers) {
        try {
            return Objects.requireNonNullElse(delegate.request(headers), TraceContext.NONE);
        } catch (RuntimeException | LinkageError | AssertionError e) {
            report("request", e);
            return TraceContext.NONE;
        }
    }

    private void report(String method, Throwable e) {
        if (reported.add(method)) {
            LOG.atWarn()
                    .addKeyValue("method", method)
                    .setCause(e)
                    .log("Telemetry threw; further failures of this method are not logged");
        }
    }
}
