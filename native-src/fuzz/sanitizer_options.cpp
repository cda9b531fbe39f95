// AddressSanitizer spends most of an execution on remembering where memory came from. A file that makes the fuzzer fail
// can be run again with all of it: ASAN_OPTIONS=malloc_context_size=30.
extern "C" __attribute__((visibility("default"))) const char *__asan_default_options() {
    return "malloc_context_size=2:use_sigaltstack=0:quarantine_size_mb=8";
}
extern "C" __attribute__((visibility("default"))) const char *__ubsan_default_options() {
    return "print_stacktrace=1";
}
