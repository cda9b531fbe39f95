/** Audio formats, frame rings, sample rate conversion and WAV files. */
@org.jspecify.annotations.NullMarked
package dev.duplexvoice.audio;
