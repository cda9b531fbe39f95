package dev.duplexvoice.server;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who opens a session at a {@link VoiceSocket}, for what a server decides for each of them.
 *
 * @param principal who it is
 * @param remoteAddress the client's address as the server sees it, without a port
 * @param userId whom the client says it is, or the host by the path; null if nobody says; not to be trusted for more than the principal
 * @param protocol {@code duplexvoice.v1} or {@code legacy}
 * @param answers whether the client answers turns itself, with {@code text}: then set no Responder
 * @param recognizes whether the client sends transcripts: a recognizer that is set here takes precedence
 * @param options what the client asks for, by name; set already
 */
public record SocketCaller(
        Principal principal,
        String remoteAddress,
        @Nullable String userId,
        String protocol,
        boolean answers,
        boolean recognizes,
        Map<String, String> options) {

    /** Copies the options. */
    public SocketCaller {
        options = Map.copyOf(options);
    }
}
