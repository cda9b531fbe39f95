/** Scripted conversations on a virtual clock: an ideal caller, recognizer, Responder and voice with given timings. */
@org.jspecify.annotations.NullMarked
package dev.duplexvoice.examples.simulate;
