/** What {@code voice serve} needs beside the server itself. */
@org.jspecify.annotations.NullMarked
package dev.duplexvoice.examples.serve;
