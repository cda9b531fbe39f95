/** What the engine tells about itself, for metrics and traces. */
@org.jspecify.annotations.NullMarked
package dev.duplexvoice.telemetry;
