/** Conversations as OpenTelemetry's traces. */
@org.jspecify.annotations.NullMarked
package dev.duplexvoice.opentelemetry;
