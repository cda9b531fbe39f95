/** A server's settings: one YAML file, variables of the environment, and every key with default, range and meaning. */
@org.jspecify.annotations.NullMarked
package dev.duplexvoice.server.config;
