package dev.duplexvoice.micrometer.internal;

/** A histogram of one set of label values, as it is now. Any thread. */
interface HistogramSeries {

    /** How many values each bucket has, those of the buckets below left out; one more than there are bounds. */
    long[] counts();

    /** Of all values. */
    double sum();
}
