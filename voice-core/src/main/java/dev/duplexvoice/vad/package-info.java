/** Voice activity: probability of speech for each window, and speech segments made from it. */
@org.jspecify.annotations.NullMarked
package dev.duplexvoice.vad;
