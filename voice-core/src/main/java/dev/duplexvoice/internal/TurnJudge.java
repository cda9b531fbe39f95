package dev.duplexvoice.internal;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.telemetry.TraceContext;
import dev.duplexvoice.turn.TurnDetector;
import dev.duplexvoice.turn.TurnMoment;
import dev.duplexvoice.turn.TurnStream;
import dev.duplexvoice.turn.TurnVerdict;
import java.util.Objects;
import java.util.function.Consumer;

/** A session's turn detector. */
final class TurnJudge extends SpeechFollower<TurnStream> {

    TurnJudge(
            TurnDetector detector,
            int sampleRate,
            Workers workers,
            Consumer<VoiceException> onFailure,
            TraceContext trace) {
        super(
                VoiceException.Code.TURN_TAKING,
                "turn detector " + detector.getClass().getName(),
                sampleRate,
                () -> detector.start(sampleRate),
                workers,
                onFailure,
                trace);
    }

    void speechStarted() {
        begin(TurnStream::speechStarted);
    }

    void audio(short[] samples) {
        audio(samples, open -> open.audio(samples));
    }

    /** Asks; the answer comes on a worker, UNDECIDED if there is none. */
    void ask(TurnMoment moment, Consumer<TurnVerdict> answer) {
        call(
                open -> {
                    TurnVerdict verdict = TurnVerdict.UNDECIDED;
                    try {
                        verdict = Objects.requireNonNull(open.judge(moment), "the verdict is null");
                    } finally {
                        answer.accept(verdict);
                    }
                },
                () -> answer.accept(TurnVerdict.UNDECIDED));
    }
}
