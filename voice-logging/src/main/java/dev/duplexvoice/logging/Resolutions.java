package dev.duplexvoice.logging;

import dev.duplexvoice.VoiceException;
import org.jspecify.annotations.Nullable;

/** What to do about an error, for lines whose code does not say it itself. */
final class Resolutions {
    private Resolutions() {}

    static @Nullable String of(@Nullable Throwable thrown) {
        if (thrown instanceof VoiceException voice) {
            return of(voice.code());
        }
        if (thrown instanceof OutOfMemoryError) {
            return "Give Java more memory with -Xmx, or hold fewer sessions and models";
        }
        return null;
    }

    private static @Nullable String of(VoiceException.Code code) {
        return switch (code) {
            case INVALID_ARGUMENT, UNSUPPORTED -> "Correct the value that the message names";
            case NOT_FOUND -> "See what is there with: voice models list; fetch it with: voice models pull";
            case IO -> "Check that the file that the message names exists, may be read, and that the disk is not full";
            case MODEL -> "Check the file with: voice models verify; pull it anew if it is damaged";
            case UNAVAILABLE -> "Add the dependency that the message names";
            case OVERLOADED -> "Wait, raise the limit that the message names, or add a worker";
            case DRAINING -> "Ask another worker: this one is being taken out of service";
            case SYNTHESIS, RECOGNITION, TURN_TAKING -> "See the cause in the traceback; the session goes on";
            case RESPONDER, LISTENER -> "The host's own code threw; see the cause in the traceback";
            case INTERNAL -> "A defect of Duplex Voice; report it with the traceback";
        };
    }
}
