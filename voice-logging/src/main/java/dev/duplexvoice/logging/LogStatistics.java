package dev.duplexvoice.logging;

/**
 * What became of the lines of a configuration, since it was made.
 *
 * @param written lines that went to a file or a console; one that goes to two counts twice
 * @param lost lines that could not be written, because the disk was full or too slow, for instance
 * @param failures how often that began
 */
public record LogStatistics(long written, long lost, long failures) {}
