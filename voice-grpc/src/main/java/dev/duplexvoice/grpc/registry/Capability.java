package dev.duplexvoice.grpc.registry;

/** What a worker can do or lack; languages and room for sessions are told apart from these. */
public enum Capability {
    /** Audio leaves while the text is still being synthesised. */
    STREAMING("streaming"),
    /** Speaks with a voice from a short sample. */
    ZERO_SHOT("zero_shot"),
    /** Loads adapters onto a model. */
    LORA("lora"),
    /** Runs without a GPU. */
    CPU_OK("cpu_ok"),
    /** Takes a prompt that sets the emotion. */
    EMOTIVE_ZERO_PROMPT("emotive_zero_prompt");

    private final String label;

    Capability(String label) {
        this.label = label;
    }

    /** Its name on the wire. */
    public String label() {
        return label;
    }

    @Override
    public String toString() {
        return label;
    }
}
