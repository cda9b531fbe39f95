/** What a provider of detectors, voices and signal processing implements. */
@org.jspecify.annotations.NullMarked
package dev.duplexvoice.spi;
