package dev.duplexvoice.micrometer.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.micrometer.operator.RecentErrors.Count;
import dev.duplexvoice.micrometer.operator.RecentErrors.ErrorRecord;
import dev.duplexvoice.model.ModelEvent;
import dev.duplexvoice.telemetry.ConversationEvent;
import dev.duplexvoice.telemetry.ServiceEvent;
import dev.duplexvoice.telemetry.SessionInfo;
import dev.duplexvoice.telemetry.TelemetryEvent.Outcome;
import dev.duplexvoice.telemetry.TraceContext;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RecentErrorsTest {
    private final AtomicLong now = new AtomicLong(Duration.ofDays(9).toNanos());
    private final RecentErrors errors = new RecentErrors(text -> text.replace("secret", "[TOKEN]"), now::get);

    private static ServiceEvent refused(VoiceException.Code code, String message) {
        return new ServiceEvent.OpenRefused(0, code, new VoiceException(code, message));
    }

    @Test
    void shouldKeepTheLastHundredWhenThereAreMore() {
        for (int i = 1; i <= 103; i++) {
            errors.on(refused(VoiceException.Code.OVERLOADED, "number " + i));
        }
        assertThat(errors.last(1_000)).hasSize(RecentErrors.KEPT);
        assertThat(errors.last(2)).extracting(ErrorRecord::message).containsExactly("number 103", "number 102");
        assertThat(errors.counts()).isEqualTo(Map.of("overloaded", new Count(103, 103, 103)));
    }

    @Test
    void shouldForgetWhatIsOldWhenItCountsByTime() {
        errors.on(refused(VoiceException.Code.OVERLOADED, "full"));
        now.addAndGet(Duration.ofMinutes(30).toNanos());
        errors.on(refused(VoiceException.Code.NOT_FOUND, "none"));
        assertThat(errors.counts())
                .containsEntry("overloaded", new Count(0, 1, 1))
                .containsEntry("not_found", new Count(1, 1, 1));
        now.addAndGet(Duration.ofHours(2).toNanos());
        assertThat(errors.counts()).containsEntry("overloaded", new Count(0, 0, 1));
    }

    @Test
    void shouldTellWhoseItWasWhenASessionFails() {
        SessionInfo session = new SessionInfo("s-1", "in_process", "rms", "flite", false, Map.of());
        errors.on(new ConversationEvent.Failed(
                0, session, "s-1-2", VoiceException.Code.RESPONDER, new IllegalStateException("secret x")));
        assertThat(errors.last(1)).singleElement().satisfies(error -> {
            assertThat(error.errorType()).isEqualTo("responder");
            assertThat(error.message()).isEqualTo("[TOKEN] x");
            assertThat(error.sessionId()).isEqualTo("s-1");
            assertThat(error.turnId()).isEqualTo("s-1-2");
            assertThat(error.modelId()).isEqualTo("rms");
        });
    }

    @Test
    void shouldRedactBeforeItCutsWhenAMessageIsLong() {
        errors.on(refused(VoiceException.Code.IO, "x".repeat(497) + "secret"));
        assertThat(errors.last(1).get(0).message())
                .hasSize(501)
                .endsWith("[TO…")
                .doesNotContain("sec");
    }

    @Test
    void shouldCountAFailedTextOnceWhenItIsASessionsOrAWorkers() {
        errors.on(synthesized(1, Outcome.FAILED)); // of which a Failed tells
        errors.on(synthesized(0, Outcome.CANCELLED));
        errors.on(synthesized(0, Outcome.DONE));
        assertThat(errors.counts()).isEmpty();
        errors.on(synthesized(0, Outcome.FAILED));
        assertThat(errors.last(1).get(0).message()).startsWith("a text of 5 characters: the voice gave no reason");
        errors.on(new ServiceEvent.ModelChanged(
                0, new ModelEvent.LoadFailed(Duration.ZERO, "broken", Duration.ZERO, new RuntimeException())));
        assertThat(errors.counts()).containsOnlyKeys("synthesis", "model");
        assertThat(errors.last(1).get(0).message()).isEqualTo("RuntimeException");
    }

    @Test
    void shouldTellWhyAVoiceFailedWithoutSecrets() {
        errors.on(synthesized(0, Outcome.FAILED, new IllegalStateException("out of memory at secret")));
        assertThat(errors.last(1).get(0).message()).isEqualTo("a text of 5 characters: out of memory at [TOKEN]");
        errors.on(synthesized(0, Outcome.FAILED, new IllegalStateException()));
        assertThat(errors.last(1).get(0).message()).isEqualTo("a text of 5 characters: IllegalStateException");
    }

    private static ServiceEvent synthesized(int reply, Outcome outcome) {
        return synthesized(reply, outcome, null);
    }

    private static ServiceEvent synthesized(int reply, Outcome outcome, Throwable failure) {
        return new ServiceEvent.Synthesized(
                1,
                "s",
                null,
                reply,
                "rms",
                5,
                0,
                0,
                0,
                0,
                0,
                ServiceEvent.Source.COMPUTED,
                outcome,
                0,
                failure,
                TraceContext.NONE);
    }
}
