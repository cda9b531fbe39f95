package dev.duplexvoice.model;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.internal.OptionValues;
import java.time.Duration;
import java.util.concurrent.CompletionException;

/** What those are told who do not get what they asked for: the value, what is in the way, and the remedy. */
final class Refusals<M> {
    private final ModelRules rules;
    private final Residents<M> residents;

    Refusals(ModelRules rules, Residents<M> residents) {
        this.rules = rules;
        this.residents = residents;
    }

    /** Of a lease that could not be had in time. */
    String late(Resident<M> resident) {
        String start = "model=" + resident.id + ", acquireTimeout="
                + rules.acquireTimeout().toMillis() + "ms: ";
        if (resident.loading()) {
            return start + "its load is not over; preload it, or build the manager with a longer acquireTimeout";
        }
        if (resident.state == ModelState.DRAINING) {
            return start + "it is to be unloaded, and " + Residents.holders(resident) + "; close these leases";
        }
        if (resident.state == ModelState.UNLOADING) {
            return start + "it is being closed, and that is not over; look at what its close() waits for";
        }
        if (residents.loads() >= rules.maxLoads()) {
            return start + "maxLoads=" + rules.maxLoads() + " loads run before it (" + residents.loading()
                    + "); preload models, or build the manager with more maxLoads";
        }
        return start + "no room, maxResident=" + rules.maxResident() + " models are in memory (" + residents.holders()
                + "); close leases, or build the manager with more maxResident";
    }

    /** Of a load whose warm-up is not over in time. */
    static VoiceException neverWarm(String id, Duration timeout) {
        return new VoiceException(
                VoiceException.Code.MODEL,
                "model=" + id + ", warmUpTimeout=" + OptionValues.text(timeout)
                        + ": its warm-up is not over; look at what it waits for, or build the manager with a longer"
                        + " warmUpTimeout");
    }

    /** Of an unload that would not wait. */
    static <M> String inUse(Resident<M> resident) {
        return "model=" + resident.id + ", leases=" + resident.leases.size() + ", waiting=" + resident.wishes.size()
                + ": it is in use" + (resident.leases.isEmpty() ? "" : ", " + Residents.holders(resident))
                + "; close these leases, or unload with WAIT_FOR_LEASES";
    }

    /** The failure of a load or warm-up, as callers are told it. */
    static VoiceException failed(String id, String what, Throwable cause) {
        return cause instanceof VoiceException known
                ? known
                : new VoiceException(
                        VoiceException.Code.MODEL, "model=" + id + ": " + what + " failed: " + cause, cause);
    }

    /** The failure itself, without what a stage wraps around it. */
    static Throwable bare(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
