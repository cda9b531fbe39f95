package dev.duplexvoice.server.sessions;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import org.jspecify.annotations.Nullable;

/**
 * A session at a glance, as it is written to JSON: names in snake case.
 *
 * @param sessionId the session
 * @param userId whom the host says it is with; null if it does not
 * @param state {@link dev.duplexvoice.SessionState#label}
 * @param startedAt when it was opened, ISO 8601 in UTC
 * @param durationS how long it has lasted, or lasted, in seconds
 * @param turns turns of the caller that ended
 * @param remoteAddress where the client is; null if that is not known
 * @param protocol {@code duplexvoice.v1}, {@code legacy}, {@code grpc}
 * @param inputRate samples a second of the caller's audio
 * @param outputRate samples a second of the replies
 * @param bufferMs audio that was sent and not reported as played, in milliseconds
 * @param droppedInput samples of the caller that came faster than they were taken
 * @param interruptions replies that were cut off
 * @param firstAudioMsP50 median of the time from a reply's beginning to its first audio; null before the first
 * @param closeReason why it ended; null while it lives
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
@JsonInclude(JsonInclude.Include.ALWAYS)
public record SessionView(
        String sessionId,
        @Nullable String userId,
        String state,
        String startedAt,
        double durationS,
        int turns,
        @Nullable String remoteAddress,
        String protocol,
        int inputRate,
        int outputRate,
        long bufferMs,
        long droppedInput,
        int interruptions,
        @JsonProperty("first_audio_ms_p50") @Nullable Double firstAudioMsP50,
        @Nullable String closeReason) {}
