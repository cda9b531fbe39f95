find_path(DOCTEST_INCLUDE_DIR doctest/doctest.h)
if(NOT DOCTEST_INCLUDE_DIR)
    message(FATAL_ERROR "doctest/doctest.h not found: install it with 'apt-get install doctest-dev', "
        "or configure with -DVOICE_TESTS=OFF")
endif()

# doctest itself, compiled once.
add_library(doctest_runner OBJECT src/testing/doctest_runner.cpp)
target_include_directories(doctest_runner SYSTEM PUBLIC ${DOCTEST_INCLUDE_DIR})
add_library(test_main OBJECT src/testing/test_main.cpp)
target_link_libraries(test_main PUBLIC doctest_runner)
# The same for tests that read $VOICE_FIXTURES: they are reported as skipped when it is not set.
add_library(fixture_test_main OBJECT src/testing/fixture_test_main.cpp)
target_link_libraries(fixture_test_main PUBLIC doctest_runner)

set(fixture_test_skipped 77)
string(FIND ",${VOICE_SANITIZE}," ",thread," voice_only_threads)

# voice_test(src/vad/onnx_test.cpp [FIXTURES] [THREADS]): one executable and one entry of CTest per file. ThreadSanitizer is
# given only those whose threads matter: what a text or a model does wrong is for AddressSanitizer to find.
function(voice_test source)
    if(voice_only_threads GREATER -1 AND NOT "THREADS" IN_LIST ARGN)
        return()
    endif()
    get_filename_component(name ${source} NAME_WE)
    add_executable(${name} ${source})
    if("FIXTURES" IN_LIST ARGN)
        set(main fixture_test_main)
    else()
        set(main test_main)
    endif()
    # An object library's objects go to those that name it, not on to those that link these.
    target_link_libraries(${name} PRIVATE voice_objects ${main} doctest_runner)
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES TIMEOUT 600 SKIP_RETURN_CODE ${fixture_test_skipped})
endfunction()

voice_test(src/capi/call_test.cpp THREADS)
if(NOT VOICE_SANITIZE) # which do not know the emulated threads' stacks
    voice_test(src/cuda/emulated_kernel_test.cpp FIXTURES)
    target_sources(emulated_kernel_test PRIVATE src/cuda/emulated_block.cpp src/cuda/packing.cpp)

    set_target_properties(voice_cuda_emulated PROPERTIES EXCLUDE_FROM_ALL FALSE)
    add_test(NAME vad_gpu_emulated_test COMMAND vad_gpu_test --emulated
        ${PROJECT_SOURCE_DIR}/voice-native/src/main/resources/dev/duplexvoice/nativecore/duplex_vad_16k.onnx)
    add_test(NAME vad_gpu_emulated_bench COMMAND vad_gpu_bench --emulated
        ${PROJECT_SOURCE_DIR}/voice-native/src/main/resources/dev/duplexvoice/nativecore/duplex_vad_16k.onnx)
    add_test(NAME vocoder_gpu_emulated_test COMMAND vocoder_gpu_test --small)
    add_test(NAME vocoder_gpu_emulated_lost_test COMMAND vocoder_gpu_test --lost)
    add_test(NAME vocoder_gpu_emulated_bench COMMAND vocoder_gpu_bench --small)
    set_tests_properties(vad_gpu_emulated_test vad_gpu_emulated_bench vocoder_gpu_emulated_test
        vocoder_gpu_emulated_bench PROPERTIES TIMEOUT 600
        ENVIRONMENT VOICE_CUDA_PLUGIN=$<TARGET_FILE:voice_cuda_emulated>)
    set_tests_properties(vocoder_gpu_emulated_lost_test PROPERTIES TIMEOUT 600
        ENVIRONMENT "VOICE_CUDA_PLUGIN=$<TARGET_FILE:voice_cuda_emulated>;VOICE_FAKE_CUDA_FAIL=cudaEventSynchronize 20")
endif()
voice_test(src/cuda/vocoder/vocoder_engine_test.cpp)
if(TARGET vocoder_engine_test)
    target_link_libraries(vocoder_engine_test PRIVATE voice_cuda_emulated_objects)
endif()
if(NOT VOICE_SANITIZE)
    voice_test(src/cuda/vocoder/emulated_vocoder_test.cpp FIXTURES)
    target_link_libraries(emulated_vocoder_test PRIVATE voice_cuda_emulated_objects)
endif()
voice_test(src/dsp/resampler_test.cpp)
voice_test(src/nvml/nvml_library_test.cpp)
if(TARGET nvml_library_test)
    target_compile_definitions(nvml_library_test PRIVATE
        FAKE_NVML="$<TARGET_FILE:fake_nvml>" FAKE_NVML_OLD="$<TARGET_FILE:fake_nvml_old>")
    add_dependencies(nvml_library_test fake_nvml fake_nvml_old)
