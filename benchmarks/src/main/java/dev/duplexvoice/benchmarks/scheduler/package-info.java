/** The scheduler of a device that voices share, on a virtual clock with a simulated device. */
@org.jspecify.annotations.NullMarked
package dev.duplexvoice.benchmarks.scheduler;
