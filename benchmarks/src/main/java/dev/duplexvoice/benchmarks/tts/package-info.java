/** How soon a caller hears the first sound of a reply. */
@org.jspecify.annotations.NullMarked
package dev.duplexvoice.benchmarks.tts;
