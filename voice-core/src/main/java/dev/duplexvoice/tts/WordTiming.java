package dev.duplexvoice.tts;

/**
 * When a word is spoken.
 *
 * @param startSample first sample of the word in the stream
 * @param endSample sample after its last
 * @param textBegin index of its first character in the request's text
 * @param textEnd index after its last character
 */
public record WordTiming(long startSample, long endSample, int textBegin, int textEnd) {}
