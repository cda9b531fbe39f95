/** Time as a parameter: the system's clock, or a virtual one that a test or a simulation drives. */
@org.jspecify.annotations.NullMarked
package dev.duplexvoice.time;
