package dev.duplexvoice.support;

import dev.duplexvoice.SessionEvent;
import dev.duplexvoice.recording.Replay;
import dev.duplexvoice.recording.ReplayListener;
import dev.duplexvoice.recording.SessionRecording;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What a replay told and gave. */
public final class Replayed implements ReplayListener {
    public final List<SessionEvent> events = new ArrayList<>();
    /** Each frame as text: position, true samples, samples. */
    public final List<String> frames = new ArrayList<>();

    public final Replay replay;

    public Replayed(Path file) {
        replay = SessionRecording.open(file).replay(this);
    }

    @Override
    public void event(SessionEvent event) {
        events.add(event);
    }

    @Override
    public void frame(long position, short[] samples, int spoken) {
        frames.add(text(position, spoken, samples));
    }

    public static String text(long position, int spoken, short[] samples) {
        return position + " " + spoken + " " + Arrays.hashCode(samples);
    }

    public static List<String> frames(Transport transport) {
        return transport.frames().stream()
                .map(frame -> text(frame.position(), frame.spoken(), frame.samples()))
                .toList();
    }
}
