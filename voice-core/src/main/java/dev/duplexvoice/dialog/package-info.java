/** The host's side of the conversation: it is given turns and writes replies. */
@org.jspecify.annotations.NullMarked
package dev.duplexvoice.dialog;
