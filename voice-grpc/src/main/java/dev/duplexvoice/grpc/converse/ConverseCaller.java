package dev.duplexvoice.grpc.converse;

import io.grpc.Metadata;
import java.net.SocketAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who opens a conversation, for what a server decides for each of them.
 *
 * @param headers of the call; not to be changed
 * @param options what the client asks for, by name
 * @param remoteAddress where the client is; null if the transport does not know
 */
public record ConverseCaller(
        Metadata headers,
        Map<String, String> options,
        @Nullable SocketAddress remoteAddress) {

    /** Copies the options. */
    public ConverseCaller {
        options = Map.copyOf(options);
    }

    /** Without the headers, which may hold secrets. */
    @Override
    public String toString() {
        return "ConverseCaller[options=" + options + ", remoteAddress=" + remoteAddress + "]";
    }
}
