package dev.duplexvoice.server.sessions;

import org.jspecify.annotations.Nullable;

/**
 * Where a session is from.
 *
 * @param userId whom the host says it is with; null if it does not
 * @param remoteAddress where the client is; null if that is not known
 * @param protocol {@code duplexvoice.v1}, {@code legacy}, {@code grpc}
 */
public record SessionOrigin(
        @Nullable String userId, @Nullable String remoteAddress, String protocol) {}
