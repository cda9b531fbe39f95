package dev.duplexvoice.telemetry;

import dev.duplexvoice.model.ModelEvent;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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
    public void sessionOpened(String sessionId) {
        try {
            delegate.sessionOpened(sessionId);
        } catch (RuntimeException | LinkageError | AssertionError e) {
            report("sessionOpened", e);
        }
    }

    @Override
    public void sessionClosed(String sessionId, String reason, long nanos) {
        try {
            delegate.sessionClosed(sessionId, reason, nanos);
        } catch (RuntimeException | LinkageError | AssertionError e) {
            report("sessionClosed", e);
        }
    }

    @Override
    public void turnEnded(String sessionId, String turnId, long endpointingNanos) {
        try {
            delegate.turnEnded(sessionId, turnId, endpointingNanos);
        } catch (RuntimeException | LinkageError | AssertionError e) {
            report("turnEnded", e);
        }
    }

    @Override
    public void firstAudio(String sessionId, String turnId, long sinceTurnNanos, long sinceTextNanos) {
        try {
            delegate.firstAudio(sessionId, turnId, sinceTurnNanos, sinceTextNanos);
        } catch (RuntimeException | LinkageError | AssertionError e) {
            report("firstAudio", e);
        }
    }

    @Override
    public void clauseSynthesized(String voice, long computeNanos, long audioNanos) {
        try {
            delegate.clauseSynthesized(voice, computeNanos, audioNanos);
        } catch (RuntimeException | LinkageError | AssertionError e) {
            report("clauseSynthesized", e);
        }
    }

    @Override
    public void bargeIn(String sessionId, String turnId, long nanos) {
        try {
            delegate.bargeIn(sessionId, turnId, nanos);
        } catch (RuntimeException | LinkageError | AssertionError e) {
            report("bargeIn", e);
        }
    }

    @Override
    public void replyFinished(String sessionId, String turnId, boolean interrupted, long heardNanos) {
        try {
            delegate.replyFinished(sessionId, turnId, interrupted, heardNanos);
        } catch (RuntimeException | LinkageError | AssertionError e) {
            report("replyFinished", e);
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
    public void model(ModelEvent event) {
        try {
            delegate.model(event);
        } catch (RuntimeException | LinkageError | AssertionError e) {
            report("model", e);
        }
    }

    @Override
    public void error(String sessionId, String code) {
        try {
            delegate.error(sessionId, code);
        } catch (RuntimeException | LinkageError | AssertionError e) {
            report("error", e);
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
