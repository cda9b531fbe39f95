/*
 * Calls of libfvad's functions by their addresses, for the Java binding, which finds them at run time: the library is not there
 * when libjnivoice.so is linked. The signatures are those of libfvad's fvad.h; `function` is the address of the function named.
 */
#ifndef VOICE_FVAD_CALL_H
#define VOICE_FVAD_CALL_H

#include <stddef.h>
#include <stdint.h>

static inline void *voice_fvad_new(void *function) { return ((void *(*)(void))function)(); }

static inline void voice_fvad_free(void *function, void *instance) { ((void (*)(void *))function)(instance); }

static inline void voice_fvad_reset(void *function, void *instance) { ((void (*)(void *))function)(instance); }

static inline int voice_fvad_set_mode(void *function, void *instance, int mode) {
    return ((int (*)(void *, int))function)(instance, mode);
}

static inline int voice_fvad_set_sample_rate(void *function, void *instance, int sample_rate) {
    return ((int (*)(void *, int))function)(instance, sample_rate);
}

static inline int voice_fvad_process(void *function, void *instance, const int16_t *frame, size_t length) {
    return ((int (*)(void *, const int16_t *, size_t))function)(instance, frame, length);
}

#endif
