/** Metrics: what the engine tells, as Micrometer's meters, sliding percentiles and service levels. */
@org.jspecify.annotations.NullMarked
package dev.duplexvoice.micrometer;
