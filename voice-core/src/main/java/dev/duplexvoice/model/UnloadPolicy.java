package dev.duplexvoice.model;

/** What {@link ModelManager#unload} does about leases. */
public enum UnloadPolicy {
    /** Gives no new ones and unloads when the last one is closed. */
    WAIT_FOR_LEASES,
    /** Leaves the model alone if there are any. */
    REFUSE
}
