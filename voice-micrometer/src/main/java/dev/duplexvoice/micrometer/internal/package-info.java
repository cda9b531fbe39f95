/** How the meters are kept; not for use from outside. */
@org.jspecify.annotations.NullMarked
package dev.duplexvoice.micrometer.internal;
