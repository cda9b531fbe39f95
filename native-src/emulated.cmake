# The plugin with everything but the GPU: engines and table over a fake runtime that runs on the CPU. As objects for the tests,
# of which sanitizers know those parts whose emulated threads have no stacks of their own.
add_library(voice_cuda_emulated_objects OBJECT EXCLUDE_FROM_ALL src/cuda/emulated_block.cpp src/cuda/engine.cpp
    src/cuda/fake/fake_kernels.cpp src/cuda/fake/fake_vocoder_kernels.cpp src/cuda/packing.cpp src/cuda/plugin.cpp
    src/cuda/runtime.cpp src/cuda/vocoder/batch.cpp src/cuda/vocoder/packing.cpp src/cuda/vocoder/plan.cpp
    src/cuda/vocoder/vocoder_engine.cpp)
target_include_directories(voice_cuda_emulated_objects PUBLIC src/cuda/fake PRIVATE include src)
set_target_properties(voice_cuda_emulated_objects PROPERTIES POSITION_INDEPENDENT_CODE ON)
# A vocoder is much to emulate: without optimisation its tests would take minutes.
set_property(SOURCE src/cuda/emulated_block.cpp src/cuda/fake/fake_vocoder_kernels.cpp
    APPEND PROPERTY COMPILE_OPTIONS -O2)

# The module that tests load, those in Java too; it is built when they ask for it, into a folder that nothing ships from.
if(NOT VOICE_SANITIZE)
    add_library(voice_cuda_emulated MODULE EXCLUDE_FROM_ALL)
    target_link_libraries(voice_cuda_emulated PRIVATE voice_cuda_emulated_objects)
    set_target_properties(voice_cuda_emulated PROPERTIES LINKER_LANGUAGE CXX
        LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/emulated)
endif()
