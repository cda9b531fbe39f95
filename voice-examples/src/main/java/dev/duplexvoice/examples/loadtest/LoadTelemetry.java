package dev.duplexvoice.examples.loadtest;

import dev.duplexvoice.telemetry.ConversationEvent;
import dev.duplexvoice.telemetry.TelemetryEvent;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** Hears from the engine what no event tells. */
final class LoadTelemetry implements VoiceTelemetry {
    final TickLateness lateness = new TickLateness();
    final LongAdder framesOut = new LongAdder();
    final LongAdder blocked = new LongAdder();
    final Map<String, Call> calls = new ConcurrentHashMap<>();
    private final ConcurrentHistogram silence = new ConcurrentHistogram(Nanos.LEAST, Nanos.MOST, Nanos.DIGITS);
    private volatile boolean measuring;

    void measure(boolean on) {
        measuring = on;
    }

    /** From the detector's decision to silence, the frames on their way played; once it is not measuring any more. */
    Histogram silence() {
        return silence;
    }

    @Override
    public void tick(long latenessNanos) {
        lateness.record(latenessNanos);
    }

    @Override
    public void frameEmitted(long latenessNanos) {
        framesOut.increment();
    }

    @Override
    public void on(TelemetryEvent event) {
        if (!(event instanceof ConversationEvent.BargeIn bargeIn)) {
            return;
        }
        Call call = calls.get(bargeIn.session().id());
        if (call != null) {
            // The clock of an engine that is given none.
            call.gateClosed(bargeIn.at());
        }
        if (measuring) {
            silence.recordValue(Nanos.clamp(bargeIn.silentAt() - bargeIn.triggeredAt()));
        }
    }

    @Override
    public void framesRefused(boolean input, int frames) {
        if (!input) {
            blocked.add(frames);
        }
    }
}
