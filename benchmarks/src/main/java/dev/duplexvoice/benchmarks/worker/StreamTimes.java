package dev.duplexvoice.benchmarks.worker;

import dev.duplexvoice.benchmarks.cli.Times;

/**
 * What many streams at once came to.
 *
 * @param lateness of frames
 * @param clientMicros processor time of the client's process for a frame
 * @param workerMicros of the worker's
 */
record StreamTimes(Times lateness, double clientMicros, double workerMicros) {}
