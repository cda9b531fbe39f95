package dev.duplexvoice.internal.vocoder;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Jobs by deadline, of equal ones the first that came; any of them can be taken out. A binary heap that allocates only to grow. */
final class JobHeap {
    private @Nullable VocoderJob[] jobs = new VocoderJob[64];
    private int size;

    int size() {
        return size;
    }

    /** The most urgent; null if there is none. */
    @Nullable
    VocoderJob first() {
        return size == 0 ? null : jobs[0];
    }

    void add(VocoderJob job) {
        if (size == jobs.length) {
            jobs = Arrays.copyOf(jobs, 2 * size);
        }
        up(size++, job);
    }

    /** Takes out one that is in this heap. */
    void remove(VocoderJob job) {
        int place = job.place;
        VocoderJob moved = at(--size);
        jobs[size] = null;
        job.place = -1;
        if (moved != job) {
            if (place > 0 && isBefore(moved, at((place - 1) / 2))) {
                up(place, moved);
            } else {
                down(place, moved);
            }
        }
    }

    private void up(int from, VocoderJob job) {
        int place = from;
        while (place > 0) {
            VocoderJob parent = at((place - 1) / 2);
            if (!isBefore(job, parent)) {
                break;
            }
            put(place, parent);
            place = (place - 1) / 2;
        }
        put(place, job);
    }

    private void down(int from, VocoderJob job) {
        int place = from;
        while (2 * place + 1 < size) {
            int child = 2 * place + 1;
            if (child + 1 < size && isBefore(at(child + 1), at(child))) {
                child++;
            }
            if (!isBefore(at(child), job)) {
                break;
            }
            put(place, at(child));
            place = child;
        }
        put(place, job);
    }

    private void put(int place, VocoderJob job) {
        jobs[place] = job;
        job.place = place;
    }

    @SuppressWarnings("NullAway") // those below the size are there
    private VocoderJob at(int place) {
        return jobs[place];
    }

    private static boolean isBefore(VocoderJob one, VocoderJob other) {
        return one.deadline != other.deadline ? one.deadline < other.deadline : one.number < other.number;
    }
}