endif()
voice_test(src/ring/frame_ring_test.cpp)
voice_test(src/ring/frame_ring_race_test.cpp THREADS)
voice_test(src/tts/flite_utterance_test.cpp THREADS)
voice_test(src/tts/lockstep_test.cpp THREADS)
voice_test(src/tts/many_streams_test.cpp THREADS)
voice_test(src/tts/pronunciation_test.cpp)
voice_test(src/tts/speech_memory_test.cpp THREADS)
voice_test(src/tts/speech_stream_test.cpp THREADS)
voice_test(src/tts/speech_stream_hostile_test.cpp)
voice_test(src/tts/speech_stream_race_test.cpp THREADS)
voice_test(src/tts/speech_text_test.cpp)
voice_test(src/tts/tokens_test.cpp)
voice_test(src/tts/words_test.cpp THREADS)
voice_test(src/vad/fft_tables_test.cpp)
voice_test(src/vad/kernels_test.cpp THREADS)
voice_test(src/vad/model_forms_test.cpp)
voice_test(src/vad/network_golden_test.cpp FIXTURES)
voice_test(src/vad/onnx_test.cpp)
voice_test(src/vad/simd_test.cpp)
voice_test(src/vad/vad_bad_input_test.cpp)
voice_test(src/vad/vad_model_test.cpp FIXTURES)
voice_test(src/vocoder/gpu_lost_test.cpp)
voice_test(src/vocoder/gpu_streams_race_test.cpp THREADS)
voice_test(src/vocoder/gpu_streams_test.cpp)
foreach(name gpu_lost_test gpu_streams_race_test gpu_streams_test)
    if(TARGET ${name})
        add_dependencies(${name} voice_cuda_cpu)
        set_tests_properties(${name} PROPERTIES ENVIRONMENT VOICE_CUDA_PLUGIN=$<TARGET_FILE:voice_cuda_cpu>)
    endif()
endforeach()
voice_test(src/vocoder/memory_frames_test.cpp)
voice_test(src/vocoder/stream_test.cpp)
foreach(name gpu_lost_test gpu_streams_test stream_test vocoder_engine_test)
    if(TARGET ${name})
        target_sources(${name} PRIVATE src/testing/counted_new.cpp)
    endif()
endforeach()
voice_test(src/vocoder/vocoder_bad_input_test.cpp)
voice_test(src/vocoder/vocoder_golden_test.cpp FIXTURES)
voice_test(src/vocoder/vocoder_threads_test.cpp THREADS)
# Their threads are to run at the same time, also where CTest runs several tests at once.
set_tests_properties(frame_ring_race_test gpu_streams_race_test many_streams_test speech_stream_race_test PROPERTIES PROCESSORS 2)

if(voice_only_threads EQUAL -1)
    # What the fuzzers start from and what once made them fail, without a fuzzer.
    foreach(name vad_model vad_weights vocoder_onnx vocoder_tensors)
        add_executable(${name}_corpus_test fuzz/${name}_fuzz.cpp fuzz/replay_main.cpp)
        target_link_libraries(${name}_corpus_test PRIVATE voice_objects)
        add_test(NAME ${name}_corpus_test COMMAND ${name}_corpus_test ${CMAKE_CURRENT_SOURCE_DIR}/fuzz/corpus/${name})
        set_tests_properties(${name}_corpus_test PROPERTIES TIMEOUT 600)
    endforeach()
    target_sources(vad_model_corpus_test PRIVATE fuzz/open_and_run.cpp)
    target_sources(vad_weights_corpus_test PRIVATE fuzz/open_and_run.cpp fuzz/described_model.cpp)
    target_sources(vocoder_onnx_corpus_test PRIVATE fuzz/vocoder_run.cpp)
    target_sources(vocoder_tensors_corpus_test PRIVATE fuzz/vocoder_run.cpp)
endif()

# Not part of a default build: what made the seeds among them.
add_executable(make_seeds EXCLUDE_FROM_ALL fuzz/make_seeds.cpp)
target_link_libraries(make_seeds PRIVATE voice_objects)

# Plain C11 against the shared library: the header is C, and the export map exports what it declares.
add_executable(voice_header_test src/capi/voice_header_test.c)
target_link_libraries(voice_header_test PRIVATE voice)
add_test(NAME voice_header_test COMMAND voice_header_test)

# What the kernels' objects define, by nm. Sanitizers add symbols of their own.
if(NOT VOICE_SANITIZE)
    set(kernel_objects $<FILTER:$<TARGET_OBJECTS:voice_objects>,INCLUDE,/kernels/>)
    add_test(NAME kernel_symbols_test COMMAND ${CMAKE_COMMAND} -DNM=${CMAKE_NM} "-DOBJECTS=${kernel_objects}"
        -P ${CMAKE_CURRENT_SOURCE_DIR}/check_symbols.cmake)
endif()
