package dev.duplexvoice.telemetry;

/** Tells nobody. */
enum DisabledTelemetry implements VoiceTelemetry {
    INSTANCE
}
