# The plugin with everything but the GPU: engine and table over a fake runtime that runs on the CPU. Tests load it, those in
# Java too; it is built when they ask for it, into a folder that nothing ships from.
add_library(voice_cuda_emulated MODULE EXCLUDE_FROM_ALL src/cuda/emulated_block.cpp src/cuda/engine.cpp
    src/cuda/fake/fake_kernels.cpp src/cuda/packing.cpp src/cuda/plugin.cpp)
target_include_directories(voice_cuda_emulated PRIVATE include src src/cuda/fake)
set_target_properties(voice_cuda_emulated PROPERTIES LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/emulated)
