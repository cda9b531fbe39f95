/** The provider that brings the native core's detectors, voices and resampler. */
@org.jspecify.annotations.NullMarked
package dev.duplexvoice.nativecore;
