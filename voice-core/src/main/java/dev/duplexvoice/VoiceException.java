package dev.duplexvoice;

import org.jspecify.annotations.Nullable;

/** Something a host can act on went wrong; the message names the value and the remedy. */
public class VoiceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What kind of failure it is. */
    public enum Code {
        /** An argument, option or text that cannot be used. */
        INVALID_ARGUMENT,
        /** No such file, voice, detector or model. */
        NOT_FOUND,
        /** A file or device that cannot be read or written. */
        IO,
        /** A file that is not a model this library runs. */
        MODEL,
        /** A rate, format or option that is valid but not supported here. */
        UNSUPPORTED,
        /** A provider whose native part is missing or does not load. */
        UNAVAILABLE,
        /** The engine takes no more sessions, or no more models fit. */
        OVERLOADED,
        /** The synthesizer failed. */
        SYNTHESIS,
        /** The recognizer failed. */
        RECOGNITION,
        /** The turn detector or the interruption policy failed. */
        TURN_TAKING,
        /** The host's Responder threw. */
        RESPONDER,
        /** A host's listener or audio sink threw. */
        LISTENER,
        /** A defect of this library. */
        INTERNAL,
        // Recordings hold codes by number, so new ones are added here.
        /** The engine is being taken out of service and opens no session any more; another one may. */
        DRAINING
    }

    private final Code code;

    /** An exception with its message. */
    public VoiceException(Code code, String message) {
        super(message);
        this.code = code;
    }

    /** An exception with its cause. */
    public VoiceException(Code code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /** What kind of failure it is. */
    public Code code() {
        return code;
    }
}
