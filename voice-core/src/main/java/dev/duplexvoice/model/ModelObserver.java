package dev.duplexvoice.model;

/** Is told what happens to models. */
@FunctionalInterface
public interface ModelObserver {

    /**
     * Something happened. Called on a worker, one event at a time and in the order in which they happened, with no lock held. What it
     * throws is logged; the next event comes all the same. A slow observer delays events, nothing else.
     */
    void on(ModelEvent event);
}
