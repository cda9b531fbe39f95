/** What an operator sees of a running process: pages for Prometheus, people and programs, and an HTTP endpoint that serves them. */
@org.jspecify.annotations.NullMarked
package dev.duplexvoice.micrometer.operator;
