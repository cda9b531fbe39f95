package dev.duplexvoice.examples.conversation;

import dev.duplexvoice.SessionEvent;
import dev.duplexvoice.VoiceException;
import dev.duplexvoice.recording.Replay;
import dev.duplexvoice.recording.ReplayListener;
import dev.duplexvoice.recording.SessionRecording;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * What a replay told and gave.
 *
 * @param events in order
 * @param reply the replies' samples in the output format, from the opening of the session to the end of the last frame
 */
public record ReplayedConversation(Replay replay, List<SessionEvent> events, short[] reply) {

    /**
     * Replays a recording.
     *
     * @param audio whether the audio is kept
     * @param live told of each event, on the calling thread
     */
    public static ReplayedConversation run(SessionRecording recording, boolean audio, Consumer<SessionEvent> live) {
        List<SessionEvent> events = new ArrayList<>();
        Recording reply = new Recording();
        Replay replay = recording.replay(new ReplayListener() {
            @Override
            public void event(SessionEvent event) {
                events.add(event);
                live.accept(event);
            }

            @Override
            public void frame(long position, short[] samples, int spoken) {
                if (audio && position + samples.length > Integer.MAX_VALUE / 2) {
                    throw new VoiceException(
                            VoiceException.Code.UNSUPPORTED,
                            recording.file() + ": its audio is longer than fits here, 6 hours; replay only the events");
                }
                if (audio) {
                    reply.put(position, samples, samples.length);
                }
            }
        });
        return new ReplayedConversation(replay, List.copyOf(events), reply.samples(reply.length()));
    }
}
