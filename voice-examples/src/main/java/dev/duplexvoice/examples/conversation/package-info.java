/** Runs a caller against a session, on the real or a virtual clock, and records both sides. */
@org.jspecify.annotations.NullMarked
package dev.duplexvoice.examples.conversation;
