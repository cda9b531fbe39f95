/** The demonstration: a scripted caller, its host, and what the terminal shows of them. */
@org.jspecify.annotations.NullMarked
package dev.duplexvoice.examples.demo;
