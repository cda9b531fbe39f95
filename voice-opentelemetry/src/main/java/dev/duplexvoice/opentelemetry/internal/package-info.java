/** Spans out of the engine's events. */
@org.jspecify.annotations.NullMarked
package dev.duplexvoice.opentelemetry.internal;
