package dev.duplexvoice.grpc.routing;

import dev.duplexvoice.VoiceException;

/**
 * No worker can take a session's speech: OVERLOADED if there are suitable ones but all are full, else UNAVAILABLE. The message says which
 * step of the decision left none, with the values.
 */
public final class NoWorkerException extends VoiceException {
    private static final long serialVersionUID = 1L;

    private final transient RoutingDecision decision;

    NoWorkerException(RoutingDecision decision) {
        super(code(decision), message(decision));
        this.decision = decision;
    }

    private static Code code(RoutingDecision decision) {
        return stage(decision) == RoutingStage.ADMISSION ? Code.OVERLOADED : Code.UNAVAILABLE;
    }

    private static RoutingStage stage(RoutingDecision decision) {
        return decision.emptiedBy().orElseThrow();
    }

    private static String message(RoutingDecision decision) {
        RoutingStage stage = stage(decision);
        String remedy = switch (stage) {
            case REGISTRY -> "start one, and see that it registers where this looks";
            case LANGUAGE, CAPABILITIES -> "start one that has what is asked for, or ask for less";
            case ADMISSION -> "try again later, or start more workers";
            default -> "look at the workers' health";
        };
        return "no worker, none is left after " + stage.label() + ": " + decision + ": " + remedy;
    }

    /** The whole decision; not kept when the exception is serialised. */
    public RoutingDecision decision() {
        return decision;
    }
}
