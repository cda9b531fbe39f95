# The model loader under libFuzzer: only with Clang, see the preset 'fuzz' and README.md.
foreach(name vad_model_fuzz vad_weights_fuzz)
    add_executable(${name} fuzz/${name}.cpp fuzz/open_and_run.cpp fuzz/sanitizer_options.cpp)
    target_link_libraries(${name} PRIVATE voice_objects)
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})
endforeach()
target_sources(vad_model_fuzz PRIVATE fuzz/onnx_mutator.cpp)
target_sources(vad_weights_fuzz PRIVATE fuzz/described_model.cpp)
