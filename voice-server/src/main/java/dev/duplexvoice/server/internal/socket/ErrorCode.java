package dev.duplexvoice.server.internal.socket;

import dev.duplexvoice.VoiceException;

/** The codes of {@code error} messages. */
enum ErrorCode {
    INTERNAL_ERROR,
    INVALID_MESSAGE,
    WORKER_UNAVAILABLE,
    SYNTHESIS_FAILED,
    CONNECTION_ERROR;

    static ErrorCode of(VoiceException.Code code) {
        return switch (code) {
            case INVALID_ARGUMENT, NOT_FOUND, UNSUPPORTED -> INVALID_MESSAGE;
            case UNAVAILABLE, OVERLOADED, DRAINING -> WORKER_UNAVAILABLE;
            case SYNTHESIS -> SYNTHESIS_FAILED;
            default -> INTERNAL_ERROR;
        };
    }
}
