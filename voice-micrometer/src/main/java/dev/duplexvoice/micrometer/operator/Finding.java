package dev.duplexvoice.micrometer.operator;

import org.jspecify.annotations.Nullable;

/**
 * What was found of something that a process needs.
 *
 * @param ok whether it works
 * @param needed whether the process is of no use without it
 * @param error why it does not; null if it does
 */
public record Finding(boolean ok, boolean needed, @Nullable String error) {}
