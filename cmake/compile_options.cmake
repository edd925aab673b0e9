# One target, spindle_options, carries every flag, so that all code is built under the same rules.
add_library(spindle_options INTERFACE)
target_compile_features(spindle_options INTERFACE cxx_std_20)
set(CMAKE_CXX_EXTENSIONS OFF)

# Bit equality across machines forbids fused multiply-add, fast-math and tuning for the build host.
target_compile_options(spindle_options INTERFACE -ffp-contract=off -Wall -Wextra -Wpedantic
                       -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor)

# GCC 12 warns of overlapping copies in std::string's operator+ that cannot happen (GCC PR 105651).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(spindle_options INTERFACE -Wno-restrict)
endif()

option(SPINDLE_WERROR "Treat warnings as errors" OFF)
if(SPINDLE_WERROR)
  target_compile_options(spindle_options INTERFACE -Werror)
endif()

set(SPINDLE_SANITIZE "" CACHE STRING "Sanitizers to build with, e.g. address,undefined")
if(SPINDLE_SANITIZE)
  target_compile_options(spindle_options INTERFACE -fsanitize=${SPINDLE_SANITIZE}
                         -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(spindle_options INTERFACE -fsanitize=${SPINDLE_SANITIZE})
endif()

# Usage: spindle_check_lightly(<target>). Under the sanitizers of the short stage, leaves out checks at
# every access that take as long to compile as all else; what they would find is mostly a null pointer,
# which AddressSanitizer finds too. In what places objects by hand they stay.
function(spindle_check_lightly target)
  if(SPINDLE_TESTS_OF_MEMORY AND SPINDLE_SANITIZE)
    target_compile_options(${target} PRIVATE -fno-sanitize=null,alignment,vptr,object-size)
  endif()
endfunction()
