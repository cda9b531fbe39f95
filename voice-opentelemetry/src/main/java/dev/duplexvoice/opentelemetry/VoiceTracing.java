package dev.duplexvoice.opentelemetry;

import dev.duplexvoice.opentelemetry.internal.ConversationTrace;
import dev.duplexvoice.opentelemetry.internal.ParentContext;
import dev.duplexvoice.opentelemetry.internal.Propagation;
import dev.duplexvoice.opentelemetry.internal.RequestTrace;
import dev.duplexvoice.opentelemetry.internal.SpanMaker;
import dev.duplexvoice.opentelemetry.internal.WallTimes;
import dev.duplexvoice.opentelemetry.internal.WorkTrace;
import dev.duplexvoice.telemetry.ConversationEvent;
import dev.duplexvoice.telemetry.ServiceEvent.Framed;
import dev.duplexvoice.telemetry.ServiceEvent.Synthesized;
import dev.duplexvoice.telemetry.TelemetryEvent;
import dev.duplexvoice.telemetry.TraceContext;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.propagation.TextMapPropagator;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes OpenTelemetry's spans of what an engine, or a worker, tells:
 *
 * <pre>
 *   conversation
 *     turn
 *       endpointing     from the end of the caller's speech to the end of the turn
 *       stt             each utterance that was recognized
 *       reply           the Responder writes
 *       tts             the voice speaks a clause, wherever it computes
 *         synthesis     here, or at the worker that GrpcTracing connects
 *           inference
 *           framing
 *       playout         what the caller hears
 * </pre>
 *
 * <pre>{@code
 * VoiceEngine engine = VoiceEngine.builder().telemetry(VoiceTracing.create(openTelemetry)).build();
 * }</pre>
 *
 * <p>What is current where {@link dev.duplexvoice.VoiceEngine#open} is called is the conversation's parent; over HTTP and WebSocket what
 * the client's {@code traceparent} says. A Responder is called within
 * the span {@code reply}, listeners and what the engine logs within that of the turn, recognizers, turn detectors and interruption policies within the
 * conversation's; there the logging context has {@code trace_id}, {@code span_id} and {@code trace_flags}, as OpenTelemetry's own Logback
 * appender names them. Texts are told by their length only, but for messages of exceptions.
 *
 * <p>Sampling, limits and export are the host's: of its SDK. Spans that others are called in, conversation, turn, reply and tts, are
 * started on the thread that calls, so samplers and {@code SpanProcessor.onStart} run there and must not block; all spans end on the
 * telemetry's own thread, so an exporter may block or throw. Begin and end are the events' own times, taken to be what the wall clock
 * showed when the conversation was opened and as much later as the engine's clock says. One object may serve several engines. Thread-safe.
 */
public final class VoiceTracing implements VoiceTelemetry {
    private static final String SCOPE = "dev.duplexvoice";

    private final Tracer tracer;
    private final TextMapPropagator propagator;
    private final Clock wallClock;

    private VoiceTracing(OpenTelemetry openTelemetry, Clock wallClock) {
        tracer = openTelemetry.getTracer(SCOPE);
        propagator = Propagation.of(openTelemetry);
        this.wallClock = Objects.requireNonNull(wallClock, "wallClock");
    }

    /** Spans for this SDK, dated by the system's clock. */
    public static VoiceTracing create(OpenTelemetry openTelemetry) {
        return create(openTelemetry, Clock.systemUTC());
    }

    /** Spans for this SDK, dated by another clock: for an engine on a virtual one, for example. */
    public static VoiceTracing create(OpenTelemetry openTelemetry, Clock wallClock) {
        return new VoiceTracing(openTelemetry, wallClock);
    }

    @Override
    public TraceContext conversation(String sessionId, long at) {
        return new ConversationTrace(this, spans(at), ParentContext.current(), sessionId, at);
    }

    @Override
    public TraceContext synthesis(String sessionId, long at) {
        return WorkTrace.atWorker(this, spans(at), ParentContext.current(), sessionId, at);
    }

    /** {@inheritDoc} Headers are read as the SDK's propagators say, as W3C's {@code traceparent} if it has none. */
    @Override
    public TraceContext request(Function<String, @Nullable String> headers) {
        return RequestTrace.of(propagator, headers);
    }

    private SpanMaker spans(long at) {
        return new SpanMaker(tracer, new WallTimes(wallClock.instant(), at));
    }

    /** {@inheritDoc} Spans have their own times. */
    @Override
    public Duration patience() {
        return Duration.ofMillis(50);
    }

    @Override
    public void on(TelemetryEvent event) {
        if (event instanceof ConversationEvent told) {
            if (told.session().trace() instanceof ConversationTrace trace && trace.isOf(this)) {
                trace.on(told);
            }
        } else if (event instanceof Synthesized told) {
            if (told.trace() instanceof WorkTrace trace && trace.isOf(this)) {
                trace.synthesized(told);
            }
        } else if (event instanceof Framed told && told.trace() instanceof WorkTrace trace && trace.isOf(this)) {
            trace.framed(told);
        }
    }
}
