package dev.duplexvoice.recording;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.audio.AudioFormat;
import dev.duplexvoice.internal.RecordingHeader;
import dev.duplexvoice.internal.RecordingReader;
import dev.duplexvoice.internal.SessionReplay;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A session that {@link dev.duplexvoice.SessionOptions.Builder#recording} has recorded. Needs neither the detector, the voice nor the
 * plugins that the session had: what they gave is in the recording.
 *
 * <pre>{@code
 * SessionRecording recording = SessionRecording.open(Path.of("call.dvrec"));
 * Replay replay = recording.replay(new ReplayListener() {
 *     public void event(SessionEvent event) {
 *         System.out.println(event);
 *     }
 * });
 * }</pre>
 *
 * <p>Immutable; each replay reads the file anew, a block at a time.
 */
public final class SessionRecording {
    private final Path file;
    private final RecordingHeader header;

    private SessionRecording(Path file, RecordingHeader header) {
        this.file = file;
        this.header = header;
    }

    /**
     * Opens a recording.
     *
     * @throws VoiceException if the file cannot be read, is no recording, is one of another version, or is cut or corrupt before
     *     the end of its header
     */
    public static SessionRecording open(Path file) {
        try (RecordingReader reader = RecordingReader.open(file)) {
            return new SessionRecording(file, reader.header());
        }
    }

    /**
     * Runs the session again, on the calling thread and as fast as it can.
     *
     * @param listener told what happens
     * @return how it ended; what is wrong with the file after its header is told here and not thrown
     * @throws VoiceException if the file cannot be read any more, or its header names options that do not fit
     */
    public Replay replay(ReplayListener listener) {
        try (RecordingReader reader = RecordingReader.open(file)) {
            return SessionReplay.run(reader, listener);
        }
    }

    /** The file. */
    public Path file() {
        return file;
    }

    /** The version of the library that made it. */
    public String madeBy() {
        return header.require(RecordingHeader.MADE_BY);
    }

    /** The session's id. */
    public String sessionId() {
        return header.sessionId();
    }

    /** The caller's audio. */
    public AudioFormat input() {
        return new AudioFormat(header.number(RecordingHeader.INPUT_RATE));
    }

    /** The replies' audio. */
    public AudioFormat output() {
        return new AudioFormat(header.number(RecordingHeader.OUTPUT_RATE));
    }

    /** The session's options by their names. */
    public Map<String, String> options() {
        return header.options();
    }

    /** The name of the detector; null if the host told when the caller spoke. */
    public @Nullable String detector() {
        return header.get(RecordingHeader.DETECTOR);
    }

    /** The voice. */
    public String voice() {
        return header.require(RecordingHeader.VOICE);
    }
}
