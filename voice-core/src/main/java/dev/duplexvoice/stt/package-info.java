/** Speech recognition: what the caller said, as text. */
@org.jspecify.annotations.NullMarked
package dev.duplexvoice.stt;
