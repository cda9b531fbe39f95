package dev.duplexvoice.benchmarks.scheduler;

import dev.duplexvoice.telemetry.LatencyRecorder;
import dev.duplexvoice.telemetry.ServiceEvent;
import dev.duplexvoice.telemetry.TelemetryEvent;
import dev.duplexvoice.telemetry.VoiceTelemetry;

/** What listeners hear, and what the scheduler tells of its batches; nothing counts before {@link #begin}. */
final class Figures implements VoiceTelemetry {
    final LatencyRecorder first = new LatencyRecorder();
    final LatencyRecorder waits = new LatencyRecorder();
    boolean counts;
    long replies;
    long gaps;
    long gapNanos;
    long longestGap;
    long playedNanos;
    long batches;
    long streams;
    long late;

    /** Counts from now on. */
    void begin() {
        counts = true;
    }

    void firstHeard(long nanos) {
        if (counts) {
            first.record(nanos);
        }
    }

    void waited(long nanos) {
        if (counts) {
            waits.record(nanos);
        }
    }

    void gap(long nanos) {
        if (counts) {
            gaps++;
            gapNanos += nanos;
            longestGap = Math.max(longestGap, nanos);
        }
    }

    void played(long nanos) {
        if (counts) {
            playedNanos += nanos;
        }
    }

    void replyOver() {
        if (counts) {
            replies++;
        }
    }

    @Override
    public void on(TelemetryEvent event) {
        if (counts && event instanceof ServiceEvent.VocoderBatch batch) {
            batches++;
            streams += batch.streams();
            late += batch.late();
        }
    }
}
