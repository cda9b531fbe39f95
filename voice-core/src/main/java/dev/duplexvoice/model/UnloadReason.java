package dev.duplexvoice.model;

/** Why a model left memory. */
public enum UnloadReason {
    /** Nobody used it for the time to live. */
    TTL("ttl_eviction"),
    /** Another model needed the room, and of those without leases it was used least recently. */
    LRU("lru_eviction"),
    /** {@link ModelManager#unload} was called. */
    MANUAL("manual"),
    /** {@link ModelManager#reload} was called, and the new one has taken its place. */
    REPLACED("replaced"),
    /** Its warm-up failed. */
    FAILED("failed"),
    /** The manager was closed. */
    CLOSED("closed");

    private final String label;

    UnloadReason(String label) {
        this.label = label;
    }

    /** As the label {@code reason} of {@code worker_model_manager_unloads_total} has it. */
    public String label() {
        return label;
    }
}
