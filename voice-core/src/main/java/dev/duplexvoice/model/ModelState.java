package dev.duplexvoice.model;

/** Where a model is in its life. All but {@link #QUEUED} count against {@link ModelManager.Builder#maxResident}. */
public enum ModelState {
    /** Waits for room, or for another load to end. */
    QUEUED,
    /** Is being loaded. */
    LOADING,
    /** Is loaded and used for the first time. */
    WARMING_UP,
    /** Can be had. */
    READY,
    /** Goes with its last lease, and no new ones are given. */
    DRAINING,
    /** Is being closed. */
    UNLOADING
}
