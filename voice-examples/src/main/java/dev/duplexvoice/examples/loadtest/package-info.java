/** Many conversations at once on the real clock, and what they cost. */
@org.jspecify.annotations.NullMarked
package dev.duplexvoice.examples.loadtest;
