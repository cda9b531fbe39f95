package dev.duplexvoice.internal;

import dev.duplexvoice.SessionOptions;
import dev.duplexvoice.audio.FrameRing;
import dev.duplexvoice.telemetry.SessionInfo;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import dev.duplexvoice.time.EngineClock;

/** What a session is made of. */
record SessionParts(
        SessionInfo info,
        SessionOptions options,
        EngineClock clock,
        VoiceTelemetry telemetry,
        Workers workers,
        Hearing hearing,
        Playout playout,
        SpeechPump pump,
        InputRing input,
        FrameRing output,
        Tape tape) {}
