package dev.duplexvoice.support;

import dev.duplexvoice.telemetry.ConversationEvent;
import dev.duplexvoice.telemetry.SessionInfo;
import dev.duplexvoice.telemetry.TelemetryEvent;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/** Keeps what it is told. As text, times are in milliseconds: of a clock that begins with 0, or since the session was opened. */
public final class TelemetryLog implements VoiceTelemetry {
    private static final Set<String> LEFT_OUT = Set.of("at", "session", "turnId", "turnBegan", "trace", "cause");
    private static final Set<String> NUMBERS =
            Set.of("inputTokens", "outputTokens", "utterance", "frames", "droppedFrames");

    public final List<TelemetryEvent> events = Collections.synchronizedList(new ArrayList<>());

    @Override
    public void on(TelemetryEvent event) {
        events.add(event);
    }

    public <T extends TelemetryEvent> List<T> of(Class<T> type) {
        synchronized (events) {
            return events.stream().filter(type::isInstance).map(type::cast).toList();
        }
    }

    /** What happened in sessions. */
    public List<String> conversation() {
        return of(ConversationEvent.class).stream().map(TelemetryLog::line).toList();
    }

    private static String line(TelemetryEvent event) {
        StringBuilder line = new StringBuilder()
                .append(event.at() / 1_000_000)
                .append(' ')
                .append(event.getClass().getSimpleName());
        for (RecordComponent part : event.getClass().getRecordComponents()) {
            if (!LEFT_OUT.contains(part.getName())) {
                line.append(' ').append(part.getName()).append('=').append(text(part, value(event, part)));
            }
        }
        return line.toString();
    }

    private static String text(RecordComponent part, Object value) {
        if (!(value instanceof Long number) || NUMBERS.contains(part.getName())) {
            return value instanceof SessionInfo session ? session.id() : String.valueOf(value);
        }
        return number == TelemetryEvent.NEVER ? "never" : Long.toString(number < 0 ? number : number / 1_000_000);
    }

    private static Object value(TelemetryEvent event, RecordComponent part) {
        try {
            return part.getAccessor().invoke(event);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }
}
