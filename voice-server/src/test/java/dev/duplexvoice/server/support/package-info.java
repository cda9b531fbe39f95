/** What tests of the server share. */
package dev.duplexvoice.server.support;
