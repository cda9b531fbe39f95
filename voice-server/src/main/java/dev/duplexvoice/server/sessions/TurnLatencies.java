package dev.duplexvoice.server.sessions;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import org.jspecify.annotations.Nullable;

/**
 * How long a turn took, in milliseconds; null is what did not happen, or not yet.
 *
 * @param turnId the turn
 * @param endpointingMs from the end of the caller's speech to the end of the turn
 * @param firstAudioMs from the beginning of the reply to its first audio
 * @param endToEndMs from the end of the caller's speech to the first audio
 * @param bargeInMs from the detector's trigger to silence at the output
 * @param interrupted whether the reply was cut off
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record TurnLatencies(
        String turnId,
        @Nullable Double endpointingMs,
        @Nullable Double firstAudioMs,
        @Nullable Double endToEndMs,
        @Nullable Double bargeInMs,
        boolean interrupted) {}
