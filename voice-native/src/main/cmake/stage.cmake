# Collects a library of ours and every shared library that it needs and a bare machine lacks into one folder, under the names
# by which the loader asks for them, and their licences into another, ours beside it.
#
#   cmake -DLIBRARY=<libvoice.so or libvoice_cuda.so> -DTARGET=<folder> -DLICENSES=<folder> -DLICENSES_TARGET=<folder> -P stage.cmake
cmake_minimum_required(VERSION 3.22)

get_filename_component(LIBRARY "${LIBRARY}" ABSOLUTE)
get_filename_component(library_name "${LIBRARY}" NAME)
file(MAKE_DIRECTORY "${TARGET}")

# What every Linux with a Java runtime and libstdc++ has.
set(system "^ld-linux" "^libc\\.so" "^libm\\.so" "^libdl\\.so" "^libpthread\\.so" "^librt\\.so" "^libstdc\\+\\+\\.so"
    "^libgcc_s\\.so")
file(GET_RUNTIME_DEPENDENCIES
    LIBRARIES "${LIBRARY}"
    PRE_EXCLUDE_REGEXES ${system}
    RESOLVED_DEPENDENCIES_VAR dependencies
    UNRESOLVED_DEPENDENCIES_VAR missing)
if(missing)
    message(FATAL_ERROR "${library_name} needs ${missing}, not found on this machine")
endif()

# A file that is the same keeps its time. One that differs is renamed into place: a process that has mapped the old one
# goes on with it.
function(replace fresh file)
    execute_process(COMMAND ${CMAKE_COMMAND} -E compare_files "${fresh}" "${file}" RESULT_VARIABLE different ERROR_QUIET)
    if(different)
        file(RENAME "${fresh}" "${file}")
    else()
        file(REMOVE "${fresh}")
    endif()
endfunction()

find_program(STRIP strip REQUIRED)
execute_process(COMMAND ${STRIP} --strip-unneeded -o "${TARGET}/${library_name}.new" "${LIBRARY}"
    COMMAND_ERROR_IS_FATAL ANY)
replace("${TARGET}/${library_name}.new" "${TARGET}/${library_name}")

# The others as they are, unmodified.
foreach(dependency IN LISTS dependencies)
    get_filename_component(name "${dependency}" NAME)
    file(COPY_FILE "${dependency}" "${TARGET}/${name}.new")
    replace("${TARGET}/${name}.new" "${TARGET}/${name}")
endforeach()

file(GLOB licenses "${LICENSES}/*.txt")
file(COPY ${licenses} DESTINATION "${LICENSES_TARGET}")
get_filename_component(root "${CMAKE_CURRENT_LIST_DIR}/../../../.." ABSOLUTE)
file(COPY "${root}/LICENSE" "${root}/NOTICE" DESTINATION "${LICENSES_TARGET}/..")
