# libvoice_cuda.so. Any nvcc from 12.0 on; found on the PATH, in $CUDACXX or in the toolkit's usual folder.
include(CheckLanguage)
if(NOT CMAKE_CUDA_COMPILER AND NOT DEFINED ENV{CUDACXX})
    find_program(VOICE_NVCC nvcc HINTS /usr/local/cuda/bin)
    if(VOICE_NVCC)
        set(CMAKE_CUDA_COMPILER ${VOICE_NVCC})
    endif()
endif()
check_language(CUDA)
if(NOT CMAKE_CUDA_COMPILER)
    message(FATAL_ERROR "nvcc not found: install the CUDA toolkit and put its bin folder on the PATH, "
        "or configure without VOICE_CUDA")
endif()
set(CMAKE_CUDA_ARCHITECTURES ${VOICE_CUDA_ARCHITECTURES})
set(CMAKE_CUDA_STANDARD 17)
set(CMAKE_CUDA_STANDARD_REQUIRED ON)
set(CMAKE_CUDA_EXTENSIONS OFF)
enable_language(CUDA)
set(CMAKE_CUDA_FLAGS_RELWITHDEBINFO "-O3 -DNDEBUG")
find_package(CUDAToolkit REQUIRED)
message(STATUS "CUDA: ${CMAKE_CUDA_COMPILER_VERSION}, architectures ${VOICE_CUDA_ARCHITECTURES}")

add_library(voice_cuda SHARED src/cuda/engine.cpp src/cuda/kernels.cu src/cuda/packing.cpp src/cuda/plugin.cpp
    src/cuda/runtime.cpp src/cuda/vocoder/batch.cpp src/cuda/vocoder/kernels.cu src/cuda/vocoder/packing.cpp
    src/cuda/vocoder/plan.cpp src/cuda/vocoder/vocoder_engine.cpp)
target_include_directories(voice_cuda PRIVATE include src)
target_compile_options(voice_cuda PRIVATE
    "$<$<COMPILE_LANGUAGE:CUDA>:--expt-relaxed-constexpr;--compiler-options=-Wall,-Wextra,-Wno-unused-function,-ffile-prefix-map=${PROJECT_SOURCE_DIR}/=>")
target_link_libraries(voice_cuda PRIVATE CUDA::cudart_static)
target_link_options(voice_cuda PRIVATE
    -Wl,--version-script=${CMAKE_CURRENT_SOURCE_DIR}/voice_cuda.lds -Wl,--no-undefined -Wl,-z,relro,-z,now)
set_target_properties(voice_cuda PROPERTIES
    CUDA_RUNTIME_LIBRARY Static
    LINKER_LANGUAGE CXX
    LINK_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/voice_cuda.lds
    LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})
install(TARGETS voice_cuda LIBRARY DESTINATION lib)
