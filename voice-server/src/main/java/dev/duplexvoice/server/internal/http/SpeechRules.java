package dev.duplexvoice.server.internal.http;

import dev.duplexvoice.tts.SpeechSynthesizer;
import java.time.Duration;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Limits of speech over HTTP.
 *
 * @param voices that may be named; null for those that are installed
 * @param elsewhere makes a voice for one text, by whose it is, and is asked instead of the engine; null if the engine has them
 * @param timeout how long a voice may give nothing
 * @param longest how long one answer may take
 */
public record SpeechRules(
        int maxText,
        int concurrency,
        @Nullable Set<String> voices,
        @Nullable Function<String, SpeechSynthesizer> elsewhere,
        Duration timeout,
        Duration longest) {}
