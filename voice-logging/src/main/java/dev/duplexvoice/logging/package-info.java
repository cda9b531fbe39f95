/** Logs of servers and of the command line on Logback: JSON lines and text, categories, rotation, redaction, levels at run time. */
@NullMarked
package dev.duplexvoice.logging;

import org.jspecify.annotations.NullMarked;
