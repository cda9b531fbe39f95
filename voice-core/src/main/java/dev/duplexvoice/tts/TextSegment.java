package dev.duplexvoice.tts;

/**
 * A clause or sentence to be spoken.
 *
 * @param text what to speak
 * @param begin index of its first character in the whole text
 * @param end index after its last character
 */
public record TextSegment(String text, int begin, int end) {}
