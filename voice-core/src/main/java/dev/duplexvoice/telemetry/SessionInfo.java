package dev.duplexvoice.telemetry;

import java.util.Map;

/**
 * What every event of a session says of it. One object for each session.
 *
 * @param id unique within the engine; never a metric's label
 * @param transport how the caller is connected, as {@code SessionOptions.transport} says: {@code in_process}, {@code websocket}
 * @param modelId the voice that it speaks with
 * @param adapterType what kind of voice that is: {@link dev.duplexvoice.tts.SpeechSynthesizer#family}
 * @param remoteVoice whether that voice computes elsewhere
 * @param attributes the host's own, as {@code SessionOptions.attributes} says: a client's address
 * @param trace where its trace is, {@link TraceContext#NONE} if nobody traces
 */
public record SessionInfo(
        String id,
        String transport,
        String modelId,
        String adapterType,
        boolean remoteVoice,
        Map<String, String> attributes,
        TraceContext trace) {
    /** Takes a copy. */
    public SessionInfo {
        attributes = Map.copyOf(attributes);
    }

    /** Without a trace. */
    public SessionInfo(
            String id,
            String transport,
            String modelId,
            String adapterType,
            boolean remoteVoice,
            Map<String, String> attributes) {
        this(id, transport, modelId, adapterType, remoteVoice, attributes, TraceContext.NONE);
    }
}
