package dev.duplexvoice.server.http;

import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.server.Scope;
import dev.duplexvoice.server.internal.http.SpeechHandler;
import dev.duplexvoice.server.internal.http.SpeechRules;
import dev.duplexvoice.tts.SpeechSynthesizer;
import io.javalin.config.RoutesConfig;
import java.time.Duration;
import java.util.Collection;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /api/v1/tts {text, voice?, rate?, pitch?, sample_rate?}}: a text as a WAV file, sent while it is spoken, the header at once. Who
 * goes away ends the synthesis. A file that could not be finished ends with its connection, without the last chunk. Of the voices only those
 * that are installed or allowed can be named: other names may be paths and addresses. A request with W3C's {@code traceparent} joins that
 * trace, if the engine's telemetry traces. Thread-safe; a request holds a thread of the server.
 */
public final class SpeechRoutes {
    private final SpeechHandler handler;

    private SpeechRoutes(Builder builder) {
        handler = new SpeechHandler(
                builder.engine,
                new SpeechRules(
                        builder.maxText,
                        builder.concurrency,
                        builder.voices,
                        builder.elsewhere,
                        builder.timeout,
                        builder.longest));
    }

    /** A builder for voices of this engine. */
    public static Builder builder(VoiceEngine engine) {
        return new Builder(engine);
    }

    /** Mounts it. */
    public void routes(RoutesConfig routes) {
        routes.post("/api/v1/tts", Access.to(Scope.SPEAK, handler));
    }

    /** Texts that are being spoken. */
    public int speaking() {
        return handler.speaking();
    }

    /** Collects limits; not thread-safe. */
    public static final class Builder {
        private final VoiceEngine engine;
        private int maxText = 10_000;
        private int concurrency = 8;
        private @Nullable Set<String> voices;
        private @Nullable Function<String, SpeechSynthesizer> elsewhere;
        private Duration timeout = Duration.ofSeconds(10);
        private Duration longest = Duration.ofMinutes(20);

        private Builder(VoiceEngine engine) {
            this.engine = Objects.requireNonNull(engine);
        }

        /** The longest text in characters, 1 to 100,000; 10,000 by default. */
        public Builder maxText(int characters) {
            maxText = inRange("maxText", characters, 100_000);
            return this;
        }

        /** Texts at a time, 1 to 10,000, each with a thread; 8 by default. More are answered with 503. */
        public Builder concurrency(int count) {
            concurrency = inRange("concurrency", count, 10_000);
            return this;
        }

        private static int inRange(String name, int value, int most) {
            if (value < 1 || value > most) {
                throw new IllegalArgumentException(name + "=" + value + ": must be 1 to " + most);
            }
            return value;
        }

        /** Voices that may be named; those that are installed by default. */
        public Builder voices(Collection<String> names) {
            voices = Set.copyOf(names);
            return this;
        }

        /**
         * Has texts spoken by other voices than the engine's, by workers for one. Each text has one of its own, which is closed after it; a
         * request may name that one only. What it says before its first audio that it cannot speak is answered with 503.
         *
         * @param value makes the voice of a text, on a thread that may block; it is given {@code "tts-"} and the request's id
         */
        public Builder synthesizer(Function<String, SpeechSynthesizer> value) {
            elsewhere = Objects.requireNonNull(value);
            return this;
        }

        /** How long a voice may give no audio, 1 ms to 10 min; 10 s by default. */
        public Builder timeout(Duration value) {
            if (value.toMillis() < 1 || value.compareTo(Duration.ofMinutes(10)) > 0) {
                throw new IllegalArgumentException("timeout=" + value.toMillis() + "ms: must be 1 ms to 10 min");
            }
            timeout = value;
            return this;
        }

        /** How long a client may take to read the whole, 1 s to 24 h; 20 min by default. */
        public Builder longest(Duration value) {
            if (value.toSeconds() < 1 || value.compareTo(Duration.ofHours(24)) > 0) {
                throw new IllegalArgumentException("longest=" + value.toSeconds() + "s: must be 1 s to 24 h");
            }
            longest = value;
            return this;
        }

        /** The routes. */
        public SpeechRoutes build() {
            return new SpeechRoutes(this);
        }
    }
}
