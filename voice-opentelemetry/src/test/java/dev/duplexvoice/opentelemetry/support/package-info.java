/** What tests of traces are made of. */
package dev.duplexvoice.opentelemetry.support;
