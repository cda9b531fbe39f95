package dev.duplexvoice.telemetry;

import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Tells several. One that throws keeps nothing from those behind it. */
final class SeveralTelemetries implements VoiceTelemetry {
    private static final Duration LONGEST = Duration.ofSeconds(1);

    private final VoiceTelemetry[] parts;

    SeveralTelemetries(List<VoiceTelemetry> parts) {
        this.parts = parts.stream().map(VoiceTelemetry::guarded).toArray(VoiceTelemetry[]::new);
    }

    /** What a telemetry consists of; nothing if it tells nobody. */
    static List<VoiceTelemetry> parts(VoiceTelemetry telemetry) {
        if (telemetry == DisabledTelemetry.INSTANCE) {
            return List.of();
        }
        return telemetry instanceof SeveralTelemetries several ? List.of(several.parts) : List.of(telemetry);
    }

    @Override
    public void on(TelemetryEvent event) {
        for (VoiceTelemetry part : parts) {
            part.on(event);
        }
    }

    /** Of the least patient. */
    @Override
    public Duration patience() {
        Duration least = LONGEST;
        for (VoiceTelemetry part : parts) {
            Duration patience = part.patience();
            least = patience.compareTo(least) < 0 ? patience : least;
        }
        return least;
    }

    @Override
    public void tick(long latenessNanos) {
        for (VoiceTelemetry part : parts) {
            part.tick(latenessNanos);
        }
    }

    @Override
    public void frameEmitted(long latenessNanos) {
        for (VoiceTelemetry part : parts) {
            part.frameEmitted(latenessNanos);
        }
    }

    @Override
    public void frameStarved(String sessionId) {
        for (VoiceTelemetry part : parts) {
            part.frameStarved(sessionId);
        }
    }

    @Override
    public void framesRefused(boolean input, int frames) {
        for (VoiceTelemetry part : parts) {
            part.framesRefused(input, frames);
        }
    }

    @Override
    public void connections(String transport, int change) {
        for (VoiceTelemetry part : parts) {
            part.connections(transport, change);
        }
    }

    @Override
    public void messageSent(String type) {
        for (VoiceTelemetry part : parts) {
            part.messageSent(type);
        }
    }

    @Override
    public void messageReceived(String type, long nanos) {
        for (VoiceTelemetry part : parts) {
            part.messageReceived(type, nanos);
        }
    }

    @Override
    public TraceContext conversation(String sessionId, long at) {
        for (VoiceTelemetry part : parts) {
            TraceContext trace = part.conversation(sessionId, at);
            if (trace != TraceContext.NONE) {
                return trace;
            }
        }
        return TraceContext.NONE;
    }

    @Override
    public TraceContext synthesis(String sessionId, long at) {
        for (VoiceTelemetry part : parts) {
            TraceContext trace = part.synthesis(sessionId, at);
            if (trace != TraceContext.NONE) {
                return trace;
            }
        }
        return TraceContext.NONE;
    }

    @Override
    public TraceContext request(Function<String, @Nullable String> headers) {
        for (VoiceTelemetry part : parts) {
            TraceContext trace = part.request(headers);
            if (trace != TraceContext.NONE) {
                return trace;
            }
        }
        return TraceContext.NONE;
    }
}
