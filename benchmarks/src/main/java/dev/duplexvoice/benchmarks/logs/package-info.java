/** Reading logs with {@code voice logs} beside jq. */
@org.jspecify.annotations.NullMarked
package dev.duplexvoice.benchmarks.logs;
