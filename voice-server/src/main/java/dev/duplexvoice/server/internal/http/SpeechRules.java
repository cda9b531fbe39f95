package dev.duplexvoice.server.internal.http;

import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Limits of speech over HTTP.
 *
 * @param voices that may be named; null for those that are installed
 * @param timeout how long a voice may give nothing
 * @param longest how long one answer may take
 */
public record SpeechRules(
        int maxText, int concurrency, @Nullable Set<String> voices, Duration timeout, Duration longest) {}
