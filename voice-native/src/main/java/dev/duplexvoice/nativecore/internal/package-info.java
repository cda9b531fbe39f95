/** The binding of the native core and the handles over it. */
@org.jspecify.annotations.NullMarked
package dev.duplexvoice.nativecore.internal;
