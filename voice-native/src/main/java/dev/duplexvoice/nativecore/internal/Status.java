package dev.duplexvoice.nativecore.internal;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.VoiceException.Code;
import java.nio.charset.StandardCharsets;
import org.bytedeco.javacpp.BytePointer;

/** {@code voice_status} and what becomes of it. */
final class Status {
    static final int OK = 0;
    static final int END = 1;
    static final int FULL = 2;
    static final int EMPTY = 3;
    static final int CANCELLED = 4;

    private static final int ERROR_ARGUMENT = -1;
    private static final int ERROR_NOT_FOUND = -2;
    private static final int ERROR_IO = -3;
    private static final int ERROR_MODEL = -4;
    static final int ERROR_UNSUPPORTED = -5;
    private static final int ERROR_MEMORY = -6;

    private Status() {}

    /**
     * Returns a status that is no error.
     *
     * @throws VoiceException if it is one, with the native core's message
     */
    static int check(int status) {
        return check(status, Code.INTERNAL);
    }

    /** The same, with the code that a failure inside the native core is given. */
    static int check(int status, Code internal) {
        if (status < 0) {
            throw failure(status, internal);
        }
        return status;
    }

    private static VoiceException failure(int status, Code internal) {
        String message = lastError();
        return switch (status) {
            case ERROR_ARGUMENT -> new VoiceException(Code.INVALID_ARGUMENT, message);
            case ERROR_NOT_FOUND -> new VoiceException(Code.NOT_FOUND, message);
            case ERROR_IO -> new VoiceException(Code.IO, message);
            case ERROR_MODEL -> new VoiceException(Code.MODEL, message);
            case ERROR_UNSUPPORTED -> new VoiceException(Code.UNSUPPORTED, message);
            case ERROR_MEMORY -> new VoiceException(internal, "out of native memory: " + message);
            default -> new VoiceException(internal, message);
        };
    }

    /** What a status means where there is no message for it. */
    static String of(int status) {
        return switch (status) {
            case END -> "its utterance was over";
            case FULL -> "there was no room for its samples";
            case CANCELLED -> "it was closed";
            case ERROR_ARGUMENT -> "its frames were refused";
            case ERROR_MEMORY -> "there is no memory to go on on the CPU";
            default -> "status " + status;
        };
    }

    /** What the calling thread's last failing call said. */
    static String lastError() {
        return text(VoiceLibrary.voice_last_error());
    }

    /** A native string; "" for none. */
    static String text(BytePointer utf8) {
        return utf8 == null || utf8.isNull() ? "" : utf8.getString(StandardCharsets.UTF_8);
    }
}
