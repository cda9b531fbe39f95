package dev.duplexvoice.server.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.DuplexSession;
import dev.duplexvoice.SessionEvent;
import dev.duplexvoice.SessionOptions;
import dev.duplexvoice.SessionState;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is remembered of a session, and how much of it. */
class MemoryDirectoryTest {
    private static final String LONG = "x".repeat(9_000);

    private final DuplexSession session = (DuplexSession) Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {DuplexSession.class},
            (proxy, method, args) -> switch (method.getName()) {
                case "id" -> "s1";
                case "options" -> SessionOptions.builder().build();
                case "state" -> SessionState.LISTENING;
                case "droppedInput" -> 100L;
                default -> throw new AssertionError(method);
            });

    private final SessionDirectory directory = SessionDirectory.inMemory();
    private final SessionDirectory.Entry entry = directory.opened(
            session,
            new SessionOrigin("u1", "127.0.0.1", "duplexvoice.v1"),
            new SessionDirectory.Means(() -> 20, () -> 23, by -> {}));

    private static long characters(Map<String, Object> event) {
        return event.values().stream()
                .filter(String.class::isInstance)
                .mapToLong(value -> ((String) value).length())
                .sum();
    }

    @Test
    void shouldKeepSoMuchTextOfASessionWhateverItsClientSends() {
        for (int i = 0; i < 100; i++) {
            entry.on(new SessionEvent.Transcript(Duration.ofSeconds(i), "s1", "t", LONG, false));
        }
        entry.on(new SessionEvent.Transcript(Duration.ofSeconds(100), "s1", "t", "short", true));
        SessionTimeline timeline = directory.timeline("s1").orElseThrow();

        assertThat(timeline.timeline().stream()
                        .mapToLong(MemoryDirectoryTest::characters)
                        .sum())
                .isBetween(40_000L, 51_000L);
        assertThat(timeline.timeline().get(timeline.timeline().size() - 1)).containsEntry("text", "short");
        entry.on(new SessionEvent.Transcript(Duration.ofSeconds(101), "s1", "t", "y".repeat(60_000), true));
        assertThat(directory.timeline("s1").orElseThrow().timeline()).isEmpty();
    }

    @Test
    void shouldCutWhatUsersSaidAndHeard() {
        entry.on(new SessionEvent.TurnEnded(Duration.ZERO, "s1", "t", LONG, Duration.ZERO, Duration.ZERO));
        entry.on(new SessionEvent.ReplyFinished(Duration.ZERO, "s1", "t", Duration.ZERO, false, LONG, LONG));
        UserView.Interaction only = directory.user("u1").orElseThrow().recent().get(0);

        assertThat(only.userText()).hasSize(1_000).endsWith("x…");
        assertThat(only.heard()).hasSize(1_000).endsWith("x…");
    }

    @Test
    void shouldAddUpWhatTheSessionAndTheTransportDropped() {
        assertThat(directory.live().get(0).droppedInput()).isEqualTo(123);
        entry.ended("client");
        assertThat(directory.ended().get(0).droppedInput()).isEqualTo(123);
    }
}
