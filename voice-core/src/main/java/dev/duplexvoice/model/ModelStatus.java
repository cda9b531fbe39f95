package dev.duplexvoice.model;

import java.time.Duration;
import java.util.List;

/**
 * A model as it was at one time.
 *
 * @param id the model's id
 * @param state where it is in its life
 * @param holders of its leases, one entry for each, oldest first
 * @param waiting how many wait for it, preloads not included
 * @param age since it became ready; zero before
 * @param idle since its last lease was closed, or since it became ready; zero while there are leases
 * @param loadTime how long it took to load; zero before
 * @param warmUpTime how long its warm-up took; zero before, and without one
 */
public record ModelStatus(
        String id,
        ModelState state,
        List<String> holders,
        int waiting,
        Duration age,
        Duration idle,
        Duration loadTime,
        Duration warmUpTime) {

    /** Takes copies. */
    public ModelStatus {
        holders = List.copyOf(holders);
    }

    /** Leases that are open. */
    public int leases() {
        return holders.size();
    }
}
