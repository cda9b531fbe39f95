/** A recorded conversation as one self-contained web page: timeline, latencies, transcript, events. */
@NullMarked
package dev.duplexvoice.examples.report;

import org.jspecify.annotations.NullMarked;
