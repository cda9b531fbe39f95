package dev.duplexvoice.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import dev.duplexvoice.grpc.support.LogLines;
import dev.duplexvoice.telemetry.TelemetryEvent;
import dev.duplexvoice.telemetry.TraceContext;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.MDC;

/** What a worker calls and logs for a synthesis belongs to its trace. */
@Timeout(60)
class WorkerTraceTest {
    private static final String TRACE = "trace_id";

    /** Traces each synthesis by the id of its session. */
    private static final VoiceTelemetry TELEMETRY = new VoiceTelemetry() {
        @Override
        public void on(TelemetryEvent event) {}

        @Override
        public TraceContext synthesis(String sessionId, long at) {
            return new Trace("of " + sessionId);
        }
    };

    private static final class Trace extends TraceContext {
        private final String id;

        Trace(String id) {
            this.id = id;
        }

        @Override
        protected TraceContext onBegin(Begin work) {
            return NONE;
        }

        @Override
        protected Scope onEnter(@Nullable String turnId) {
            MDC.put(TRACE, id);
            return () -> MDC.remove(TRACE);
        }

        @Override
        protected void onFailed(Throwable cause) {}
    }

    @Test
    void shouldCallTheVoiceAndLogWithinTheSynthesis() throws Exception {
        try (Loopback loopback = new Loopback(TELEMETRY);
                LogLines log = LogLines.of(Level.WARN, TRACE)) {
            loopback.start("s");
            loopback.start("t");
            loopback.voices.failOn = "poison";
            assertThat(loopback.say("s", "One two.").end()).isEqualTo(Status.OK);
            assertThat(loopback.say("t", "One two.").end()).isEqualTo(Status.OK);
            assertThat(loopback.voices.traces).containsExactlyInAnyOrder("of s", "of t");

            assertThat(loopback.say("s", "One poison.").end().getCode()).isEqualTo(Status.Code.INTERNAL);
            loopback.speak(1).send("s", "x".repeat(200_000), true);
            loopback.speak(1).send("nobody", "One.", true);

            Loopback.await(
                    "all is logged", () -> log.with("A request was refused").size() == 3);
            assertThat(log.with("the voice failed")).singleElement().asString().endsWith(" trace_id of s");
            assertThat(log.with("text.length=200000"))
                    .singleElement()
                    .asString()
                    .endsWith(" trace_id of s");
            assertThat(log.with("nobody")).singleElement().asString().endsWith(" trace_id null");
        }
    }
}
