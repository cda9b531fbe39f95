package dev.duplexvoice.benchmarks;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.encoder.Encoder;
import dev.duplexvoice.logging.JsonLineEncoder;
import dev.duplexvoice.logging.Redactor;
import dev.duplexvoice.logging.TextLineEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import net.logstash.logback.encoder.LogstashEncoder;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.slf4j.event.KeyValuePair;

/**
 * A line with five key-values, made of an event: by our encoders, which redact it, and by logstash's, which does not; and what redaction
 * alone costs for its message, beside three expressions that find a part of what it finds.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class LogLineBenchmark {
    private static final String MESSAGE =
            "Synthesis request sent to tts-worker@3 at grpc://10.0.0.7:7001 for session 550e8400-e29b-41d4-a716-446655440000, 128 characters";

    private static final List<Pattern> EXPRESSIONS = List.of(
            Pattern.compile("\\b[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\\.[A-Za-z]{2,}\\b"),
            Pattern.compile("\\b\\d{3}-\\d{2}-\\d{4}\\b"),
            Pattern.compile("/voicepacks/[^/]+/[^/]+/ref/"));

    private final LoggerContext context = new LoggerContext();
    private final Encoder<ILoggingEvent> json = new JsonLineEncoder();
    private final Encoder<ILoggingEvent> text = new TextLineEncoder();
    private final Encoder<ILoggingEvent> logstash = new LogstashEncoder();
    private LoggingEvent event = new LoggingEvent();

    /** Started by JMH. */
    public LogLineBenchmark() {}

    /** Makes the encoders and the event. */
    @Setup
    public void setUp() {
        context.setMDCAdapter(new LogbackMDCAdapter());
        for (Encoder<ILoggingEvent> encoder : List.of(json, text, logstash)) {
            encoder.setContext(context);
            encoder.start();
        }
        event = new LoggingEvent(
                "benchmark", context.getLogger("dev.duplexvoice.benchmark"), Level.INFO, MESSAGE, null, null);
        List<KeyValuePair> pairs = new ArrayList<>();
        pairs.add(new KeyValuePair("session_id", "550e8400-e29b-41d4-a716-446655440000"));
        pairs.add(new KeyValuePair("turn_id", "550e8400-e29b-41d4-a716-446655440000-3"));
        pairs.add(new KeyValuePair("model_id", "rms"));
        pairs.add(new KeyValuePair("duration_ms", 12.5));
        pairs.add(new KeyValuePair("text_length", 128));
        event.setKeyValuePairs(pairs);
    }

    /** Our JSON. */
    @Benchmark
    public byte[] json() {
        return json.encode(event);
    }

    /** Our text. */
    @Benchmark
    public byte[] text() {
        return text.encode(event);
    }

    /** Logstash's JSON. */
    @Benchmark
    public byte[] logstash() {
        return logstash.encode(event);
    }

    /** The message alone. */
    @Benchmark
    public String redact() {
        return Redactor.standard().redact(MESSAGE);
    }

    /** The message by three expressions. */
    @Benchmark
    public String expressions() {
        String message = MESSAGE;
        for (Pattern expression : EXPRESSIONS) {
            message = expression.matcher(message).replaceAll("[...]");
        }
        return message;
    }
}
