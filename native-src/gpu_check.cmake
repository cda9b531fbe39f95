# The GPU's test and benchmark: no Java, no test framework. Beside libvoice_cuda.so, where the loader looks for it.
foreach(name vad_gpu_test vad_gpu_bench)
    add_executable(${name} src/cuda/${name}.cpp)
    target_link_libraries(${name} PRIVATE voice_objects)
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})
    if(VOICE_GPU_EMULATED)
        add_dependencies(${name} voice_cuda_emulated)
    elseif(TARGET voice_cuda)
        add_dependencies(${name} voice_cuda)
    endif()
endforeach()
add_test(NAME vad_gpu_test COMMAND vad_gpu_test
    ${PROJECT_SOURCE_DIR}/voice-native/src/main/resources/dev/duplexvoice/nativecore/duplex_vad_16k.onnx)
set_tests_properties(vad_gpu_test PROPERTIES TIMEOUT 600 SKIP_RETURN_CODE 77)
