package dev.duplexvoice.grpc.converse;

import com.google.protobuf.Duration;
import dev.duplexvoice.SessionEvent;
import dev.duplexvoice.grpc.proto.v1.ConverseResponse;
import dev.duplexvoice.grpc.proto.v1.Event;
import java.util.Locale;

/** Events as messages, by the names that they have everywhere. */
final class EventMessages {
    private EventMessages() {}

    static ConverseResponse of(SessionEvent event) {
        Event.Builder message = Event.newBuilder().setT(duration(event.at())).setSessionId(event.sessionId());
        String turnId = event.turnId();
        if (turnId != null) {
            message.setTurnId(turnId);
        }
        type(event, message);
        return ConverseResponse.newBuilder().setEvent(message).build();
    }

    private static void type(SessionEvent event, Event.Builder message) {
        if (event instanceof SessionEvent.StateChanged e) {
            message.getStateBuilder().setFrom(e.from().label()).setTo(e.to().label());
        } else if (event instanceof SessionEvent.SpeechStarted e) {
            message.getSpeechStartedBuilder().setOnset(duration(e.onset()));
        } else if (event instanceof SessionEvent.SpeechEnded e) {
            message.getSpeechEndedBuilder().setEnd(duration(e.end()));
        } else if (event instanceof SessionEvent.Transcript e) {
            message.getTranscriptBuilder().setText(e.text()).setFinal(e.isFinal());
        } else if (event instanceof SessionEvent.TurnEnded e) {
            message.getTurnEndedBuilder()
                    .setText(e.text())
                    .setEndpointingDelay(duration(e.endpointingDelay()))
                    .setTranscriptionDelay(duration(e.transcriptionDelay()));
        } else if (event instanceof SessionEvent.ReplyStarted) {
            message.setReplyStarted(Event.ReplyStarted.getDefaultInstance());
        } else if (event instanceof SessionEvent.FirstAudio e) {
            message.getFirstAudioBuilder().setTtfb(duration(e.ttfb())).setLatency(duration(e.latency()));
        } else if (event instanceof SessionEvent.Paused e) {
            message.getPausedBuilder()
                    .setPosition(duration(e.position()))
                    .setDetectedAt(duration(e.detectedAt()))
                    .setSilentAt(duration(e.silentAt()));
        } else if (event instanceof SessionEvent.Resumed e) {
            message.getResumedBuilder().setPosition(duration(e.position()));
        } else if (event instanceof SessionEvent.Interrupted e) {
            message.getInterruptedBuilder().setPosition(duration(e.position()));
        } else if (event instanceof SessionEvent.ReplyFinished e) {
            message.getReplyFinishedBuilder()
                    .setPosition(duration(e.position()))
                    .setInterrupted(e.interrupted())
                    .setHeard(e.heard())
                    .setText(e.text());
        } else if (event instanceof SessionEvent.Failed e) {
            message.getErrorBuilder()
                    .setCode(e.code().name().toLowerCase(Locale.ROOT))
                    .setMessage(e.message());
        } else if (event instanceof SessionEvent.Closed e) {
            message.getClosedBuilder().setReason(e.reason().label());
        }
    }

    static Duration duration(java.time.Duration value) {
        return Duration.newBuilder()
                .setSeconds(value.getSeconds())
                .setNanos(value.getNano())
                .build();
    }
}
