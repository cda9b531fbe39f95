/** What is done to a reply's samples on their way out: DC removal, loudness, true peak, joins; not exported. */
@org.jspecify.annotations.NullMarked
package dev.duplexvoice.internal.output;
