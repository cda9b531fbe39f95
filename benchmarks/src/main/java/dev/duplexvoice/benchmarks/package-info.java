/** JMH benchmarks and jcstress tests. */
@org.jspecify.annotations.NullMarked
package dev.duplexvoice.benchmarks;
